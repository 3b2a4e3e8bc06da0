"""Find and read drawn faces.

Beside the operations: ``Faces`` and what it is made of, which ``Faces.from_json`` reads back;
``LANDMARKS``, the names of the points.
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
