"""Halftone: inks, screens, tones, and screens as vectors; it may import the blue noise."""
