"""Tapering: lines narrowed toward their free ends."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed
from nijigen.core.picture import Picture
from nijigen.imaging.line_art.ink import dark_paper, drawn_in_alpha
from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines._linework import Linework
from nijigen.lines._skeleton.graph import graph_of
from nijigen.lines._skeleton.thinning import Thinned

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
_SPUR = 1.5
"""A line shorter than this multiple of its width is a corner of a thick one."""
_SMOOTH = 5
"""Pixels over which the stairs of a line followed at a reduced size are smoothed."""


@dataclass(frozen=True, eq=False)
class _Tip:
    """The part of a line that narrows; lengths in pixels of the size at which it was followed.

    Attributes:
        pixels: ``(N, 2)``: x and y along the line, from its end.
        points: The same, without the stairs of pixels.
        kept: ``(N,)``: half the width that is left.
        wide: Half the width of what is drawn there.
        beside: Half the usual width of the line: there is paper within it.
    """

    pixels: Ints
    points: Floats
    kept: Floats
    wide: float
    beside: float


def tapered(picture: Picture, lines: Linework, length: float, point: float) -> tuple[Picture, int]:
    """Return the picture with lines that end in points, and the number of these ends.

    Args:
        picture: The drawing.
        lines: Its lines.
        length: Over how many pixels a line narrows; of a short line, half.
        point: Share of its width that is left at the end.
    """
    import cv2

    thin = skeleton(lines.mask)
    tips = _tips(thin, lines, length / lines.factor, point)
    if not tips:
        return picture, 0
    nearest = cv2.distanceTransformWithLabels(
        (~thin).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    for number, tip in enumerate(tips, 1):
        columns, rows = tip.pixels.T
        table[nearest[rows, columns]] = number
    return _narrowed(picture, tips, table[nearest], lines.factor), len(tips)


def _tips(thin: NDArray[np.bool_], lines: Linework, length: float, point: float) -> list[_Tip]:
    """Return the free ends of lines."""
    height, width = thin.shape
    centers = Thinned.of(thin, lines.half)
    graph = graph_of(centers, width)
    sides = Counter(node for edge in graph.edges for node in edge.nodes)
    tips = []
    for edge in graph.edges:
        if len(edge.pixels) < 3 or edge.nodes[0] < 0:
            continue
        rows, columns = centers.y[edge.pixels], centers.x[edge.pixels]
        pixels = np.column_stack([columns, rows]).astype(np.int32)
        points, half = pixels.astype(np.float32), lines.half[rows, columns]
        if lines.factor > 1:
            points[1:-1] = _smoothed(points)[1:-1]
            half = _smoothed(half[:, None])[:, 0]
        if len(rows) < 2 * _SPUR * float(np.median(half)):
            continue
        # A line that leaves the picture does not end there, though its skeleton does, before.
        inside = (
            np.minimum.reduce([rows, columns, height - 1 - rows, width - 1 - columns]) > half + 1
        )
        free = [sides[edge.nodes[at]] == 1 and bool(inside[at]) for at in (0, -1)]
        reach = min(length, len(rows) / (2 if all(free) else 1))
        # Not the maximum: a line may come from a solid area.
        beside = float(np.percentile(half, 90))
        for is_free, order in zip(free, (slice(None), slice(None, None, -1)), strict=True):
            if is_free:
                along = np.arange(len(rows)) / max(reach, 1)
                there = along < 1
                own = half[order][there]
                kept = own * (point + (1 - point) * along[there])
                tips.append(
                    _Tip(
                        pixels[order][there],
                        points[order][there],
                        kept.astype(np.float32),
                        float(own.max()),
                        beside,
                    )
                )
    return tips


def _smoothed(values: Floats) -> Floats:
    """Return values along a line ``(N, C)`` without the stairs of pixels."""
    import cv2

    smooth = cv2.blur(values, (1, _SMOOTH), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth, np.float32).reshape(values.shape)


def _narrowed(picture: Picture, tips: list[_Tip], owner: Ints, factor: int) -> Picture:
    """Return the picture with less ink at tips: paper, or transparency, in its place.

    Args:
        picture: The drawing.
        tips: Its tips.
        owner: At a size smaller by ``factor``: the number, from 1, of the tip that is the nearest
            part of a line.
        factor: A whole number.
    """
    import cv2

    result = picture.pixels.copy()
    in_alpha = drawn_in_alpha(picture)
    colors = bleed(picture).pixels
    dark = not in_alpha and dark_paper(colors)
    for number, tip in enumerate(tips, 1):
        margin = math.ceil(tip.wide) + 2
        low = np.maximum(tip.pixels.min(axis=0) - margin, 0)
        high = tip.pixels.max(axis=0) + margin + 1
        here = owner[low[1] : high[1], low[0] : high[0]] == number
        left, top = (low * factor).tolist()
        own = here.repeat(factor, axis=0).repeat(factor, axis=1)
        own = own[: picture.height - top, : picture.width - left]
        box = np.s_[top : top + own.shape[0], left : left + own.shape[1]]
        share = np.where(own, _share(tip, (left, top), own.shape, factor), 1)[:, :, None]
        if in_alpha:
            result[box][:, :, 3:] = (result[box][:, :, 3:] * share + np.float32(0.5)).astype(
                np.uint8
            )
            continue
        # Paper is what is lightest within the width of the line.
        radius = (math.ceil(tip.beside) + 2) * factor
        above, before = max(0, top - radius), max(0, left - radius)
        around = colors[above : box[0].stop + radius, before : box[1].stop + radius]
        disk = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
        paper = (cv2.erode if dark else cv2.dilate)(around, disk).reshape(around.shape)
        paper = paper[top - above :, left - before :][: own.shape[0], : own.shape[1]]
        ink = colors[box].astype(np.float32)
        mixed = (paper + (ink - paper) * share + np.float32(0.5)).astype(np.uint8)
        target = result[box][:, :, : colors.shape[2]]
        target[:] = np.where(share < 1, mixed, target)
    return picture.with_pixels(result)


def _share(tip: _Tip, corner: tuple[int, int], size: tuple[int, int], factor: int) -> Floats:
    """Return the share of ink that stays at each pixel of a part of the picture, ``size``."""
    import cv2

    points, kept = tip.points, tip.kept * factor
    if factor > 1:
        # Without gaps.
        steps = np.linspace(0, len(points) - 1, 2 * factor * len(points))
        x, y = (np.interp(steps, np.arange(len(points)), way) for way in points.T)
        kept = np.interp(steps, np.arange(len(kept)), kept).astype(np.float32)
        points = (np.column_stack([x, y]).astype(np.float32) + np.float32(0.5)) * factor
        points -= np.float32(0.5)
    places = (np.rint(points) - corner).astype(int)
    columns, rows = places.T.clip(0, np.array(size)[::-1, None] - 1)
    blank = np.ones(size, np.uint8)
    blank[rows, columns] = 0
    distance, nearest = cv2.distanceTransformWithLabels(
        blank, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.float32)
    table[nearest[rows, columns]] = kept
    return np.asarray((table[nearest] - distance + np.float32(0.5)).clip(0, 1), np.float32)
