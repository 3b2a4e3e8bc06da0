"""Clumps: large locks on the head that fork into tips of different length."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.curves import Knots, Points, spline
from nijigen.generate._character.hair.locks import Hair

Tip = tuple[float, float]
"""Place across a clump, -1 to 1, and where it ends as a share of the clump's length."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clump:
    """A clump as it was drawn, in the plane of the picture.

    Attributes:
        part: Its part.
        outline: From the root along the left edge, over the tips, and back along the right edge.
        place: Share of the length of each point of the outline, 0 at the root.
        left: Left edge of its body from the root to the tips.
        right: Right edge, with as many points.
    """

    part: int
    outline: Points
    place: Floats
    left: Points
    right: Points

    def below(self, share: float) -> tuple[Points, Floats]:
        """Return the outline from a share of the length on, and its places."""
        there = self.place >= share
        return self.outline[there], self.place[there]


def draw_clump(
    hair: Hair,
    part: int,
    knots: Knots,
    width: float,
    tips: tuple[Tip, ...],
    *,
    root: float = 0.3,
    full: float = 0.55,
    notch: float = 0.2,
    bare: tuple[float, float] = (0.5, 0.5),
    inner: float = 0.16,
    line: float = 2.0,
    way: float = 0.0,
) -> Clump:
    """Draw a clump on the head.

    Args:
        hair: The hair that it belongs to.
        part: Its part.
        knots: Guide curve: degrees from the front, height, looseness.
        width: Of the body, in degrees.
        tips: From left to right.
        root: Width at the root, relative to the body.
        full: Where the body has its full width, as a share of the length.
        notch: How far notches reach up from the shorter of their tips.
        bare: How much of the left and of the right edge, from the root on, has no line.
        inner: How far the line from a notch runs on into the body.
        line: Width of the lines.
        way: Direction to which the tips bend, -1 left to 1 right: that edge is hollow.
    """
    spine = spline(knots, per=7)
    left, right = _edge(tips[0], -1, full, way), _edge(tips[-1], 1, full, way)
    lanes = [left]
    for (first, end), (second, other) in pairwise(tips):
        # The longer tip lies over the shorter: the notch belongs to the shorter one.
        between = first + (second - first) * (0.62 if end > other else 0.38)
        deep = max(full * 0.8, min(end, other) - notch)
        lanes += [
            _side((between, deep), (first, end))[::-1],
            _side((between, deep), (second, other)),
        ]
    lanes.append(right[::-1])
    inside = [_inside(lane[-1], inner, full) for lane in lanes[1:-1:2]]
    body = [np.stack([np.full(24, side), np.linspace(0, 1, 24)], axis=1) for side in (-1.0, 1.0)]
    whole = np.concatenate([*lanes, *inside, *body])
    flat = hair.on_skull(_placed(spine, whole, width, root, full))
    ends = np.cumsum([len(lane) for lane in (*lanes, *inside, *body)])
    shapes = np.split(flat, ends[:-1])
    edges, strands = shapes[: len(lanes)], shapes[len(lanes) : -2]
    outline = flat[: ends[len(lanes) - 1]]
    hair.scene.fill(part, outline)
    _ink(hair, part, edges, strands, bare, line)
    hair.gleaming.append((part, shapes[-2], shapes[-1]))
    place = whole[: len(outline), 1]
    return Clump(part, outline, place, shapes[-2], shapes[-1])


def _edge(tip: Tip, side: int, full: float, way: float) -> Points:
    """Return an edge from the root to its tip: along the body, then bent to the tip."""
    across, end = tip
    t = np.linspace(0, end, 18)
    close = ((t - 0.8 * full) / (end - 0.8 * full)).clip(0, 1)
    return np.stack([side + (across - side) * close ** (1.75 - 0.6 * side * way), t], axis=1)


def _side(notch: Tip, tip: Tip) -> Points:
    """Return the edge of a tip, from a notch down to the tip, a little hollow."""
    t = np.linspace(0, 1, 8)
    across = notch[0] + (tip[0] - notch[0]) * t**1.35
    return np.stack([across, notch[1] + (tip[1] - notch[1]) * t], axis=1)


