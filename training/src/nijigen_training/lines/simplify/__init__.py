"""Simplification: clean single lines from a rough pencil drawing."""
