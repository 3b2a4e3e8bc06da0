"""Skeletons of line art: center pixels, their graph, and the strokes that were drawn."""
