"""Sharpness: how wide the sharpest edges are, and whether a picture was only enlarged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FINE, _COARSE = 0.7, 1.4
"""Deviations in pixels of the two blurs that edges are compared with."""
_TILE, _TILES = 704, 3
"""Larger pictures are measured in three by three tiles of this side."""
_EDGES = 50
"""So many pixels on edges are needed to say anything."""
_SHARE = 0.25
"""Detail at the finest octave, as a share of that at the next, below which there is none. Drawings
and photographs have 0.28 to 0.75; doubled by any common filter, 0.16 to 0.25, also as JPEG 90."""
_WIDE = 1.4
"""Edges of this width lose nothing when the picture is halved."""


def edge_width(luma: Floats) -> float | None:
    """Return the width of the sharpest tenth of the edges, in pixels; None if there are too few.

    The width is the deviation of the Gaussian that would blur a step as much: 0 to 0.7 in pictures
    with a sharp part; thin lines count as sharper than steps. Edges are compared with themselves
    after blurring, which changes sharp ones most. Widths over 4 are not told apart.

    Args:
        luma: ``(H, W)``, from 0 to 255.

    Source:
        After Zhuo and Sim, Defocus map estimation from a single image, 2011.
    """
    import cv2

    ratios = []
    for tile in _tiles(luma):
        fine = _gradient(cv2.GaussianBlur(tile, (0, 0), _FINE))
        coarse = _gradient(cv2.GaussianBlur(tile, (0, 0), _COARSE))
        least = max(1.5, 0.25 * float(np.percentile(fine, 99.5)))
        on_edge = (fine >= cv2.dilate(fine, np.ones((3, 3)))) & (fine > least)
        ratios.append(fine[on_edge] / np.maximum(coarse[on_edge], 1e-3))
    found = np.concatenate(ratios)
    if len(found) < _EDGES:
        return None
    sharpest = float(np.percentile(found, 90)) ** 2
    width = (_COARSE**2 - sharpest * _FINE**2) / max(sharpest - 1, 1e-3)
    return float(np.sqrt(max(width, 0.0)))


def enlargement(luma: Floats) -> int:
    """Return by which power of two a picture can be reduced without losing anything.

    It is 1 for pictures with detail in their pixels. Enlarging by filters (bicubic, Lanczos) is
    found from about 1.8 on, repeated pixels from 2 on. What a network has invented is detail.

    Args:
        luma: ``(H, W)``, from 0 to 255.
    """
    import cv2

    factor = _repetition(luma)
    plane = luma[::factor, ::factor]
    while factor < 8 and min(plane.shape) >= 64:
        width = edge_width(plane)
        detail = _detail(plane)
        if not (detail is not None and detail < _SHARE) and not (width or 0) > _WIDE:
            break
        size = (plane.shape[1] // 2, plane.shape[0] // 2)
        plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
        factor *= 2
    return factor


def _tiles(luma: Floats) -> Iterator[Floats]:
    height, width = luma.shape
    if height * width <= _TILES**2 * _TILE**2:
        yield luma
        return
    for top in _starts(height):
        for left in _starts(width):
            yield np.ascontiguousarray(luma[top : top + _TILE, left : left + _TILE])


def _starts(length: int) -> list[int]:
    if length <= _TILE:
        return [0]
    # Not all at the rim, which is often plain.
    places = np.linspace(0, length - _TILE, _TILES + 2)[1:-1]
    return sorted({int(place) // 2 * 2 for place in places})


def _gradient(plane: Floats) -> Floats:
    import cv2

    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return np.asarray(np.hypot(across, down), np.float32)


def _detail(luma: Floats) -> float | None:
    """Return the detail at the finest octave as a share of that at the next, where that is strong.

    None if too little of the picture has any.
    """
    shares = []
    for tile in _tiles(luma):
        plane = tile[: tile.shape[0] // 4 * 4, : tile.shape[1] // 4 * 4]
        first, half = _band(plane)
        second, _ = _band(half)
        fine = np.sqrt((first**2).reshape(half.shape[0], 2, half.shape[1], 2).mean((1, 3)))
        coarse = np.abs(second)
        strong = coarse >= max(float(np.percentile(coarse, 97)), 2.0)
        shares.append(fine[strong] / coarse[strong])
    found = np.concatenate(shares)
    return float(np.median(found)) if len(found) >= _EDGES else None


def _band(plane: Floats) -> tuple[Floats, Floats]:
    """Return what halving a picture loses, and the half."""
    import cv2

    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    half = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    again = cv2.resize(half, (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_CUBIC)
    return plane - again, half


def _repetition(luma: Floats) -> int:
    """Return how often each pixel is repeated in both directions: 8, 4, 2 or 1."""
    for factor in (8, 4, 2):
        height, width = (side // factor * factor for side in luma.shape)
        if min(height, width) < 16 * factor:
            continue
        blocks = luma[:height, :width].reshape(height // factor, factor, width // factor, factor)
        spread = blocks.max((1, 3)) - blocks.min((1, 3))
        changes = np.abs(np.diff(blocks[:, 0, :, 0], axis=1)) > 8
        # Plain pictures repeat everything.
        if float((spread > 3).mean()) < 0.002 and np.count_nonzero(changes) > _EDGES:
            return factor
    return 1
