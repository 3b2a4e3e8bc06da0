"""Tagging: tags of the pictures of a library, and the sidecars that they come from."""
