"""Uncovered ink: blots that no stroke covers, such as the corner of an eyelash.

Thinning takes their skeleton for the corners of a stroke, and the stroke passes them by.
"""

from __future__ import annotations

import numpy as np

from nijigen.core.run import Run
from nijigen.imaging.line_art.bands import bands
from nijigen.lines._geometry import Floats, lengths
from nijigen.lines._skeleton.thinning import line_mask
from nijigen.lines._vectors.centers import Bytes
from nijigen.lines._vectors.strokes import Lines

_NEAR = 0.75
"""Pixels beyond the edge of a stroke up to which ink is the stroke's own."""
_THICK = 1.5
"""Half the width in pixels of the thinnest blot; what is thinner is the edge of a stroke."""
_UNDER = 2
"""Pixels that a blot reaches under the strokes around it."""

Discs = tuple[Floats, Floats]
"""Centers ``(N, 2)`` and radii ``(N,)``."""


def discs_of(lines: Lines) -> Discs:
    """Return discs that cover strokes, less than 2 pixels apart."""
    points, path = lines.paths.points, lines.paths.path
    if not len(points):
        return points, lines.width
    gap = np.append(lengths(np.diff(points, axis=0)), 0)
    gap[np.append(np.diff(path) != 0, True)] = 0
    count = np.maximum(np.ceil(gap / 1.5), 1).astype(np.int64)
    index = np.repeat(np.arange(len(points)), count)
    share = (np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)) / count[index]
    after = np.minimum(index + 1, len(points) - 1)
    centers = points[index] + (points[after] - points[index]) * share[:, None]
    return centers, (lines.width[index] + (lines.width[after] - lines.width[index]) * share) / 2


def uncovered(ink: Bytes, discs: Discs, solid: Bytes | None, run: Run) -> Bytes | None:
    """Return areas with the blots that neither they nor strokes cover.

    Args:
        ink: uint8 ``(H, W)``.
        discs: What strokes and dots cover.
        solid: uint8 ``(H, W)``: 1 in areas; changed. None if there are none.
        run: May stop it.
    """
    import cv2

    centers, radii = discs
    height, width = ink.shape
    order = np.argsort(centers[:, 1], kind="stable")
    centers, radii = centers[order], radii[order]
    x = np.floor(centers[:, 0]).astype(np.int64).clip(0, width - 1)
    y = np.floor(centers[:, 1]).astype(np.int64).clip(0, height - 1)
    square = np.ones((2 * _UNDER + 1,) * 2, np.uint8)
    for rows, own in bands(height, 48):
        run.check()
        mask = line_mask(ink[rows])
        part = slice(*np.searchsorted(y, [rows.start, rows.stop]).tolist())
        left = mask if solid is None else mask & (solid[rows] == 0)
        if part.start < part.stop:
            left = left & (_beyond(mask.shape, x[part], y[part] - rows.start, radii[part]) > _NEAR)
        pieces = left.view(np.uint8)
        thick = cv2.distanceTransform(pieces, cv2.DIST_L2, cv2.DIST_MASK_5) >= _THICK
        if not thick.any():
            continue
        _, number = cv2.connectedComponents(pieces, connectivity=4)
        blot = np.isin(number, np.unique(number[thick]))
        blot = (cv2.dilate(blot.view(np.uint8), square) > 0) & mask
        solid = np.zeros(ink.shape, np.uint8) if solid is None else solid
        solid[rows][own] |= blot[own]
    return solid


def _beyond(
    shape: tuple[int, ...], x: np.ndarray, y: np.ndarray, radii: Floats
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return how far each pixel is from the disc whose center is nearest; negative inside."""
    import cv2

    wide = np.zeros(shape, np.float32)
    np.maximum.at(wide, (y, x), radii.astype(np.float32))
    away, number = cv2.distanceTransformWithLabels(
        (wide == 0).view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    radius = np.zeros(int(number.max()) + 1, np.float32)
    radius[number[y, x]] = wide[y, x]
    return np.asarray(away - radius[number])
