"""Blacks: solid black areas of pages, and thick lettering, whose outlines alone would be hollow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_BLACK, _EVEN = 64, 20
"""Level up to which something is black, since ink in scans is no darker; and how much the levels
of a solid black differ in a few pixels: painted hair and cloth differ more."""
_GRAY = 24
"""Difference between the largest and smallest channel up to which a pixel has no color."""
_PAGE = 0.98
"""Share of such pixels in a page; cream paper is one color, and taken off first."""
_CORE = 5
"""Side of the smallest solid square: what is thinner is a line, which the network finds."""
_DEEP, _LINE, _DRAWN = 9, 100, 0.01
"""Share of an area, beyond so many pixels from its edge, that lines of at least such coverage may
have: where something is drawn in the black, as strands or folds are, it stays open."""
_THICK = 12.0
"""Half the width of the thickest lettering on a picture in color."""
_AROUND, _LIGHT = 0.8, 128
"""Share of what surrounds lettering that is lighter than this level: dark hair is no lettering."""


def solid_blacks(pixels: Bytes, lines: Bytes) -> NDArray[np.bool_]:
    """Return what an inker fills with solid black.

    On a page without color that is all that is black and wider than a line; on a picture in color,
    where black may be hair or night, only thick strokes on a light ground, such as lettering.

    Args:
        pixels: RGB at the size at which lines are found, ``(H, W, 3)``.
        lines: The coverage by lines there, ``(H, W)``.
    """
    import cv2

    most, least = pixels.max(axis=2), pixels.min(axis=2)
    black = (most <= _BLACK) & (most - least <= _GRAY)
    window = np.ones((_CORE, _CORE), np.uint8)
    even = cv2.subtract(cv2.dilate(most, window), cv2.erode(most, window)) <= _EVEN
    core = cv2.erode(black.view(np.uint8), window) & even.view(np.uint8)
    if not core.any() or np.median(most[::4, ::4]) <= 2 * _BLACK:
        return np.zeros(black.shape, np.bool_)
    # The core again, up to its edges and into its corners.
    solid = cv2.dilate(core, np.ones((_CORE + 2, _CORE + 2), np.uint8)).view(np.bool_) & black
    count, parts = cv2.connectedComponents(solid.view(np.uint8), connectivity=8)
    deep = cv2.erode(solid.view(np.uint8), np.ones((2 * _DEEP + 1,) * 2, np.uint8)).view(np.bool_)
    inside = parts[deep]
    drawn = np.bincount(inside, lines[deep] >= _LINE, count)
    kept = drawn <= _DRAWN * np.bincount(inside, minlength=count)
    kept[0] = False
    if _has_color(pixels):
        kept &= _are_lettering(solid, parts, count, most)
    return np.asarray(kept[parts])


def _has_color(pixels: Bytes) -> bool:
    """Return whether a page has more hues than those of its paper and ink."""
    import cv2

    small = pixels[::4, ::4]
    lab = cv2.cvtColor(np.ascontiguousarray(small), cv2.COLOR_RGB2LAB).astype(np.float32)
    light = lab[:, :, 0]
    paper = np.median(lab[light >= np.percentile(light, 75)], axis=0)
    # Paper fades towards black ink.
    tint = (paper[1:] - 128) * (light / max(float(paper[0]), 1.0))[:, :, None]
    off = np.abs(lab[:, :, 1:] - 128 - tint).max(axis=2)
    return bool((off <= _GRAY / 2).mean() < _PAGE)


def _are_lettering(
    solid: NDArray[np.bool_], parts: NDArray[np.int32], count: int, level: Bytes
) -> NDArray[np.bool_]:
    """Return which parts are strokes on a light ground, ``(count,)``."""
    import cv2

    half = cv2.distanceTransform(solid.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    widest = np.zeros(count, np.float32)
    np.maximum.at(widest, parts.ravel(), half.ravel())
    # A ring beyond the soft edge; where rings meet, the larger number has it.
    wide = cv2.dilate(parts.astype(np.float32), np.ones((9, 9), np.uint8)).astype(np.int32)
    near = cv2.dilate(solid.view(np.uint8), np.ones((5, 5), np.uint8)).view(np.bool_)
    ring = np.where(near, 0, wide)
    size = np.maximum(np.bincount(ring.ravel(), minlength=count), 1)
    light = np.bincount(ring.ravel(), (level >= _LIGHT).ravel(), count) / size
    return np.asarray((widest <= _THICK) & (light >= _AROUND))
