"""Centers: where strokes run and how wide they are, measured in the gray of their edges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nijigen.lines._geometry import Floats, left
from nijigen.lines._vectors.paths import Paths

Bytes = NDArray[np.uint8]
_SAMPLES = 25
"""Samples across a stroke."""
_BEYOND = 1.5
"""Pixels beyond the binary edge of a stroke that still hold its gray."""
_AT_ONCE = 1 << 17
"""Points that are measured at once."""


def sampled(ink: Bytes, places: Floats) -> Floats:
    """Return the ink at points ``(..., 2)``, 0 to 1, interpolated; outside the page it is paper."""
    import cv2

    flat = np.ascontiguousarray(places.reshape(-1, 2), np.float32)
    # The remapping takes at most 32,767 columns and rows at once.
    columns = 1 << 12
    rows = -(-len(flat) // columns)
    if not rows:
        return np.zeros(places.shape[:-1])
    padded = np.full((rows * columns, 2), -9, np.float32)
    padded[: len(flat)] = flat - np.float32(0.5)
    grid = padded.reshape(rows, columns, 2)
    found = np.empty((rows, columns), np.uint8)
    for top in range(0, rows, 4096):
        part = grid[top : top + 4096]
        found[top : top + 4096] = cv2.remap(
            ink, part, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
        )
    return np.asarray(found.ravel()[: len(flat)].reshape(places.shape[:-1]) / 255.0)


def across(ink: Bytes, points: Floats, normals: Floats, half: Floats) -> tuple[Floats, Floats]:
    """Measure strokes across their direction.

    Args:
        ink: uint8 ``(H, W)``.
        points: ``(N, 2)``: about the centers.
        normals: ``(N, 2)``: unit vectors across the strokes.
        half: ``(N,)``: half the width, to a pixel.

    Returns:
        The offset of the center along the normal, and the width, in pixels.
    """
    offset, width = np.zeros(len(points)), np.zeros(len(points))
    share = np.linspace(-1, 1, _SAMPLES)
    middle = _SAMPLES // 2
    for part in _parts(len(points)):
        reach = half[part] + _BEYOND
        steps = share * reach[:, None]
        value = sampled(ink, points[part, None] + normals[part, None] * steps[:, :, None])
        # Beyond a valley is another stroke.
        value[:, middle:] = np.minimum.accumulate(value[:, middle:], axis=1)
        value[:, middle::-1] = np.minimum.accumulate(value[:, middle::-1], axis=1)
        total = value.sum(axis=1)
        width[part] = total * reach * (2 / (_SAMPLES - 1))
        offset[part] = (value * steps).sum(axis=1) / np.maximum(total, 1e-6)
    return offset, width


def ahead(ink: Bytes, points: Floats, ways: Floats, reach: Floats) -> Floats:
    """Return how far the ink goes on from points, in pixels, at most ``reach``."""
    found = np.zeros(len(points))
    share = np.linspace(0, 1, _SAMPLES)
    for part in _parts(len(points)):
        steps = share * reach[part, None]
        value = sampled(ink, points[part, None] + ways[part, None] * steps[:, :, None])
        value = np.minimum.accumulate(value, axis=1)
        found[part] = (
            (value[:, 1:] + value[:, :-1]).sum(axis=1) / (2 * (_SAMPLES - 1)) * reach[part]
        )
    return found


def centered(paths: Paths, ink: Bytes, half: Floats) -> tuple[Paths, Floats]:
    """Move paths of pixels to the centers of their strokes; return their widths too."""
    rough = Paths(paths.smoothed(paths.points, 1.5), paths.counts, paths.closed)
    normals = left(rough.tangents(np.clip(np.rint(half), 2, 6).astype(np.int64)))
    offset, width = across(ink, rough.points, normals, half)
    offset = np.clip(offset, -0.5 * half - 0.5, 0.5 * half + 0.5)
    return Paths(rough.points + normals * offset[:, None], paths.counts, paths.closed), width


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)
