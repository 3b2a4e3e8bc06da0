"""Panels: whether a part of a picture is one panel of a page, or one picture of a sheet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching.views import View

Strip = NDArray[np.float32]
_REACH = 0.06
"""How far from the part its gutter begins at most, as a share of the page's longer side."""
_EVEN = 10.0
"""Standard deviation of the luma in a gutter at most."""
_CONTENT = 20.0
"""Standard deviation of the luma, where there is a drawing, at least."""


def is_panel(page: View, box: tuple[float, float, float, float]) -> bool:
    """Return whether a gutter is on all sides of a part, and something else beyond one of them.

    Args:
        page: RGB.
        box: Left, top, right, bottom of the part in pixels.
    """
    import cv2

    gray = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.float32)
    height, width = gray.shape
    left, top, right, bottom = (round(value) for value in box)
    if min(right - left, bottom - top) < 8:
        return False
    # What is outside the part on each side, from the part outwards.
    sides = (
        gray[top:bottom, :left][:, ::-1],
        gray[top:bottom, right:],
        gray[:top, left:right][::-1].T,
        gray[bottom:, left:right].T,
    )
    reach = max(3, round(_REACH * max(width, height)))
    beyond = 0
    for outside in sides:
        if outside.shape[1] <= 2:
            # The part ends where the page does.
            continue
        gutter = _gutter(outside[:, :reach])
        if gutter is None:
            return False
        rest = outside[:, gutter:]
        beyond += rest.size > 0 and float(rest.std()) > _CONTENT
    return beyond > 0


def _gutter(outside: Strip) -> int | None:
    """Return where a gutter begins, in pixels from the part; None if there is none."""
    for start in range(outside.shape[1] - 1):
        strip = outside[:, start : start + 2]
        if float(strip.std()) < _EVEN:
            return start
    return None
