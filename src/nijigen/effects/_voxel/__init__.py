"""Voxel: a picture as columns, lit and rendered, or as a model; imports no other effect."""
