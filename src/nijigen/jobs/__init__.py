"""Batches: an operation over many files."""
