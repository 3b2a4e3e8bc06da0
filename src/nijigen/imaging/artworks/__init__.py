"""Layered documents: a file for each format behind one small interface.

Each module reads bytes to a :class:`~nijigen.imaging.artworks.document.Document` and writes one
to bytes.
"""
