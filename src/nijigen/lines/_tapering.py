"""Tapering: lines narrowed toward their free ends."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed
from nijigen.core.picture import Picture
from nijigen.imaging.line_art.ink import dark_paper, drawn_in_alpha
from nijigen.imaging.line_art.paths import paths_of
from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines._linework import Linework

Floats = NDArray[np.float32]
_SPUR = 1.5
"""A line shorter than this multiple of its width is a corner of a thick one."""
_BAND = 512
"""Rows at once."""


def tapered(picture: Picture, lines: Linework, length: float, point: float) -> tuple[Picture, int]:
    """Return the picture with lines that end in points, and the number of these ends.

    Args:
        picture: The drawing.
        lines: Its lines.
        length: Over how many pixels a line narrows; of a short line, half.
        point: Share of its width that is left at the end.
    """
    share, count, widest = _share(lines, length / lines.factor, point)
    if count == 0:
        return picture, 0
    # Paper is what is lightest within the width of a line.
    return _faded(picture, share, lines.factor, (math.ceil(widest) + 2) * lines.factor), count


def _share(lines: Linework, length: float, point: float) -> tuple[Floats, int, float]:
    """Return the share of ink that stays at each pixel, and the number of ends.

    The third is half the width of the widest line that narrows.
    """
    import cv2

    thin = skeleton(lines.mask)
    padded = thin.view(np.uint8)
    near = cv2.boxFilter(padded, cv2.CV_8U, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    wide = np.full(thin.shape, np.inf, np.float32)
    height, width = thin.shape
    count, widest = 0, 0.0
    for path in paths_of(thin, 3):
        if path.closed:
            continue
        columns, rows = path.points.astype(int).T
        half = lines.half[rows, columns]
        if len(rows) < 2 * _SPUR * float(np.median(half)):
            continue
        # A line that leaves the picture does not end there, though its skeleton does, before.
        edge = np.minimum.reduce([rows, columns, height - 1 - rows, width - 1 - columns])
        inside = edge > half + 1
        free = [near[rows[at], columns[at]] == 2 and bool(inside[at]) for at in (0, -1)]
        reach = min(length, len(rows) / (2 if all(free) else 1))
        if any(free):
            # Not the maximum: a line may come from a solid area.
            widest = max(widest, float(np.percentile(half, 90)))
        for is_free, order in zip(free, (slice(None), slice(None, None, -1)), strict=True):
            if is_free:
                count += 1
                along = np.arange(len(rows)) / max(reach, 1)
                kept = half[order] * (point + (1 - point) * along).clip(0, 1)
                at = rows[order][along < 1], columns[order][along < 1]
                wide[at] = np.minimum(wide[at], kept[along < 1])
    if count == 0:
        return np.ones(thin.shape, np.float32), 0, 0.0
    distance, nearest = cv2.distanceTransformWithLabels(
        (~thin).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.full(int(nearest.max()) + 1, np.inf, np.float32)
    table[nearest[thin]] = wide[thin]
    share: Floats = (table[nearest] - distance + np.float32(0.5)).clip(0, 1)
    return share, count, widest


def _faded(picture: Picture, share: Floats, factor: int, radius: int) -> Picture:
    """Return the picture with less ink: paper, or transparency, in its place.

    Args:
        picture: The drawing.
        share: Share of ink that stays, at a size smaller by ``factor``.
        factor: A whole number.
        radius: Distance in pixels within which there is paper beside a line.
    """
    import cv2

    result = picture.pixels.copy()
    in_alpha = drawn_in_alpha(picture)
    colors = bleed(picture).pixels
    dark = not in_alpha and dark_paper(colors)
    disk = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    height, width = result.shape[:2]
    x = ((np.arange(width, dtype=np.float32) + 0.5) / factor - 0.5)[None]
    for top in range(0, height, _BAND):
        rows = slice(top, min(top + _BAND, height))
        y = ((np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) / factor - 0.5)[
            :, None
        ]
        shape = len(y), width
        left = cv2.remap(
            share,
            np.ascontiguousarray(np.broadcast_to(x, shape)),
            np.ascontiguousarray(np.broadcast_to(y, shape)),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )[:, :, None]
        if in_alpha:
            result[rows, :, 3:] = (result[rows, :, 3:] * left + np.float32(0.5)).astype(np.uint8)
            continue
        if (left == 1).all():
            continue
        around = colors[max(0, rows.start - radius) : rows.stop + radius]
        paper = (cv2.erode if dark else cv2.dilate)(around, disk).reshape(around.shape)
        paper = paper[min(rows.start, radius) :][: len(y)]
        own = colors[rows].astype(np.float32)
        mixed = (paper + (own - paper) * left + np.float32(0.5)).astype(np.uint8)
        result[rows, :, : colors.shape[2]] = np.where(
            left < 1, mixed, result[rows, :, : colors.shape[2]]
        )
    return picture.with_pixels(result)
