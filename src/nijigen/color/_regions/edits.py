"""Edits: open, close, split and merge regions by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nijigen.color._regions.regions import Regions, outside_of
from nijigen.imaging.line_art.gaps import Gap, Point, length_of
from nijigen.imaging.line_art.graph import Labels, grown, numbered
from nijigen.imaging.line_art.ink import lines_of

_SNAP = 1 / 60
"""Distance over which the end of a stroke snaps to a line, as a share of the longer side."""
_NEAR = 1 / 30
"""Distance from a click to the closed gap that it selects, as a share of the longer side."""
Mask = NDArray[np.bool_]
Stroke = NDArray[np.float64]


def edited(
    base: Regions,
    *,
    close: Sequence[Sequence[Point]] = (),
    open: Sequence[Point] = (),
    split: Sequence[Sequence[Point]] = (),
    merge: Sequence[Sequence[Point]] = (),
) -> Regions:
    """Return the regions with edits applied: first open, then close, split and merge.

    Args:
        base: Regions of :func:`nijigen.color._regions.regions.regions_of`; not changed.
        close: Strokes that close gaps; an end near a line is extended to it.
        open: Points; the closed gap nearest to each is opened.
        split: Strokes that split the region under them; both ends are extended to the next line.
        merge: Groups of points, whose regions become one.
    """
    if not (len(close) or len(open) or len(split) or len(merge)):
        return base
    labels, gaps = base.labels.copy(), list(base.gaps)
    longer = max(labels.shape)
    for place in open:
        _opened(labels, gaps, place, _NEAR * longer)
    strokes = [(stroke, _SNAP * longer) for stroke in close]
    strokes += [(stroke, float(longer)) for stroke in split]
    mask = lines_of(base.ink) if strokes else np.zeros(labels.shape, np.bool_)
    for stroke, reach in strokes:
        points = _reaching(np.array(stroke, np.float64).reshape(-1, 2), mask, labels, reach)
        if len(points) and _cut(labels, mask, points):
            path = tuple((float(x), float(y)) for x, y in points)
            gaps.append(Gap(path, length_of(path), True))
    for group in merge:
        numbers = [_at(labels, place) for place in group]
        for other in numbers[1:]:
            labels[labels == other] = numbers[0]
            numbers = [numbers[0] if number == other else number for number in numbers]
    labels = numbered(labels)
    return Regions(labels, base.ink, tuple(gaps), outside_of(labels))


def _at(labels: Labels, place: Point) -> int:
    height, width = labels.shape
    x, y = place
    return int(labels[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])


def _opened(labels: Labels, gaps: list[Gap], place: Point, near: float) -> None:
    """Open the closed gap nearest to a point: the regions on its two sides become one."""
    best, number = near, -1
    for n, gap in enumerate(gaps):
        if gap.closed:
            away = float(np.hypot(*(_dense(np.array(gap.points)) - np.array(place)).T).min())
            if away < best:
                best, number = away, n
    if number < 0:
        return
    gap = gaps[number]
    gaps[number] = replace(gap, closed=False)
    # The middle of the stroke is blank paper; its ends are in lines that bound other regions too.
    path = _dense(np.array(gap.points))
    middle = path[len(path) // 4 : max(len(path) // 4 + 1, 3 * len(path) // 4)]
    height, width = labels.shape
    found: list[int] = []
    for x, y in middle.astype(int).tolist():
        around = labels[max(y - 1, 0) : min(y + 2, height), max(x - 1, 0) : min(x + 2, width)]
        found += np.unique(around).tolist()
    numbers, counts = np.unique(np.array(found, np.int64), return_counts=True)
    # The two regions along most of its length.
    pair = numbers[np.argsort(-counts, kind="stable")[:2]]
    if len(pair) == 2:
        labels[labels == pair.max()] = pair.min()


def _dense(points: Stroke) -> Stroke:
    """Return points along a stroke, half a pixel apart."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    places = np.linspace(0, along[-1], max(2, int(2 * along[-1]) + 1))
    return np.stack([np.interp(places, along, points[:, n]) for n in (0, 1)], axis=1)


def _reaching(points: Stroke, mask: Mask, labels: Labels, reach: float) -> Stroke:
    """Extend both ends of a stroke to a line, another region or the edge of the picture."""
    keep = np.concatenate([[True], np.abs(np.diff(points, axis=0)).max(axis=1, initial=0) > 0])
    points = points[keep[: len(points)]]
    if len(points) < 2:
        return points[:0]
    for _ in range(2):
        points = points[::-1]
        way = points[-1] - points[max(0, len(points) - 4)]
        size = float(np.hypot(*way))
        if size == 0:
            continue
        steps = points[-1] + way / size * np.arange(0, reach, 0.5)[:, None]
        height, width = mask.shape
        x, y = np.floor(steps).astype(int).T
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        x, y = x.clip(0, width - 1), y.clip(0, height - 1)
        stop = mask[y, x] | ~inside | (labels[y, x] != labels[y[0], x[0]])
        if stop.any():
            # One pixel into the line, so that no opening is left.
            points = np.vstack([points, steps[min(int(stop.argmax()) + 2, len(steps) - 1)]])
    return points


def _cut(labels: Labels, mask: Mask, points: Stroke) -> bool:
    """Split the regions that a stroke runs through; return whether any was split."""
    import cv2

    stroke = np.zeros(labels.shape, np.uint8)
    path = np.floor(points).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(stroke, [path], False, 1, 1, cv2.LINE_8)
    drawn = stroke.view(np.bool_)
    changed = False
    for number in np.unique(labels[drawn & ~mask]).tolist():
        region = labels == number
        _, parts = cv2.connectedComponents((region & ~mask & ~drawn).view(np.uint8), connectivity=4)
        beside = cv2.dilate((drawn & region).view(np.uint8), np.ones((3, 3), np.uint8)) == 1
        touched, counts = np.unique(parts[beside & (parts > 0)], return_counts=True)
        # A corner that the stroke only grazes is not one of its sides.
        touched = touched[counts >= 2]
        if len(touched) < 2:
            continue
        areas = np.bincount(parts.ravel())
        stays = int(touched[areas[touched].argmax()])
        table = np.full(len(areas), number + 1, np.int32)
        table[0] = 0
        fresh = int(labels.max()) + 2
        for part in touched.tolist():
            if part != stays:
                table[part], fresh = fresh, fresh + 1
        ys, xs = np.nonzero(region)
        box = (slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1))
        near = grown(table[parts[box]] * region[box]) - 1
        labels[box][region[box]] = near[region[box]]
        changed = True
    return changed
