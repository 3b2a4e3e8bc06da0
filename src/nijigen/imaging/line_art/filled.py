"""Filled areas: how much of a drawing is not lines on paper, but colored or toned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture

_SIDE = 512
"""Longest side at which is measured: lines of any picture are thinner than ``_LINE`` there."""
_LINE = 7
_PALER, _COLORED = 0.1, 10.0
"""Darkness and difference in chroma (CIE L*a*b*) above which something is not paper."""
_BLACK = 0.8
"""Darkness above which an area is solid black, as line art has them."""
_DARK_PAPER = 100
"""Typical level below which light lines are on dark paper."""
_MOST = 0.08
"""Share of filled areas up to which a picture is line art, which was measured to have up to 0.05;
simply colored drawings have at least 0.11."""


@dataclass(frozen=True)
class Filled:
    """Shares of a picture, 0 to 1.

    Attributes:
        paper: What is paper, or lines on it.
        colored: Areas in another color than the paper.
        toned: Areas darker than the paper, in color, gray or screentone, but not black.
        areas: Areas that are colored or toned.
    """

    paper: float
    colored: float
    toned: float
    areas: float

    @property
    def is_line_art(self) -> bool:
        """Whether the picture is paper with lines and solid blacks."""
        return self.areas <= _MOST


def filled(picture: Picture) -> Filled:
    """Measure the areas of a picture that are neither paper nor lines nor solid black.

    Lines are removed by a morphological closing; what is left of line art is its paper.

    Args:
        picture: Any size; transparent parts are white paper.
    """
    import cv2

    small = _small(picture)
    if np.median(small.max(axis=2)) < _DARK_PAPER:
        small = 255 - small
    bare = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_LINE, _LINE), np.uint8))
    lab = cv2.cvtColor(bare.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    light = lab[:, :, 0]
    paper = np.median(lab[light >= np.percentile(light, 90) - 6], axis=0)
    dark = 1 - light / max(float(paper[0]), 1.0)
    colored = np.hypot(lab[:, :, 1] - paper[1], lab[:, :, 2] - paper[2]) > _COLORED
    toned = (dark > _PALER) & (dark < _BLACK)
    none = ~colored & (dark <= _PALER)
    return Filled(
        paper=float(none.mean()),
        colored=float(colored.mean()),
        toned=float(toned.mean()),
        areas=float((colored | toned).mean()),
    )


def _small(picture: Picture) -> NDArray[np.uint8]:
    import cv2

    pixels = picture.reduced().rgb().pixels
    height, width = pixels.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
