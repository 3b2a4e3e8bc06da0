"""Parts: which part of a figure each region is, and the colors proposed for them.

Imports regions, hints and palettes; nothing of layers or light.
"""
