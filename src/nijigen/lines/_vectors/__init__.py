"""Vectors of line art: strokes and areas measured in ink."""
