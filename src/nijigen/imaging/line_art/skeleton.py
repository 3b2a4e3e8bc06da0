"""Skeletons: lines thinned to one pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.graph import Bytes


def skeleton(mask: NDArray[np.bool_], rounds: int = 16) -> NDArray[np.bool_]:
    """Thin lines to one pixel (Guo and Hall 1989).

    Shapes thicker than twice the number of rounds are not lines and leave a blob in the middle.
    """
    import cv2

    thin = mask.astype(np.uint8)
    weights = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]], np.float32)
    tables = _tables()
    for _ in range(rounds):
        changed = False
        for table in tables:
            code = cv2.filter2D(thin, cv2.CV_8U, weights, borderType=cv2.BORDER_CONSTANT)
            gone = cv2.bitwise_and(cv2.LUT(code, table), thin)
            if cv2.countNonZero(gone):
                thin -= gone
                changed = True
        if not changed:
            break
    return thin.view(np.bool_)


def _tables() -> tuple[Bytes, Bytes]:
    """Return for both halves of a round which neighborhoods lose their center."""
    code = np.arange(256)
    # Clockwise from the upper left, as the weights of the filter have them.
    nw, n, ne, e, se, s, sw, w = ((code >> bit & 1).astype(bool) for bit in range(8))
    parts = (~n & (ne | e)).astype(int) + (~e & (se | s)) + (~s & (sw | w)) + (~w & (nw | n))
    first = (nw | n).astype(int) + (ne | e) + (se | s) + (sw | w)
    second = (n | ne).astype(int) + (e | se) + (s | sw) + (w | nw)
    around = np.minimum(first, second)
    base = (parts == 1) & (around >= 2) & (around <= 3)
    odd = base & ~((n | ne | ~se) & e)
    even = base & ~((s | sw | ~nw) & w)
    return odd.astype(np.uint8), even.astype(np.uint8)
