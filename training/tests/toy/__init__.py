"""A model that is made in seconds: finds the brightest spot of a small picture."""
