"""Measuring: what is computed of pictures that the library has already, such as flaws, faces."""
