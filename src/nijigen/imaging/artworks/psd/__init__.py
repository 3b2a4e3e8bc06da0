"""Photoshop documents (PSD): reading and writing.

``reading`` builds the layers from ``records`` (one layer each) and ``pixels`` (planes of samples);
``writing`` is the other way.
"""

from nijigen.imaging.artworks.psd.reading import read
from nijigen.imaging.artworks.psd.writing import LONGEST, write

__all__ = ["LONGEST", "read", "write"]
