"""Sprites: pixel art with layers and frames, a file for each format behind one small interface.

Each module reads bytes to a :class:`~nijigen.imaging.sprites.sprite.Sprite` and writes one to
bytes.
"""
