"""Hair: locks at the back, the sides and the front."""
