"""Photoshop documents (PSD, PSB): reading and writing.

``reading`` builds the layers from ``records`` (one layer each) and ``pixels`` (planes of samples);
``writing`` is the other way.
"""

from nijigen.imaging.artworks.psd.reading import read
from nijigen.imaging.artworks.psd.writing import LONGEST, LONGEST_LARGE, write, write_large

__all__ = ["LONGEST", "LONGEST_LARGE", "read", "write", "write_large"]
