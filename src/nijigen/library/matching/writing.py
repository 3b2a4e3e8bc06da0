"""Writing: whether what differs between two pictures is lettering on one of them."""

from __future__ import annotations

import numpy as np

from nijigen.library.matching.differences import Differences, Plane
from nijigen.library.matching.views import View

_PAPER = 0.4
"""Share of a box of writing that has the color of the box at least."""
_INK = 0.85
"""Share of it that is a mixture of that color and of one other: small letters have hardly a pixel
that is only ink."""
_NEAR = 32.0
"""Levels by which a mixture is off at most."""
_WHITE, _BLACK = 232, 24
"""Levels of the color of the box, in all channels: at least, or at most."""
_LEAST = 0.01
"""Share of the common area that writing has at least."""
_FILLED = 0.4
"""Share of the box that differs at least: what was below may have been of its color."""
_BOXED = 0.3
"""Share of a row or column of the box that has its color at least."""
_HELD = 0.5
"""Share of the changed part that the box is at least."""
_WIDE = 0.15
"""Width of the box, as a share of that of the picture, at least."""


def is_writing(found: Differences, other: View) -> bool:
    """Return whether all that differs may be writing in boxes.

    A box is wide, white or black, and has strokes of one other color, which may run beyond it. Of
    two pictures either may be written on.

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
        inside = picture[top : top + height, left : left + width]
        box = _box(inside)
        filled = area > _FILLED * width * height
        wide = box.shape[1] >= box.shape[0] and box.shape[1] > _WIDE * picture.shape[1]
        # What runs beyond the box are letters of one line.
        held = box.shape[0] * box.shape[1] > _HELD * width * height
        if filled and wide and held and _is_written(box):
            written += area
    return total > 0 and bool(written > 0.8 * total)


def _box(part: Plane) -> Plane:
    """Return the rows and columns of a part that are mostly white, or mostly black."""
    for extreme in (part.min(2) >= _WHITE, part.max(2) <= _BLACK):
        if extreme.mean() > _BOXED * _HELD:
            rows, columns = (np.flatnonzero(extreme.mean(axis) > _BOXED) for axis in (1, 0))
            if len(rows) and len(columns):
                return part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return part[:0, :0]


def _is_written(box: Plane) -> bool:
    pixels = box.reshape(-1, 3)
    dark = pixels.max(1) <= _BLACK
    light = pixels.min(1) >= _WHITE
    extreme = light if light.sum() >= dark.sum() else dark
    paper = pixels[extreme].mean(0)
    apart = np.abs(pixels - paper).sum(1)
    # The pixels that are least like the paper are those where strokes are widest.
    ink = np.median(pixels[apart >= np.quantile(apart, 0.97)], 0)
    along = ink - paper
    share = ((pixels - paper) @ along / max(float(along @ along), 1.0)).clip(0, 1)
    mixed = np.abs(pixels - paper - share[:, None] * along).max(1) <= _NEAR
    return bool(extreme.mean() > _PAPER and mixed.mean() > _INK)
