"""Pixel art: palettes, grids, outlines, dither; what makes it, enlarges it and finds its grid."""
