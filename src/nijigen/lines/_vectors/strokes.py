"""Strokes: centers, widths, corners and ends of what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nijigen.lines._geometry import Bools, Floats, Ints, unit
from nijigen.lines._skeleton.junctions import Stroke
from nijigen.lines._vectors.centers import Bytes, ahead, centered
from nijigen.lines._vectors.corners import corners, sharpened
from nijigen.lines._vectors.paths import Paths


@dataclass(frozen=True, eq=False)
class Lines:
    """Strokes as open polylines; of a loop, the last point repeats the first.

    Attributes:
        paths: Their centers.
        width: float64 ``(N,)``: the width at each point.
        corner: bool ``(N,)``: which points are corners.
    """

    paths: Paths
    width: Floats
    corner: Bools


@dataclass(frozen=True, eq=False)
class _Measured:
    """Strokes without their points inside junctions.

    Attributes:
        place: For each stroke the places in its pixels of the points that are left.
    """

    points: list[Floats]
    width: list[Floats]
    corner: list[Bools]
    place: list[Ints]


def measured(
    ink: Bytes, strokes: Sequence[Stroke], at: Floats, half: Floats, smoothness: float
) -> _Measured:
    """Measure strokes in the gray of a page.

    Args:
        ink: uint8 ``(H, W)``.
        strokes: As pixels of a skeleton.
        at: ``(N, 2)``: places of these pixels.
        half: ``(N,)``: half the width there, to a pixel.
        smoothness: 0 to 1.
    """
    rough = Paths.of([at[s.pixels] for s in strokes], [s.closed for s in strokes])
    pixels = np.concatenate([np.zeros(0, np.int64), *(s.pixels for s in strokes)])
    sure = np.concatenate([np.zeros(0, np.bool_), *(s.sure for s in strokes)])
    paths, width = centered(rough, ink, half[pixels])
    weight = np.where(sure, 1.0, 1e-3)
    points = paths.smoothed(paths.points, 4 * smoothness, weight)
    paths = Paths(points, paths.counts, paths.closed)
    width = paths.smoothed(width, 2.0, weight)
    # A turn inside a junction is the skeleton's, unless two edges are known to meet there.
    found = corners(paths, width / 2) & sure
    for number, stroke in enumerate(strokes):
        found[paths.starts[number] + np.array(stroke.bends, np.int64)] = True
    at_corner = np.flatnonzero(found)
    place, bent = sharpened(paths, at_corner, width[at_corner] / 2)
    keep = sure.copy()
    for step in range(-int(bent.max(initial=0)), int(bent.max(initial=0)) + 1):
        every = np.zeros(len(keep), np.int64)
        every[at_corner] = step
        index = paths.along(every)[0][at_corner]
        keep[index[abs(step) <= bent]] = False
    keep[at_corner] = True
    few = np.bincount(paths.path[keep], minlength=len(strokes)) < 2
    keep |= few[paths.path]
    points = paths.points.copy()
    points[at_corner] = place
    # At a corner the width would be that of the diagonal.
    index = np.arange(len(keep))
    width = np.where(found, np.minimum(width[paths.along(-4)[0]], width[paths.along(4)[0]]), width)
    kept = [
        start + np.flatnonzero(keep[start : start + count])
        for start, count in zip(paths.starts.tolist(), paths.counts.tolist(), strict=True)
    ]
    return _Measured(
        [points[part] for part in kept],
        [width[part] for part in kept],
        [found[part] for part in kept],
        [index[part] - start for part, start in zip(kept, paths.starts.tolist(), strict=True)],
    )


def finished(
    ink: Bytes, strokes: Sequence[Stroke], found: _Measured, places: Floats, half: Floats
) -> Lines:
    """Return strokes with their ends: as long as their ink, or up to the stroke that they meet.

    Args:
        ink: uint8 ``(H, W)``.
        strokes: The strokes.
        found: What was measured of them.
        places: ``(K, 2)``: places of the junctions.
        half: ``(K,)``: half the width of the ink there.
    """
    bridge = _bridges(strokes, found)
    ends = _free_ends(ink, strokes, found)
    parts, widths, sharp = [], [], []
    for number, stroke in enumerate(strokes):
        points, width, corner = found.points[number], found.width[number], found.corner[number]
        if stroke.closed:
            first = int(np.argmax(corner))
            order = np.arange(first, first + len(points) + 1) % len(points)
            parts.append(points[order])
            widths.append(width[order])
            sharp.append(corner[order])
            continue
        for side in (0, 1):
            node = stroke.nodes[side]
            if side:
                points, width, corner = points[::-1], width[::-1], corner[::-1]
            if node >= 0:
                tip = _meeting(points, bridge.get(node), places[node], float(half[node]))
                thick = float(width[0])
            else:
                drop, tip, thick = ends[number, side]
                points, width, corner = points[drop:], width[drop:], corner[drop:]
            if np.hypot(*(tip - points[0])) > 0.3:
                points = np.concatenate([tip[None], points])
                width = np.concatenate([[thick], width])
                corner = np.concatenate([[False], corner])
            if side:
                points, width, corner = points[::-1], width[::-1], corner[::-1]
        parts.append(points)
        widths.append(width)
        sharp.append(corner)
    none = np.zeros(0)
    return Lines(
        Paths.of(parts, [False] * len(parts)),
        np.concatenate([none, *widths]),
        np.concatenate([none.astype(np.bool_), *sharp]),
    )


def _bridges(strokes: Sequence[Stroke], found: _Measured) -> dict[int, tuple[Floats, Floats]]:
    """Return for junctions the points before and after it of the widest stroke that passes."""
    bridge: dict[int, tuple[Floats, Floats]] = {}
    widest: dict[int, float] = {}
    for number, stroke in enumerate(strokes):
        points, place = found.points[number], found.place[number]
        for node, at in stroke.through:
            after = int(np.searchsorted(place, at))
            before = after - 1
            if not stroke.closed:
                before, after = max(before, 0), min(after, len(points) - 1)
            after %= len(points)
            thick = float(found.width[number][after])
            if thick > widest.get(node, 0.0):
                widest[node] = thick
                bridge[node] = points[before], points[after]
    return bridge


def _meeting(
    points: Floats, bridge: tuple[Floats, Floats] | None, place: Floats, half: float
) -> Floats:
    """Return where a stroke that begins at a junction meets the one that passes."""
    end = points[0]
    if bridge is None:
        return place
    one, two = bridge
    along = two - one
    size = float(along @ along)
    if size < 1e-9:
        return one
    way = end - points[min(len(points) - 1, 5)]
    cross = float(way[0] * along[1] - way[1] * along[0])
    gap = one - end
    if abs(cross) > 0.3 * np.sqrt(size * float(way @ way)) and cross:
        step = float(gap[0] * along[1] - gap[1] * along[0]) / cross
        share = float(gap[0] * way[1] - gap[1] * way[0]) / cross
        reach = step * np.sqrt(float(way @ way))
        if -0.1 <= share <= 1.1 and -1 <= reach <= 3 * half + 3:
            return np.asarray(end + way * step)
    share = float(np.clip(-(gap @ along) / size, 0, 1))
    return np.asarray(one + along * share)


def _free_ends(
    ink: Bytes, strokes: Sequence[Stroke], found: _Measured
) -> dict[tuple[int, int], tuple[int, Floats, float]]:
    """Return for free ends how many points to drop, the place of the tip, and its width.

    The last pixels of a skeleton bend to a corner of the stroke, and stop before its tip.
    """
    keys, drops, at, way, wide = [], [], [], [], []
    for number, stroke in enumerate(strokes):
        if stroke.closed:
            continue
        for side in (0, 1):
            if stroke.nodes[side] >= 0:
                continue
            points, width = found.points[number], found.width[number]
            if side:
                points, width = points[::-1], width[::-1]
            drop = min(round(0.35 * float(width[:4].max())), (len(points) - 2) // 3)
            further = points[min(drop + max(3, round(float(width[drop]))), len(points) - 1)]
            keys.append((number, side))
            drops.append(drop)
            at.append(points[drop])
            way.append(points[drop] - further)
            wide.append(width[drop])
    if not keys:
        return {}
    place, ways = np.array(at), unit(np.array(way))
    thick = np.array(wide)
    length = ahead(ink, place, ways, 1.2 * thick + 3)
    tips = place + ways * np.maximum(length - thick / 2, 0)[:, None]
    thick = np.minimum(thick, 2 * np.maximum(length, 0.25))
    return {
        key: (drop, tip, float(one))
        for key, drop, tip, one in zip(keys, drops, tips, thick.tolist(), strict=True)
    }
