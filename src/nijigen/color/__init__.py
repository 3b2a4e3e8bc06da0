"""Color line art: regions, flats, gradients, shading, palettes."""
