"""Landmarks, pose and openness of a face."""
