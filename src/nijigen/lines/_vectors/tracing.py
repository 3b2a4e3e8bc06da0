"""Tracing: from the ink of a page to strokes, dots and areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nijigen.core.run import Run
from nijigen.lines._geometry import Bools, Floats, Ints
from nijigen.lines._skeleton.graph import graph_of
from nijigen.lines._skeleton.junctions import Junctions, Stroke
from nijigen.lines._skeleton.thinning import thinned
from nijigen.lines._vectors.areas import outlines
from nijigen.lines._vectors.centers import Bytes, across
from nijigen.lines._vectors.corners import corners
from nijigen.lines._vectors.links import linked
from nijigen.lines._vectors.paths import Paths
from nijigen.lines._vectors.strokes import Lines, finished, measured
from nijigen.lines._vectors.uncovered import discs_of, uncovered


@dataclass(frozen=True, eq=False)
class Traced:
    """What was drawn on a page, as polylines.

    Attributes:
        lines: The strokes.
        dots: float64 ``(D, 3)``: x, y and diameter of dots.
        areas: Closed outlines of areas that are wider than strokes.
        area_corner: bool: which points of them are corners.
        area: int64: the area of each outline; the outer one comes first.
        junctions: float64 ``(J, 2)``: where strokes meet.
    """

    lines: Lines
    dots: Floats
    areas: Paths
    area_corner: Bools
    area: Ints
    junctions: Floats


def traced(ink: Bytes, *, smoothness: float, min_length: float, widest: float, run: Run) -> Traced:
    """Trace a page.

    Args:
        ink: uint8 ``(H, W)``, 0 is paper.
        smoothness: 0 to 1.
        min_length: Length in pixels of the shortest stroke that stands alone.
        widest: Width in pixels of the widest stroke; 0 derives it from the page.
        run: Receives progress and may stop it.
    """
    thin = thinned(ink, widest, run.part(0, 0.5))
    graph = graph_of(thin, ink.shape[1])
    run.progress(0.6)
    joints = Junctions(graph, thin)
    at = thin.places
    strokes = linked(ink, list(joints.strokes()), at)
    run.progress(0.7)
    # What is hardly longer than it is wide is a dot.
    round_ = [s for s in strokes if _is_dot(s, thin.half)]
    long = [s for s in strokes if not _is_dot(s, thin.half) and _length(s, thin.half) >= min_length]
    dots = _dots(ink, at, thin.half, round_)
    found = measured(ink, long, at, thin.half, smoothness)
    lines = finished(ink, long, found, joints.places, joints.half)
    run.progress(0.85)
    # Short strokes are left out on purpose.
    kept = set(map(id, long))
    short = np.concatenate([[], *(s.pixels for s in strokes if id(s) not in kept)]).astype(np.int64)
    centers, radii = discs_of(lines)
    discs = np.concatenate([centers, at[short]]), np.concatenate([radii, thin.half[short]])
    areas, area = outlines(ink, uncovered(ink, discs, thin.solid, run))
    return Traced(
        lines,
        dots[dots[:, 2] >= min_length],
        areas,
        corners(areas, np.ones(len(areas.points))),
        area,
        joints.meetings(),
    )


def _alone(stroke: Stroke) -> bool:
    return stroke.nodes == (-1, -1) and not stroke.through and not stroke.closed


def _is_dot(stroke: Stroke, half: Floats) -> bool:
    return _alone(stroke) and len(stroke.pixels) <= 1.5 + min(2, half[stroke.pixels].max())


def _length(stroke: Stroke, half: Floats) -> float:
    """Return the length of a stroke that stands alone; of others infinity."""
    wide = 2 * float(half[stroke.pixels].max())
    return len(stroke.pixels) + wide if _alone(stroke) else np.inf


def _dots(ink: Bytes, at: Floats, half: Floats, strokes: Sequence[Stroke]) -> Floats:
    """Return x, y and diameter of dots."""
    if not strokes:
        return np.zeros((0, 3))
    place = np.array([at[s.pixels].mean(axis=0) for s in strokes])
    reach = np.array([half[s.pixels].max() + len(s.pixels) / 2 for s in strokes])
    x, y = (np.tile(way, (len(place), 1)) for way in ((1.0, 0.0), (0.0, 1.0)))
    right, wide = across(ink, place, x, reach)
    down, tall = across(ink, place, y, reach)
    return np.column_stack([place[:, 0] + right, place[:, 1] + down, np.sqrt(wide * tall)])
