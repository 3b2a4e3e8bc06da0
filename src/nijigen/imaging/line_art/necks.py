"""Necks: gaps at corners and junctions, where a line breaks off without a visible end.

A line that is broken right at a junction has no end: two corners face each other. The paper between
them is narrow and widens on both sides, and a line runs back from each corner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.ends import Floats, sampled
from nijigen.imaging.line_art.gaps import Point

_TRACE = 6
"""Minimum length in pixels, besides 0.7 of the neck's length, of the line behind each side."""
_FAN = np.radians((0, 10, -10, 20, -20, 30, -30, 40, -40))
"""Angles to the axis of the neck at which lines may run back, the straightest first."""
_THICK = 4
"""Half the thickness in pixels above which ink is not a line."""
_TURN = np.radians(50)
"""Maximum total turn of both lines."""
_STRAIGHT, _ROOM = np.radians(30), (0.4, 0.5)
"""Maximum turn of lines that count as one straight line, and the minimum radius to which a neck
widens on both sides, relative to its length, for straight lines and for others. A cell closed off
needlessly takes its color through the closing; one that stays open takes a wrong one."""
_OPENS = np.radians((-60, -30, 0, 30, 60))
"""Directions, relative to the normal of the neck, in which it may widen."""


def necks(mask: NDArray[np.bool_], reach: float) -> list[tuple[Point, ...]]:
    """Return strokes across necks, the shortest first.

    Args:
        mask: ``(H, W)``: pixels of lines and closings.
        reach: Length in pixels of the longest stroke.
    """
    if reach < 3 or not mask.any() or mask.all():
        return []
    p, q, away = _facing(mask, reach)
    length = np.hypot(*(q - p).T)
    unit = (q - p) / length[:, None]
    lines = mask & ~_solid(mask)
    turn = _turn(p, -unit, length, lines)
    # Most fail on the first side: the second is only checked for the rest.
    good = np.flatnonzero(turn <= _TURN)
    turn[good] += _turn(q[good], unit[good], length[good], lines)
    good = good[turn[good] <= _TURN]
    # A line that ends at the side of another, as behind a strap, is complete.
    good = good[~_barred(p[good], -unit[good], mask) & ~_barred(q[good], unit[good], mask)]
    p, q, length, unit, turn = p[good], q[good], length[good], unit[good], turn[good]
    # A neck is the narrowest place; a shape that narrows further on one side is a wedge.
    wide = np.where(turn <= _STRAIGHT, _ROOM[0], _ROOM[1]) * length
    good = _opening((p + q) / 2, unit, length, mask, away) >= wide
    p, q, length = p[good], q[good], length[good]
    order = np.lexsort((q[:, 1], q[:, 0], p[:, 1], p[:, 0], length))
    chosen: list[tuple[Point, ...]] = []
    taken = np.zeros((len(p), 3))
    for n in order.tolist():
        x, y = (p[n] + q[n]) / 2
        few = taken[: len(chosen)]
        if (np.hypot(few[:, 0] - x, few[:, 1] - y) < (few[:, 2] + length[n]) / 2).any():
            continue
        taken[len(chosen)] = x, y, length[n]
        chosen.append(((float(p[n, 0]), float(p[n, 1])), (float(q[n, 0]), float(q[n, 1]))))
    return chosen


def _facing(mask: NDArray[np.bool_], reach: float) -> tuple[Floats, Floats, NDArray[np.float32]]:
    """Return pairs of ink pixels that face each other, and the distance of each pixel to ink.

    The nearest ink of the center of a neck is on two opposite sides.
    """
    import cv2

    away, nearest = cv2.distanceTransformWithLabels(
        (~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    ys, xs = np.nonzero(mask)
    place = np.zeros((int(nearest.max()) + 1, 2), np.int32)
    place[nearest[ys, xs]] = np.stack([xs, ys], axis=1)
    width = mask.shape[1]
    at = np.flatnonzero((away > 0) & (away <= reach / 2 + 1))
    flat = nearest.ravel()
    parts = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        x = at % width + dx
        one = at[(x >= 0) & (x < width) & (at < flat.size - dy * width)]
        first, second = flat[one], flat[one + dy * width + dx]
        differ = first != second
        one, first, second = one[differ], first[differ], second[differ]
        p, q = place[first], place[second]
        span = ((p - q) ** 2).sum(axis=1)
        # Twice the midpoint of both, minus twice the point between the two pixels.
        off = p + q - np.stack([2 * (one % width) + dx, 2 * (one // width) + dy], axis=1)
        good = (span >= 9) & (span <= reach**2) & ((off**2).sum(axis=1) <= 4)
        first, second = first[good].astype(np.int64), second[good]
        parts.append(np.minimum(first, second) * len(place) + np.maximum(first, second))
    first, second = np.divmod(np.unique(np.concatenate(parts)), len(place))
    return place[first].astype(np.float64), place[second].astype(np.float64), away


def _solid(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return ink that is thicker than lines."""
    import cv2

    side = 2 * _THICK + 1
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    core = cv2.erode(mask.view(np.uint8), ball)
    return np.asarray(cv2.dilate(core, ball).view(np.bool_))


def _turned(way: Floats, angle: float) -> Floats:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(way @ np.array([[cos, sin], [-sin, cos]]))


def _turn(at: Floats, way: Floats, length: Floats, mask: NDArray[np.bool_]) -> Floats:
    """Return the turn of the line that runs back from each point; inf if there is none."""
    back = np.maximum(_TRACE, 0.7 * length)
    steps = np.linspace(0, 1, 11)[1:]
    best = np.full(len(at), np.inf)
    for angle in _FAN.tolist():
        turned = _turned(way, angle) * back[:, None]
        # Most have no ink at that distance: the path to it is only checked for the rest.
        left = np.flatnonzero(np.isinf(best))
        left = left[sampled(mask, at[left] + turned[left])]
        places = at[left, None] + turned[left, None] * steps[:, None]
        best[left[sampled(mask, places).mean(axis=1) >= 0.9]] = abs(angle)
    return best


def _barred(at: Floats, way: Floats, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether a line runs to both sides of each point."""
    steps = np.arange(7)
    found = []
    for side in (-1, 1):
        inked = np.zeros(len(at), np.bool_)
        for degrees in (65, 80, 95, 110):
            turned = _turned(way, side * np.radians(degrees))
            places = (at + way)[:, None] + turned[:, None] * steps[:, None]
            inked |= sampled(mask, places).all(axis=1)
        found.append(inked)
    return np.logical_and(*found)


def _opening(
    middle: Floats, unit: Floats, length: Floats, mask: NDArray[np.bool_], away: NDArray[np.float32]
) -> Floats:
    """Return the radius of paper within twice the length of the neck, on its narrower side.

    Points behind ink do not count.
    """
    height, width = mask.shape
    steps = np.linspace(0, 2, 13)[1:] * length[:, None]
    sides = []
    for side in (-np.pi / 2, np.pi / 2):
        best = np.zeros(len(middle))
        for angle in _OPENS.tolist():
            places = middle[:, None] + _turned(unit, side + angle)[:, None] * steps[:, :, None]
            seen = ~np.logical_or.accumulate(sampled(mask, places), axis=1)
            x = np.rint(places[..., 0]).astype(np.int64).clip(0, width - 1)
            y = np.rint(places[..., 1]).astype(np.int64).clip(0, height - 1)
            best = np.maximum(best, np.where(seen, away[y, x], 0).max(axis=1, initial=0))
        sides.append(best)
    return np.minimum(*sides)
