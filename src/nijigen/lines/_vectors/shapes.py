"""Shapes: strokes, dots and areas as paths of curves, as a vector file has them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np

from nijigen.core.run import Run
from nijigen.lines._geometry import Bools, Floats, Ints, dot, left, lengths
from nijigen.lines._vectors.beziers import Curves, fitted, sampled_curves
from nijigen.lines._vectors.paths import Paths
from nijigen.lines._vectors.strokes import Lines
from nijigen.lines._vectors.tracing import Traced

Kind = Literal["center", "outline"]
_LEAST = 0.3
"""Width in pixels of the thinnest line."""
_SIDE = 0.5
"""Most that a side of an outline may be off, relative to the width: thin ones would meet."""


@dataclass(frozen=True, eq=False)
class Shape:
    """One path.

    Attributes:
        chains: For each of its subpaths the control points of its curves, ``(C, 4, 2)``.
        width: Width of a line; 0 is a filled shape.
        closed: Whether the subpaths are closed.
    """

    chains: tuple[Floats, ...]
    width: float
    closed: bool


@dataclass(frozen=True, eq=False)
class Shapes:
    """All paths of a page.

    Attributes:
        lines: Strokes, as center lines or as outlines.
        areas: Areas that are wider than strokes.
        dots: float64 ``(D, 3)``: x, y and diameter of dots.
    """

    lines: list[Shape]
    areas: list[Shape]
    dots: Floats

    @property
    def anchors(self) -> int:
        """Number of points that an editor shows; a dot has one."""
        return len(self.dots) + sum(
            len(chain) + (0 if shape.closed else 1)
            for shape in (*self.lines, *self.areas)
            for chain in shape.chains
        )


def shapes_of(
    found: Traced, kind: Kind, *, tolerance: float, width_variation: float, run: Run
) -> Shapes:
    """Fit curves to what was drawn.

    Args:
        found: Strokes, dots and areas.
        kind: Whether strokes become center lines or outlines.
        tolerance: Maximum distance of curves from the drawn lines, in pixels.
        width_variation: 0 to 1: how much of the changes of width is kept.
        run: Receives progress and may stop it.
    """
    lines = _evened(found.lines, width_variation)
    if not len(lines.width):
        shapes = []
    elif kind == "center":
        # Both edges of a line may be off by the tolerance.
        shapes = _center_lines(lines, tolerance, 2 * tolerance, run)
    else:
        shapes = _outlined(lines, tolerance, run)
    run.progress(0.9)
    return Shapes(shapes, _areas(found, tolerance, run), found.dots)


def _evened(lines: Lines, variation: float) -> Lines:
    """Return strokes whose widths are closer to their median."""
    if variation == 1 or not len(lines.width):
        return lines
    order = np.lexsort((lines.width, lines.paths.path))
    median = lines.width[order][lines.paths.starts + lines.paths.counts // 2]
    usual = median[lines.paths.path]
    return replace(lines, width=usual + (lines.width - usual) * variation)


def _chains(curves: Curves, count: int) -> list[Floats]:
    ends = np.searchsorted(curves.path, np.arange(1, count))
    return np.split(curves.control, ends) if count else []


def _center_lines(lines: Lines, tolerance: float, width_tolerance: float, run: Run) -> list[Shape]:
    """Return center lines; where the width changes, another one begins."""
    breaks = np.zeros(len(lines.width), np.bool_)
    breaks[_changes(lines, width_tolerance)] = True
    curves = fitted(lines.paths, lines.corner, breaks, tolerance, run)
    shapes = []
    fresh = np.ones(len(curves.path), np.bool_)
    fresh[1:] = (np.diff(curves.path) != 0) | breaks[curves.first[1:]]
    begin = np.flatnonzero(fresh)
    for one, two in zip(begin.tolist(), [*begin[1:].tolist(), len(fresh)], strict=True):
        first, last = int(curves.first[one]), int(curves.last[two - 1])
        width = lines.width[first : last + 1]
        # In the middle of the range, so that no place is off by more than the tolerance.
        thick = float(np.median(width))
        low, high = float(width.max()) - width_tolerance, float(width.min()) + width_tolerance
        thick = min(max(thick, low), high) if low <= high else (low + high) / 2
        chain = curves.control[one:two]
        closed = bool((np.abs(chain[0, 0] - chain[-1, 3]) < 1e-9).all()) and last - first > 3
        shapes.append(Shape((chain,), max(thick, _LEAST), closed))
    return shapes


def _changes(lines: Lines, tolerance: float) -> list[int]:
    """Return the points at which the width has left the range that one line can have."""
    found = []
    paths = lines.paths
    low = np.minimum.reduceat(lines.width, paths.starts) if len(paths.counts) else np.zeros(0)
    high = np.maximum.reduceat(lines.width, paths.starts) if len(paths.counts) else np.zeros(0)
    for number in np.flatnonzero(high - low > 2 * tolerance).tolist():
        start = int(paths.starts[number])
        width = lines.width[start : start + int(paths.counts[number])].tolist()
        least = most = width[0]
        for place, value in enumerate(width):
            least, most = min(least, value), max(most, value)
            if most - least > 2 * tolerance and place < len(width) - 1:
                found.append(start + place)
                least = most = value
    return found


def _outlined(lines: Lines, tolerance: float, run: Run) -> list[Shape]:
    """Return outlines, fitted to both sides of the curves along the centers."""
    curves = fitted(lines.paths, lines.corner, np.zeros(len(lines.width), np.bool_), tolerance, run)
    run.progress(0.3)
    number, t, points, way = sampled_curves(curves, 2.5)
    width = np.maximum(_widths(lines, curves, number, t), _LEAST)
    paths, corner, owner = _rims(curves, number, points, way, width)
    path = curves.path[number]
    near = np.minimum(tolerance, _SIDE * np.bincount(path, width) / np.bincount(path))[owner]
    rims = fitted(paths, corner, np.zeros(len(corner), np.bool_), near, run)
    grouped: dict[int, list[Floats]] = {}
    for chain, stroke in zip(_chains(rims, len(owner)), owner, strict=True):
        grouped.setdefault(stroke, []).append(chain)
    return [Shape(tuple(group), 0.0, True) for group in grouped.values()]


def _widths(lines: Lines, curves: Curves, number: Ints, t: Floats) -> Floats:
    """Return the width at parameters of curves, by the share of the length between their ends."""
    points = lines.paths.points
    steps = np.zeros(len(points))
    steps[1:] = lengths(np.diff(points, axis=0))
    length = np.cumsum(steps)
    one, two = length[curves.first[number]], length[curves.last[number]]
    return np.interp(one + (two - one) * t, length, lines.width)


def _rims(
    curves: Curves, number: Ints, points: Floats, way: Floats, width: Floats
) -> tuple[Paths, Bools, list[int]]:
    """Return outlines of strokes as polylines, their corners, and the stroke of each.

    A loop has two, in opposite directions, so that its inside stays empty.
    """
    path = curves.path[number]
    bounds = np.searchsorted(path, np.arange(int(path.max()) + 2 if len(path) else 0))
    normal = left(way)
    half = width / 2
    one, two = points + normal * half[:, None], points - normal * half[:, None]
    # Both ends of curves that meet in a corner are there: the rim has both of their edges.
    bend = (np.diff(number) != 0) & (np.diff(path) == 0) & (dot(way[:-1], way[1:]) < 0.9)
    bent = np.zeros(len(path), np.bool_)
    bent[:-1] |= bend
    bent[1:] |= bend
    loop = (np.abs(points[bounds[:-1]] - points[bounds[1:] - 1]) < 1e-9).all(axis=1)
    loop &= np.diff(bounds) > 4
    parts: list[Floats] = []
    sharp: list[Bools] = []
    owner: list[int] = []
    for stroke, (low, high) in enumerate(pairwise(bounds.tolist())):
        first, last, corner = one[low:high], two[low:high], bent[low:high]
        if loop[stroke]:
            for rim, turns in ((first, corner), (last[::-1], corner[::-1])):
                parts.append(np.concatenate([rim[:-1], rim[:1]]))
                sharp.append(turns)
                owner.append(stroke)
            continue
        begin = _cap(points[low], -way[low], -normal[low], float(half[low]))
        end = _cap(points[high - 1], way[high - 1], normal[high - 1], float(half[high - 1]))
        parts.append(np.concatenate([first, end, last[::-1], begin, first[:1]]))
        turns = np.zeros(len(parts[-1]), np.bool_)
        turns[: high - low] = corner
        turns[high - low + len(end) :][: high - low] = corner[::-1]
        turns[[0, -1]] = True
        sharp.append(turns)
        owner.append(stroke)
    paths = Paths.of(parts, [False] * len(parts))
    return paths, np.concatenate([np.zeros(0, bool), *sharp]), owner


def _cap(at: Floats, way: Floats, side: Floats, half: float) -> Floats:
    """Return the inner points of a round end, from the left of ``way``, ``side``, to its right."""
    ahead, aside = _half_circle(min(max(math.ceil(half * 2), 1), 16))
    return np.asarray(at + half * (ahead * way + aside * side))


@lru_cache(16)
def _half_circle(count: int) -> tuple[Floats, Floats]:
    angle = np.linspace(np.pi / 2, -np.pi / 2, count + 2)[1:-1, None]
    return np.cos(angle), np.sin(angle)


def _areas(found: Traced, tolerance: float, run: Run) -> list[Shape]:
    parts, sharp = [], []
    for start, count in zip(found.areas.starts.tolist(), found.areas.counts.tolist(), strict=True):
        corner = found.area_corner[start : start + count]
        order = (np.arange(count + 1) + int(np.argmax(corner))) % count
        parts.append(found.areas.points[start + order])
        sharp.append(corner[order])
    paths = Paths.of(parts, [False] * len(parts))
    corner = np.concatenate([np.zeros(0, np.bool_), *sharp])
    curves = fitted(paths, corner, np.zeros(len(corner), np.bool_), tolerance, run)
    chains = _chains(curves, len(parts))
    grouped: dict[int, list[Floats]] = {}
    for chain, area in zip(chains, found.area.tolist(), strict=True):
        grouped.setdefault(area, []).append(chain)
    return [Shape(tuple(group), 0.0, True) for group in grouped.values()]
