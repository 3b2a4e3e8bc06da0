"""Vector scenes: parts and strokes, drawn as pixels, SVG or layers."""
