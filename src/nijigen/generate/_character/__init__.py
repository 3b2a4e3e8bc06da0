"""The procedural character: parameters, geometry, rasterizer and training truth."""
