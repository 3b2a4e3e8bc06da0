"""Writing: whether what differs between two pictures is lettering on one of them."""

from __future__ import annotations

import numpy as np

from nijigen.library.matching.differences import Differences, Plane
from nijigen.library.matching.views import View

_STEP = 32
"""Levels of a channel that are one color here."""
_FLAT = 0.6
"""Share of a changed part that writing, or its box, has in one or two colors."""
_LEAST = 0.01
"""Share of the common area that writing has at least."""
_FILLED = 0.8
"""Share of its rectangle that a box of writing fills."""
_WIDE = 0.15
"""Its width, as a share of that of the picture, at least."""


def is_writing(found: Differences, other: View) -> bool:
    """Return whether all that differs may be writing.

    Writing is a box of one color with strokes of another, or rows of strokes of one color; and it
    is wide. Of two pictures either may be written on.

    Args:
        found: What differs.
        other: The second picture.
    """
    if found.share < _LEAST:
        return False
    return any(_written(found, picture) for picture in (found.moved, other.astype(np.float32)))


def _written(found: Differences, picture: Plane) -> bool:
    import cv2

    spread = max(3, round(0.02 * max(found.changed.shape))) | 1
    joined = cv2.morphologyEx(
        found.changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((spread, spread), np.uint8)
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    total = written = 0
    for index in range(1, count):
        left, top, width, height, _ = stats[index]
        part = labels[top : top + height, left : left + width] == index
        area = int(part.sum())
        total += area
        pixels = picture[top : top + height, left : left + width][part]
        is_box = area > _FILLED * width * height and width > _WIDE * picture.shape[1]
        if is_box and width >= height and _flat(pixels):
            written += area
    return total > 0 and written > 0.8 * total


def _flat(pixels: Plane) -> bool:
    binned = np.rint(pixels / _STEP).astype(np.int64) @ [1, 16, 256]
    counts = np.sort(np.bincount(binned))[::-1]
    return bool(counts[:2].sum() > _FLAT * len(pixels))
