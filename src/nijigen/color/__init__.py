"""Color line art: regions, flats, gradients, shade and light, palettes."""
