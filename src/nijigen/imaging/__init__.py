"""Algorithms on pixel arrays; reading and writing picture files."""
