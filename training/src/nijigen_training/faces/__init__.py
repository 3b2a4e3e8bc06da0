"""Faces: detection, verification, landmarks and color names."""
