"""Writing: whether what differs between two pictures is lettering on one of them."""

from __future__ import annotations

import numpy as np

from nijigen.library.matching.differences import Differences, Plane
from nijigen.library.matching.views import View

_STEP = 32
"""Levels of a channel that are one color here."""
_FLAT = 0.7
"""Share of a box of writing that has one or two colors."""
_WHITE, _BLACK = 232, 24
"""Levels of the color of the box, in all channels: at least, or at most."""
_LEAST = 0.01
"""Share of the common area that writing has at least."""
_FILLED = 0.4
"""Share of the box that differs at least: what was below may have been of its color."""
_WIDE = 0.15
"""Width of the box, as a share of that of the picture, at least."""


def is_writing(found: Differences, other: View) -> bool:
    """Return whether all that differs may be writing in boxes.

    A box is wide, white or black, and has strokes of one other color. Of two pictures either may be
    written on.

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
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    total = written = 0
    for left, top, width, height, area in stats[1:count]:
        total += area
        box = picture[top : top + height, left : left + width]
        filled = area > _FILLED * width * height
        if filled and width >= height and width > _WIDE * picture.shape[1] and _is_flat(box):
            written += area
    return total > 0 and bool(written > 0.8 * total)


def _is_flat(box: Plane) -> bool:
    pixels = box.reshape(-1, 3)
    codes = np.rint(pixels / _STEP).astype(np.int64) @ [1, 16, 256]
    counts = np.bincount(codes)
    commonest = pixels[codes == counts.argmax()].mean(0)
    extreme = commonest.min() >= _WHITE or commonest.max() <= _BLACK
    return bool(extreme and np.sort(counts)[-2:].sum() > _FLAT * len(pixels))