def _inside(notch: Points, long: float, full: float) -> Points:
    """Return the line from within the body to a notch."""
    across, low = notch
    t = np.linspace(0, 1, 9)
    return np.stack([across * (0.86 + 0.14 * t), low - long * (1 - t)], axis=1)


def _placed(spine: Points, lanes: Points, width: float, root: float, full: float) -> Points:
    """Return lanes ``(n, 2)`` along a guide curve as points of the head, ``(n, 3)``."""
    t = lanes[:, 1].clip(0, 1)
    at = t * (len(spine) - 1)
    count = np.arange(len(spine))
    points = np.stack([np.interp(at, count, axis) for axis in spine.T], axis=1)
    rise = root + (1 - root) * np.sin(np.minimum(t / full, 1) * np.pi / 2) ** 1.1
    points[:, 0] += lanes[:, 0] * width / 2 * rise
    return points


def _ink(
    hair: Hair,
    part: int,
    edges: list[Points],
    strands: list[Points],
    bare: tuple[float, float],
    line: float,
) -> None:
    """Draw the lines of a clump: both edges, tips, and lines that end in notches."""
    scene = hair.scene
    slim = float(np.abs(edges[0][8:12, 0] - edges[-1][-12:-8, 0][::-1]).mean()) / 12
    if slim < 1:
        # Seen edge-on, full lines would merge to solid black.
        line, strands = line * max(0.6, slim), []
    for edge, free in ((edges[0], bare[0]), (edges[-1][::-1], bare[1])):
        first, start = int(len(edge) * free), 0.55
        # An outline has no gaps.
        out = np.flatnonzero(hair.beyond(edge[:first]))
        if len(out):
            first, start = max(0, int(out[0]) - 1), 0.1
        scene.stroke(part, edge[first:], line, start=start, end=0.12)
    for number, strand in enumerate(strands):
        up, down = edges[1 + 2 * number][::-1], edges[2 + 2 * number]
        # One stroke of the pen: down into the notch and on to the longer tip.
        longer = up if up[-1, 1] > down[-1, 1] else down
        other = down if longer is up else up
        scene.stroke(part, np.concatenate([strand[:-1], longer]), 0.85 * line, start=0.6, end=0.12)
        scene.stroke(part, other, 0.9 * line, start=0.05, end=0.2)


def shade_clump(hair: Hair, clump: Clump, deep: float = 0.45, start: float = 0.35) -> None:
    """Shade the side of a clump away from the light, in a wedge that widens towards the tips."""
    dark, lit = (clump.right, clump.left) if hair.lamp < 0 else (clump.left, clump.right)
    if clump.left[:, 0].sum() > clump.right[:, 0].sum():
        dark, lit = lit, dark
    first = int(len(dark) * start)
    t = np.linspace(0, 1, len(dark) - first)[:, None]
    inner = dark[first:] + (lit[first:] - dark[first:]) * deep * t**0.8
    outer = dark[first:] - (lit[first:] - dark[first:]) * 0.3
    hair.scene.shade(np.concatenate([outer, inner[::-1]]), clump.part)


def forks(width: float, way: float, dice: Floats, broad: float = 15.0) -> tuple[Tip, ...]:
    """Return the tips of a clump by its width in degrees: the broader, the more.

    Args:
        width: Of the clump.
        way: Direction in which it is combed, -1 left to 1 right: shorter tips are on the side
            that it comes from.
        dice: Three numbers from -1 to 1.
        broad: Degrees that a tip needs.
    """
    side = 1.0 if way >= 0 else -1.0
    main = side * (0.42 + 0.16 * dice[0])
    room = width / broad
    if room < 1.25:
        return ((0.35 * side * (1 + 0.4 * dice[0]), 1.0),)
    tips = [(main, 1.0), (-side * (0.5 + 0.12 * dice[1]), 0.84 + 0.06 * dice[1])]
    if room > 2.0:
        tips = [(side * 0.2, 1.0), (-side * 0.72, 0.82 + 0.05 * dice[1]),
                (side * 0.86, 0.88 + 0.05 * dice[2])]  # fmt: skip
    return tuple(sorted(tips))
