"""Line art: the ink of a drawing, apart from its paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LineArt:
    """The lines of a drawing.

    Attributes:
        ink: uint8 ``(H, W)``, 0 is paper, 255 is line.
        color: uint8 ``(H, W, 3)``, the line's own color, not mixed with paper.
        paper: Color of the paper.
    """

    ink: Bytes
    color: Bytes
    paper: tuple[int, int, int]

    def layer(self) -> Picture:
        """Return the lines as RGBA."""
        return Picture(np.dstack([self.color, self.ink]))


def line_art(picture: Picture) -> LineArt:
    """Return the lines of a drawing on white paper."""
    gray = picture.reduced().rgb().pixels.min(axis=2)
    ink: Bytes = 255 - gray
    return LineArt(ink, np.zeros((*ink.shape, 3), np.uint8), (255, 255, 255))
