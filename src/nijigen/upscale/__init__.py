"""Enlarge and clean pictures."""
