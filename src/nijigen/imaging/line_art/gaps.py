"""Gaps: places where a line breaks off, and strokes that close them.

Source: the method follows Fourey, Tschumperlé and Revoy, "A fast and efficient semi-guided
algorithm for flat coloring line-arts", VMV 2018 (end points joined by angle and distance); here
ends are found on the skeleton, and a closing is kept if it separates two areas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.ends import Ends, Floats, ends_of, sampled, tips_of
from nijigen.imaging.line_art.graph import Labels
from nijigen.imaging.line_art.skeleton import skeleton

Point = tuple[float, float]
_CLOSE = 4.0
"""Ends within this many pixels are joined in any direction, which is noise at that distance."""
_CONE = 0.5
"""Cosine of the maximum angle between the direction of an end and another end: 60°."""
_CORNER, _AROUND = 0.1, 1.2
"""The same, 84°, for ends that turn to the same side: lines that meet in a corner or an arc; and
the multiple of the reach for it: around an arc, the gap is longer than the chord."""
_FAR = 2.0
"""Multiple of the reach over which lines that continue in one curve are joined."""
_RAYS = np.radians((0, 8, -8, 16, -16, 25, -25, 35, -35))
"""Angles at which a line is searched from an end, the most probable first."""
_STRAIGHT = 6.0
"""Extra cost of a line off the direction of an end: at 35° it must be half as far away as one
straight ahead. Beside locks of hair there nearly always is such a line."""
_ALONE = 3.0
"""Cost of a stroke from one end, relative to one between two ends that face each other."""
_INKED = 0.25
"""Maximum share of a bridge over ink."""
_TURNS = 3
"""Maximum number of strokes that an end tries."""


@dataclass(frozen=True)
class Gap:
    """A place where a line breaks off.

    Attributes:
        points: The stroke that closes it, ``(x, y)`` in pixels.
        length: Length of the stroke in pixels.
        closed: Whether it separates two regions; else it is only proposed.
    """

    points: tuple[Point, ...]
    length: float
    closed: bool


@dataclass(frozen=True)
class Proposal:
    """A stroke that may close a gap.

    Attributes:
        cost: Its length in pixels, plus a penalty for turns.
        points: The stroke.
        ends: Indices of the one or two ends that it connects.
    """

    cost: float
    points: tuple[Point, ...]
    ends: tuple[int, ...]


def default_gap(width: int, height: int) -> float:
    """Return the widest gap that is closed unless another is given: 1/40 of the longer side."""
    return max(width, height) / 40


def proposals(mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Return strokes that may close gaps, the cheapest first.

    Args:
        mask: ``(H, W)``: pixels of lines.
        reach: Length in pixels of the widest gap.
    """
    import cv2

    if reach < 1 or not mask.any() or mask.all():
        return []
    thickness = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    ends = ends_of(skeleton(mask), thickness, reach)
    if not len(ends.at):
        return []
    tips = tips_of(ends, mask)
    found = _end_to_end(ends, tips, mask, reach) + _end_to_line(ends, tips, mask, reach)
    return sorted(found, key=lambda item: (item.cost, item.points))


