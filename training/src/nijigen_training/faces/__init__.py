"""Faces: where they are, their landmarks, and the names of their colors."""
