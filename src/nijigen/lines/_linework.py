"""Linework: the lines of a picture at a size at which they can be followed."""

from __future__ import annotations

import numpy as np

from nijigen.imaging.line_art.gaps import Point
from nijigen.imaging.line_art.ink import LineArt, lines_of

LARGEST = 3000
"""Longer side in pixels at which lines are followed; larger pages are reduced to it."""


class Linework:
    """The lines of a picture.

    Attributes:
        art: As they are in the picture.
        factor: How many times smaller the following is.
        mask: Where lines are, ``(h, w)``.
        half: Distance of each pixel of a line to its edge.
    """

    def __init__(self, art: LineArt) -> None:
        import cv2

        self.art = art
        height, width = art.ink.shape
        self.factor = -(-max(height, width) // LARGEST)
        ink = art.ink
        if self.factor > 1:
            size = -(-width // self.factor), -(-height // self.factor)
            ink = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)
        self.mask = lines_of(ink)
        padded = np.pad(self.mask, 1).view(np.uint8)
        self.half = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]

    def width_at(self, point: Point) -> float:
        """Return the width in pixels of the line at a point."""
        x, y = (int(value / self.factor) for value in point)
        around = self.half[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3]
        return max(1.0, float((2 * around.max(initial=0.5) - 1) * self.factor))