def closings(mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Choose strokes that close gaps.

    Each end takes the cheapest available stroke. If that separates nothing, because the line leaks
    elsewhere, the end takes the next one too.
    """
    left = proposals(mask, reach)
    taken: list[Proposal] = []
    busy: set[int] = set()
    for turn in range(_TURNS):
        new = []
        for item in left:
            if busy.isdisjoint(item.ends):
                new.append(item)
                busy.update(item.ends)
        taken += new
        if not new or turn == _TURNS - 1:
            break
        chosen = set(map(id, new))
        left = [item for item in left if id(item) not in chosen]
        parting = separating(mask, [item.points for item in taken])
        done = {
            end for item, parts in zip(taken, parting, strict=True) if parts for end in item.ends
        }
        # A further stroke from an end that separates already would split a region in vain.
        busy = done
    return taken


def separating(mask: NDArray[np.bool_], strokes: list[tuple[Point, ...]]) -> list[bool]:
    """Return for each stroke whether it separates two areas."""
    import cv2

    bridges = drawn(strokes, mask.shape)
    bridges[mask] = 0
    free = (~mask & (bridges == 0)).view(np.uint8)
    _, areas = cv2.connectedComponents(free, connectivity=4)
    return beside(bridges, areas.astype(np.int32, copy=False), len(strokes))


def beside(bridges: Labels, areas: Labels, count: int) -> list[bool]:
    """Return for each stroke whether at least half of it is between two areas.

    Args:
        bridges: Result of :func:`drawn`.
        areas: Labels of areas; 0 is none.
        count: Number of strokes.
    """
    import cv2

    ys, xs = np.nonzero(bridges)
    numbers = bridges[ys, xs]
    kernel = np.ones((3, 3), np.uint8)
    most = areas.astype(np.float32)  # Exact up to 16 million.
    least = np.where(areas == 0, np.float32(np.inf), most)
    differ = cv2.dilate(most, kernel)[ys, xs] > cv2.erode(least, kernel)[ys, xs]
    between = np.bincount(numbers, weights=differ, minlength=count + 1)[1:]
    length = np.bincount(numbers, minlength=count + 1)[1:]
    return [bool(one) for one in between >= np.maximum(1, 0.5 * length)]


def _end_to_end(ends: Ends, tips: Floats, mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Propose strokes between ends that face each other."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(tips).query_pairs(_FAR * reach, output_type="ndarray")
    if not len(pairs):
        return []
    a, b = pairs.min(axis=1), pairs.max(axis=1)
    between = tips[b] - tips[a]
    length = np.hypot(between[:, 0], between[:, 1])
    # Positions of tips that nearly touch are noise; the skeleton has the direction.
    unit = np.where(length[:, None] > 2, between, ends.at[b] - ends.at[a])
    unit /= np.maximum(np.hypot(unit[:, 0], unit[:, 1]), 1e-9)[:, None]
    first = (ends.way[a] * unit).sum(axis=1)
    second = -(ends.way[b] * unit).sum(axis=1)
    # A short bridge may turn sharply, a long one hardly.
    least = np.where(length <= _CLOSE, -0.3, _CONE + 0.25 * np.minimum(length / reach, 1))
    aside = [unit[:, 0] * way[:, 1] - unit[:, 1] * way[:, 0] for way in (ends.way[a], ends.way[b])]
    corner = (aside[0] * aside[1] > 0) & (length <= _AROUND * reach)
    least = np.where(corner, np.minimum(least, _CORNER), least)
    # Beyond the reach only lines that point at each other: outlines left open on purpose.
    least += np.maximum(length / reach - 1, 0) / (_FAR - 1) * (0.95 - _CONE - 0.25)
    cost = np.maximum(length, 0.5) * (1 + 2 * (2 - first - second))
    good = np.nonzero(np.minimum(first, second) >= least)[0]
    # A stroke through another line is not a closing.
    shares = np.linspace(0.15, 0.85, 24)[None, :, None]
    ways = tips[a[good]][:, None] * (1 - shares) + tips[b[good]][:, None] * shares
    good = good[sampled(mask, ways).mean(axis=1) <= _INKED]
    good = good[np.lexsort((b[good], a[good], cost[good]))]
    # Many ends in one spot are scribble: the best few strokes of each are enough.
    used = [0] * len(tips)
    taken = []
    for i, j, n in zip(a[good].tolist(), b[good].tolist(), good.tolist(), strict=True):
        if max(used[i], used[j]) < _TURNS:
            used[i] += 1
            used[j] += 1
            taken.append(n)
    a, b, cost = a[taken], b[taken], cost[taken]
    curves = _curves(tips[a], ends.way[a], tips[b], ends.way[b], length[taken])
    starts, stops = ends.at[a].tolist(), ends.at[b].tolist()
    return [
        Proposal(price, (_point(start), *curve, _point(stop)), pair)
        for price, start, curve, stop, pair in zip(
            cost.tolist(),
            starts,
            curves,
            stops,
            zip(a.tolist(), b.tolist(), strict=True),
            strict=True,
        )
    ]


def _end_to_line(ends: Ends, tips: Floats, mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Propose to extend each end to a line or to the edge of the picture."""
    height, width = mask.shape
    steps = np.arange(1, int(np.ceil(reach)) + 2)
    cost = np.full(len(tips), np.inf)
    goal = np.zeros((len(tips), 2))
    for angle in _RAYS.tolist():
        cos, sin = np.cos(angle), np.sin(angle)
        x, y = ends.way[:, 0], ends.way[:, 1]
        turned = np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)
        places = tips[:, None] + turned[:, None] * steps[None, :, None]
        inked = sampled(mask, places)
        rim = ((places < -0.5) | (places > np.array([width, height]) - 0.5)).any(axis=2)
        # The ray begins where the end's own ink stops.
        left = np.logical_or.accumulate(~inked, axis=1)
        hit = (inked | rim) & left
        ahead = hit.argmax(axis=1)
        bare = steps[ahead] - steps[(~inked).argmax(axis=1)]
        price = bare * (1 + _STRAIGHT * (1 - cos)) + 1.0
        better = hit.any(axis=1) & (bare <= reach * (0.25 + 0.75 * cos**4)) & (price < cost)
        cost[better] = price[better]
        goal[better] = places[better, ahead[better]]
    starts, firm, goals = ends.at.tolist(), tips.tolist(), goal.tolist()
    cost *= _ALONE
    return [
        Proposal(float(cost[n]), (_point(starts[n]), _point(firm[n]), _point(goals[n])), (n,))
        for n in np.nonzero(np.isfinite(cost))[0].tolist()
    ]


def _point(pair: list[float]) -> Point:
    return float(pair[0]), float(pair[1])


def _curves(
    a: Floats, way_a: Floats, b: Floats, way_b: Floats, length: Floats
) -> list[tuple[Point, ...]]:
    """Return Hermite curves tangent to both ends; short ones are straight."""
    counts = np.where(length < 6, 2, np.maximum(4, np.rint(length / 3))).astype(np.int64)
    curves: list[tuple[Point, ...]] = [()] * len(a)
    for count in np.unique(counts).tolist():
        at = np.flatnonzero(counts == count)
        t = np.linspace(0, 1, count)[:, None]
        pull = 0.6 * length[at, None, None]
        many = (
            (2 * t**3 - 3 * t**2 + 1) * a[at, None]
            + (t**3 - 2 * t**2 + t) * way_a[at, None] * pull
            + (3 * t**2 - 2 * t**3) * b[at, None]
            + (t**3 - t**2) * -way_b[at, None] * pull
        )
        for n, curve in zip(at.tolist(), many.tolist(), strict=True):
            curves[n] = tuple(_point(place) for place in curve)
    return curves


def drawn(strokes: list[tuple[Point, ...]], shape: tuple[int, int]) -> Labels:
    """Return the strokes as a label map, numbered from 1; later ones overwrite earlier ones."""
    import cv2

    canvas = np.zeros(shape, np.int32)
    for number, points in enumerate(strokes, start=1):
        line = np.rint(np.array(points)).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [line], False, number, 1, cv2.LINE_8)
    return canvas


def length_of(points: tuple[Point, ...]) -> float:
    """Return the length of a stroke in pixels."""
    return float(np.hypot(*np.diff(np.array(points), axis=0).T).sum())
