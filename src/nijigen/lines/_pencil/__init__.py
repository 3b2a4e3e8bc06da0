"""A drawing as a pencil would have made it: strokes, graphite, paper; for ``lines.rough``."""
