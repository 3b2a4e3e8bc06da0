"""Vectors of line art: strokes and areas measured in ink; imports only core and imaging."""
