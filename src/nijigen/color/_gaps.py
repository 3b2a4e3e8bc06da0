"""Gaps: places where a line breaks off, and the strokes that would close them.

Source: the method follows Fourey, Tschumperlé and Revoy, "A fast and efficient semi-guided
algorithm for flat coloring line-arts", VMV 2018 (end points joined by angle and distance); the
ends are found on the skeleton here, and what a closing parts decides whether it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._graph import Bytes, Labels

Point = tuple[float, float]
Floats = NDArray[np.float64]
_TRACE = 12
"""Pixels of a line, back from its end, that tell its direction."""
_CLOSE = 4.0
"""Pixels: ends as near as that are joined whichever way they point; their direction is noise."""
_CONE = 0.5
"""Cosine of how far off its direction an end may be joined to another end: 60°."""
_FAR = 2.0
"""Times the reach that lines may be joined over which go on in one curve."""
_RAYS = np.radians((0, 8, -8, 16, -16, 25, -25, 35, -35))
"""Angles in which an end looks for a line, the likeliest first."""
_INKED = 0.25
"""Share of a bridge that may run over ink."""
_TURNS = 3
"""Strokes that an end may try."""
MOST_ENDS = 5000
"""Beyond it a picture is no line art: noise, or a photograph. The longest lines are kept."""


@dataclass(frozen=True)
class Gap:
    """A place where a line breaks off and should go on.

    Attributes:
        points: The stroke over it, ``(x, y)`` in pixels.
        length: Of the stroke, in pixels.
        closed: Whether it parts two regions; else it is only proposed.
    """

    points: tuple[Point, ...]
    length: float
    closed: bool


def skeleton(mask: NDArray[np.bool_], rounds: int = 16) -> NDArray[np.bool_]:
    """Thin lines to one pixel (Guo and Hall 1989).

    What is thicker than twice the rounds is no line, and stays a blob in the middle.
    """
    import cv2

    thin = mask.astype(np.uint8)
    weights = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]], np.float32)
    tables = _tables()
    for _ in range(rounds):
        changed = False
        for table in tables:
            code = cv2.filter2D(thin, cv2.CV_8U, weights, borderType=cv2.BORDER_CONSTANT)
            gone = cv2.bitwise_and(cv2.LUT(code, table), thin)
            if cv2.countNonZero(gone):
                thin -= gone
                changed = True
        if not changed:
            break
    return thin.view(np.bool_)


def _tables() -> tuple[Bytes, Bytes]:
    """Return for both halves of a round which neighborhoods lose their middle."""
    code = np.arange(256)
    # Clockwise from the upper left, as the weights of the filter have them.
    nw, n, ne, e, se, s, sw, w = ((code >> bit & 1).astype(bool) for bit in range(8))
    parts = (~n & (ne | e)).astype(int) + (~e & (se | s)) + (~s & (sw | w)) + (~w & (nw | n))
    first = (nw | n).astype(int) + (ne | e) + (se | s) + (sw | w)
    second = (n | ne).astype(int) + (e | se) + (s | sw) + (w | nw)
    around = np.minimum(first, second)
    base = (parts == 1) & (around >= 2) & (around <= 3)
    odd = base & ~((n | ne | ~se) & e)
    even = base & ~((s | sw | ~nw) & w)
    return odd.astype(np.uint8), even.astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Ends:
    """Ends of lines.

    Attributes:
        at: int64 ``(N, 2)``: x, y.
        way: float64 ``(N, 2)``: unit vectors in which the lines would go on.
        traced: int64 ``(N,)``: pixels of line that were followed back.
    """

    at: NDArray[np.int64]
    way: Floats
    traced: NDArray[np.int64]

    def kept(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Ends:
        """Return some of the ends."""
        return Ends(self.at[which], self.way[which], self.traced[which])


_AROUND = np.array([(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)])


def _walked(thin: Bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Walk from every end back along its line.

    Args:
        thin: A skeleton with a rim of 0 around it.

    Returns:
        The pixels passed ``(N, _TRACE + 1, 2)`` x, y, the last one repeated; how many steps were
        gone; whether the way ended at a junction.
    """
    import cv2

    near = cv2.filter2D(
        thin, cv2.CV_8U, np.ones((3, 3), np.float32), borderType=cv2.BORDER_CONSTANT
    )
    ys, xs = np.nonzero((thin == 1) & (near == 2))
    now = np.stack([xs, ys], axis=1).astype(np.int64)
    before, every = now, np.arange(len(now))
    path = np.repeat(now[:, None], _TRACE + 1, axis=1)
    gone = np.zeros(len(now), np.int64)
    going, fork = np.ones(len(now), np.bool_), np.zeros(len(now), np.bool_)
    for step in range(1, _TRACE + 1):
        next_to = now[:, None] + _AROUND[None]
        full = thin[next_to[..., 1], next_to[..., 0]] == 1
        # Not back, and not beside where it came from: that would be around a corner of pixels.
        full &= np.abs(next_to - before[:, None]).max(axis=2) > (1 if step > 1 else 0)
        fork |= going & (near[now[:, 1], now[:, 0]] > 3)
        going &= full.any(axis=1) & ~fork
        chosen = next_to[every, full.argmax(axis=1)]
        before = np.where(going[:, None], now, before)
        now = np.where(going[:, None], chosen, now)
        gone += going
        path[:, step] = now
    return path, gone, fork


