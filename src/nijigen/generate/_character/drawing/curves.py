"""Curves: splines through knots, ribbons along a line, mirrored and rotated points."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Knots = Sequence[Sequence[float]] | Points
Counts = NDArray[np.int64]


@functools.cache
def _weights(count: int, closed: bool, per: int) -> Points:
    """Return the matrix that turns knots into points of a Catmull-Rom spline."""
    spans = count if closed else count - 1
    rows = np.zeros((spans * per + (0 if closed else 1), count))
    for row in range(len(rows)):
        span, step = divmod(row, per)
        t = step / per
        if span >= spans:
            span, t = spans - 1, 1.0
        weights = (
            -0.5 * t + t * t - 0.5 * t**3,
            1 - 2.5 * t * t + 1.5 * t**3,
            0.5 * t + 2 * t * t - 1.5 * t**3,
            -0.5 * t * t + 0.5 * t**3,
        )
        for offset, weight in zip((-1, 0, 1, 2), weights, strict=True):
            knot = span + offset
            if closed:
                rows[row, knot % count] += weight
            elif knot < 0:
                # The tangent at an end is computed with a mirrored knot.
                rows[row, 0] += 2 * weight
                rows[row, 1] -= weight
            elif knot >= count:
                rows[row, count - 1] += 2 * weight
                rows[row, count - 2] -= weight
            else:
                rows[row, knot] += weight
    return rows


def spline(knots: Knots, *, closed: bool = False, per: int = 8) -> Points:
    """Return points along a smooth curve through the knots, ``per`` for each span."""
    array = np.asarray(knots, np.float64)
    if len(array) < 3:
        return array
    result: Points = _weights(len(array), closed, per) @ array
    return result


def joined(*parts: Points) -> Points:
    """Return the concatenated parts."""
    return np.concatenate(parts)


def corners(*parts: Knots, per: int = 8) -> Points:
    """Return a path of smooth parts that meet in corners."""
    return np.concatenate([spline(part, per=per) for part in parts])


def ellipse(x: float, y: float, across: float, down: float, count: int = 32) -> Points:
    """Return the outline of an ellipse by its center and radii."""
    t = _circle(count)
    return np.array((x, y)) + t * (across, down)


@functools.cache
def _circle(count: int) -> Points:
    t = np.arange(count) * (2 * math.pi / count)
    return np.stack([np.cos(t), np.sin(t)], axis=1)


def mirrored(points: Points) -> Points:
    """Return the points mirrored at x = 0."""
    return points * (-1, 1)


def turned(points: Points, degrees: float, about: tuple[float, float] = (0, 0)) -> Points:
    """Return the points rotated clockwise around a point."""
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    x, y = points[:, 0] - about[0], points[:, 1] - about[1]
    result = np.empty((len(points), 2))
    result[:, 0], result[:, 1] = about[0] + x * c - y * s, about[1] + x * s + y * c
    return result


def normals(points: Points, counts: Counts | None = None) -> Points:
    """Return unit normals to the right of a path.

    ``counts`` has the number of points of each of several concatenated paths.
    """
    way = np.empty_like(points)
    way[1:-1] = points[2:] - points[:-2]
    way[0], way[-1] = points[1] - points[0], points[-1] - points[-2]
    if counts is not None:
        first = np.cumsum(counts)[:-1]
        way[first] = points[first + 1] - points[first]
        way[first - 1] = points[first - 1] - points[first - 2]
    length = np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
    way /= np.maximum(length, 1e-9)[:, None]
    result = np.empty_like(way)
    result[:, 0], result[:, 1] = -way[:, 1], way[:, 0]
    return result


def along(points: Points, counts: Counts | None = None) -> NDArray[np.float64]:
    """Return the relative arc length at each point of a path, 0 to 1.

    ``counts`` has the number of points of each of several concatenated paths.
    """
    steps = points[1:] - points[:-1]
    length = np.zeros(len(points))
    step = np.sqrt(steps[:, 0] * steps[:, 0] + steps[:, 1] * steps[:, 1])
    if counts is None:
        np.cumsum(step, out=length[1:])
        whole = length[-1:]
    else:
        ends = np.cumsum(counts)
        for end, count in zip(ends.tolist(), counts.tolist(), strict=True):
            np.cumsum(step[end - count : end - 1], out=length[end - count + 1 : end])
        whole = np.repeat(length[ends - 1], counts)
    result: NDArray[np.float64] = length / np.maximum(whole, 1e-9)
    return result


def sides(
    spine: Points, widths: NDArray[np.float64] | float, counts: Counts | None = None
) -> tuple[Points, Points]:
    """Return the two edges of a ribbon along one spine or several."""
    half = np.asarray(widths, np.float64) / 2
    offset = normals(spine, counts) * (half[:, None] if half.ndim else half)
    return spine + offset, spine - offset


def ribbon(spine: Points, widths: NDArray[np.float64] | float) -> Points:
    """Return the outline of a ribbon along a spine."""
    first, second = sides(spine, widths)
    return np.concatenate([first, second[::-1]])


def pressure(
    place: NDArray[np.float64],
    start: NDArray[np.float64] | float,
    end: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """Return the pen pressure along a stroke that tapers at its ends."""
    swell = np.minimum(place / np.maximum(start, 1e-9), (1 - place) / np.maximum(end, 1e-9))
    # More weight in the middle, as in hand-drawn strokes, even between long blunt parts.
    belly = 0.76 + 0.32 * np.sin(np.pi * place)
    result: NDArray[np.float64] = np.sin(swell.clip(0, 1) * (np.pi / 2)) ** 0.8 * belly
    return result


def within(points: Points, polygon: Points) -> NDArray[np.bool_]:
    """Return which points are in a polygon, bool ``(n,)``, by counting edges to their right."""
    x, y = points[:, :1], points[:, 1:]
    (x0, y0), (x1, y1) = polygon.T, np.roll(polygon, -1, axis=0).T
    crossed = (y0 > y) != (y1 > y)
    far = x0 + (y - y0) * (x1 - x0) / np.where(y1 == y0, 1, y1 - y0)
    return np.asarray((crossed & (x < far)).sum(axis=1) % 2 == 1)
