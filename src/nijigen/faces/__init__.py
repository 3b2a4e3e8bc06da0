"""Detect and analyze drawn faces.

Besides the operations, this package exports ``Faces`` and its parts (``Faces.from_json`` reads
saved faces back) and ``LANDMARKS``, the names of the points.
"""

from nijigen.core.landmarks import LANDMARKS
from nijigen.faces._values import (
    EYE_COLORS,
    HAIR_COLORS,
    Attributes,
    Box,
    Eye,
    Face,
    Faces,
    Point,
)

__all__ = [
    "EYE_COLORS",
    "HAIR_COLORS",
    "LANDMARKS",
    "Attributes",
    "Box",
    "Eye",
    "Face",
    "Faces",
    "Point",
]