def ends_of(thin: NDArray[np.bool_], thickness: NDArray[np.float32]) -> Ends:
    """Find the ends of thinned lines and their directions.

    Args:
        thin: What :func:`skeleton` gives.
        thickness: ``(H, W)``: half the thickness of the line at its middle.
    """
    padded = np.pad(thin, 1).astype(np.uint8)
    # Where a thick line is cut off, its skeleton forks into both corners: spurs shorter than the
    # line is wide go, twice, because what they hung on may be one.
    for _ in range(2):
        path, gone, fork = _walked(padded)
        if not len(path):
            break
        joint = path[:, -1]
        half = thickness[joint[:, 1] - 1, joint[:, 0] - 1]
        short = fork & (gone <= 1.3 * half + 1)
        for n in np.nonzero(short)[0].tolist():
            spur = path[n, : gone[n]]
            padded[spur[:, 1], spur[:, 0]] = 0
        # What is left of a fork is a corner of pixels, not yet an end.
        padded = skeleton(padded.view(np.bool_), 2).view(np.uint8)
    path, gone, _ = _walked(padded)
    half = thickness[path[:, 0, 1] - 1, path[:, 0, 0] - 1]
    # The last pixels of a skeleton bend to a corner of the stroke: they do not count.
    skip = np.where(gone >= 6, 2, 0)
    way = (path[np.arange(len(path)), skip] - path[:, -1]).astype(np.float64)
    size = np.hypot(way[:, 0], way[:, 1])
    ends = Ends(path[:, 0] - 1, way / np.maximum(size, 1e-9)[:, None], gone)
    # A dot has no direction.
    ends = ends.kept((gone >= np.maximum(2, half)) & (size > 0))
    if len(ends.at) > MOST_ENDS:
        longest = np.argsort(-ends.traced, kind="stable")[:MOST_ENDS]
        ends = ends.kept(np.sort(longest))
    return ends


@dataclass(frozen=True)
class Proposal:
    """A stroke that may close a gap.

    Attributes:
        cost: Its length in pixels, more where it turns.
        points: The stroke.
        ends: Numbers of the one or two ends that it starts from.
    """

    cost: float
    points: tuple[Point, ...]
    ends: tuple[int, ...]


