"""Smoothing: flat areas with hard edges, anti-aliased while they are composited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WEIGHTS = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / 16


def smoothed(pixels: NDArray[np.uint8], first: int, last: int) -> NDArray[np.uint8]:
    """Return rows of a layer in which each pixel at an edge is the mean of those around it.

    Args:
        pixels: uint8 ``(H, W, 4)``: the whole layer.
        first: First row.
        last: The row after the last.

    Returns:
        uint8 ``(last - first, W, 4)``; the mean is weighted by alpha, so that what is transparent
        has no color.
    """
    height = len(pixels)
    above, below = max(0, first - 1), min(height, last + 1)
    part = pixels[above:below]
    padded = np.pad(part, ((int(above == first), int(below == last)), (1, 1), (0, 0)), "edge")
    codes = np.ascontiguousarray(padded).view(np.uint32)[:, :, 0]
    inner = codes[1:-1, 1:-1]
    edge = (
        (inner != codes[:-2, 1:-1])
        | (inner != codes[2:, 1:-1])
        | (inner != codes[1:-1, :-2])
        | (inner != codes[1:-1, 2:])
    )
    made = pixels[first:last].copy()
    y, x = np.nonzero(edge)
    total = np.zeros((len(y), 4), np.float32)
    for down in range(3):
        for across in range(3):
            near = padded[y + down, x + across].astype(np.float32)
            near[:, :3] *= near[:, 3:] / 255
            total += _WEIGHTS[down, across] * near
    total[:, :3] *= 255 / np.maximum(total[:, 3:], 1e-3)
    # Areas only grow: within them nothing of the ground shows.
    total[:, 3] = np.maximum(total[:, 3], made[y, x, 3])
    made[y, x] = (total + 0.5).clip(0, 255).astype(np.uint8)
    return made