def proposals(mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Return strokes that may close gaps, the cheapest first.

    Args:
        mask: ``(H, W)``: where lines are.
        reach: Length in pixels of the widest gap.
    """
    import cv2

    if reach < 1 or not mask.any() or mask.all():
        return []
    thickness = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    ends = ends_of(skeleton(mask), thickness)
    if not len(ends.at):
        return []
    tips = _tips(ends, mask)
    found = _end_to_end(ends, tips, mask, reach) + _end_to_line(ends, tips, mask, reach)
    return sorted(found, key=lambda item: (item.cost, item.points))


def closings(mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Choose strokes that close gaps.

    Each end takes the cheapest stroke that is left. Ends whose strokes part nothing, because the
    line leaks elsewhere, then take the next.
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
        parting = parted(mask, [item.points for item in taken])
        done = {
            end for item, parts in zip(taken, parting, strict=True) if parts for end in item.ends
        }
        # A stroke from an end that parts already would only make two regions of one.
        busy = done
    return taken


def parted(mask: NDArray[np.bool_], strokes: list[tuple[Point, ...]]) -> list[bool]:
    """Return for each stroke whether different areas lie on its two sides."""
    import cv2

    bridges = drawn(strokes, mask.shape)
    bridges[mask] = 0
    free = (~mask & (bridges == 0)).view(np.uint8)
    _, areas = cv2.connectedComponents(free, connectivity=4)
    return beside(bridges, areas.astype(np.int32, copy=False), len(strokes))


def beside(bridges: Labels, areas: Labels, count: int) -> list[bool]:
    """Return for each drawn stroke whether at least half of it lies between two areas.

    Args:
        bridges: What :func:`drawn` gives.
        areas: Numbers of areas; 0 is none.
        count: How many strokes there are.
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


def _tips(ends: Ends, mask: NDArray[np.bool_]) -> Floats:
    """Return where the ink of each end stops: the skeleton stops inside it."""
    at = ends.at.astype(np.float64)
    steps = np.arange(0, 17)
    inked = _sampled(mask, at[:, None] + ends.way[:, None] * steps[None, :, None])
    last = np.where(inked.all(axis=1), 0, (~inked).argmax(axis=1) - 1).clip(0)
    return np.asarray(at + ends.way * last[:, None])


def _sampled(mask: NDArray[np.bool_], places: Floats) -> NDArray[np.bool_]:
    """Read a mask at places ``(..., 2)``; beyond the rim is no ink."""
    height, width = mask.shape
    x, y = (np.rint(places[..., n]).astype(np.int64) for n in (0, 1))
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return np.asarray(mask[y.clip(0, height - 1), x.clip(0, width - 1)] & inside)


def _end_to_end(ends: Ends, tips: Floats, mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Propose to join ends that look at each other."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(tips).query_pairs(_FAR * reach, output_type="ndarray")
    if not len(pairs):
        return []
    a, b = pairs.min(axis=1), pairs.max(axis=1)
    between = tips[b] - tips[a]
    length = np.hypot(between[:, 0], between[:, 1])
    # Tips that nearly touch lie anyhow: the skeleton tells how the lines go on.
    unit = np.where(length[:, None] > 2, between, ends.at[b] - ends.at[a])
    unit /= np.maximum(np.hypot(unit[:, 0], unit[:, 1]), 1e-9)[:, None]
    first = (ends.way[a] * unit).sum(axis=1)
    second = -(ends.way[b] * unit).sum(axis=1)
    # A short bridge may turn sharply, a long one hardly.
    least = np.where(length <= _CLOSE, -0.3, _CONE + 0.25 * np.minimum(length / reach, 1))
    # Beyond the reach only lines that aim at each other: outlines left open on purpose.
    least += np.maximum(length / reach - 1, 0) / (_FAR - 1) * (0.95 - _CONE - 0.25)
    cost = np.maximum(length, 0.5) * (1 + 2 * (2 - first - second))
    good = np.nonzero(np.minimum(first, second) >= least)[0]
    # What runs through another line between its ends joins nothing.
    shares = np.linspace(0.15, 0.85, 24)[None, :, None]
    ways = tips[a[good]][:, None] * (1 - shares) + tips[b[good]][:, None] * shares
    good = good[_sampled(mask, ways).mean(axis=1) <= _INKED]
    good = good[np.lexsort((b[good], a[good], cost[good]))]
    # Many ends in one spot are scribble: the best few for each are enough.
    used = np.zeros(len(tips), np.int64)
    found = []
    for i, j, n in zip(a[good].tolist(), b[good].tolist(), good.tolist(), strict=True):
        if max(used[i], used[j]) >= _TURNS:
            continue
        used[i] += 1
        used[j] += 1
        stroke = _curve(tips[i], ends.way[i], tips[j], ends.way[j], float(length[n]))
        whole = (_point(ends.at[i]), *stroke, _point(ends.at[j]))
        found.append(Proposal(float(cost[n]), whole, (i, j)))
    return found


def _end_to_line(ends: Ends, tips: Floats, mask: NDArray[np.bool_], reach: float) -> list[Proposal]:
    """Propose for each end to go on until it meets a line, or the rim: strokes end there too."""
    height, width = mask.shape
    steps = np.arange(1, int(np.ceil(reach)) + 2)
    cost = np.full(len(tips), np.inf)
    goal = np.zeros((len(tips), 2))
    for angle in _RAYS.tolist():
        cos, sin = np.cos(angle), np.sin(angle)
        x, y = ends.way[:, 0], ends.way[:, 1]
        turned = np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)
        places = tips[:, None] + turned[:, None] * steps[None, :, None]
        inked = _sampled(mask, places)
        rim = ((places < -0.5) | (places > np.array([width, height]) - 0.5)).any(axis=2)
        # Its own ink lies ahead first: the way begins where that ends.
        left = np.logical_or.accumulate(~inked, axis=1)
        hit = (inked | rim) & left
        ahead = hit.argmax(axis=1)
        bare = steps[ahead] - steps[(~inked).argmax(axis=1)]
        price = bare * (1 + 3 * (1 - cos)) + 1.0
        better = hit.any(axis=1) & (bare <= reach * (0.25 + 0.75 * cos**4)) & (price < cost)
        cost[better] = price[better]
        goal[better] = places[better, ahead[better]]
    # Two ends that look at each other are surer: half as much again.
    return [
        Proposal(float(cost[n]) * 1.5, (_point(ends.at[n]), _point(tips[n]), _point(goal[n])), (n,))
        for n in np.nonzero(np.isfinite(cost))[0].tolist()
    ]


def _point(pair: NDArray[Any]) -> Point:
    return float(pair[0]), float(pair[1])


def _curve(a: Floats, way_a: Floats, b: Floats, way_b: Floats, length: float) -> tuple[Point, ...]:
    """Return a Hermite curve that leaves both ends in their direction."""
    if length < 6:
        return (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))
    t = np.linspace(0, 1, max(4, round(length / 3)))[:, None]
    pull = 0.6 * length
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * a
        + (t**3 - 2 * t**2 + t) * way_a * pull
        + (3 * t**2 - 2 * t**3) * b
        + (t**3 - t**2) * -way_b * pull
    )
    return tuple((float(x), float(y)) for x, y in curve)


def drawn(strokes: list[tuple[Point, ...]], shape: tuple[int, int]) -> Labels:
    """Return the strokes as pixels, each with its number from 1; where two cross, the later."""
    import cv2

    canvas = np.zeros(shape, np.int32)
    for number, points in enumerate(strokes, start=1):
        line = np.rint(np.array(points)).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [line], False, number, 1, cv2.LINE_8)
    return canvas


def length_of(points: tuple[Point, ...]) -> float:
    """Return the length of a stroke in pixels."""
    return float(np.hypot(*np.diff(np.array(points), axis=0).T).sum())
