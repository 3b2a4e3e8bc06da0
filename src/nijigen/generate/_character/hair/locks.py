"""Locks of hair: tapered strands with shade and highlights, single or in bundles."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.colors import ink, lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, along, sides, spline, within
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits


@dataclass
class Hair:
    """Properties shared by all hair of a head."""

    scene: Scene
    head: Head
    traits: Traits
    ink_base: str
    count: int = 0

    def part(self, name: str, layer: str, angle: float = 0.0, *, second: bool = False) -> int:
        """Add a part of this hair; ``angle`` is the direction in which it grows."""
        who = self.traits.identity
        color, end = who.hair_color, ""
        way = who.hair_coloring
        if second or (way == "split" and angle > 0) or (way == "inner" and layer == "hair_back"):
            color = who.hair_second
        elif way == "gradient":
            end = who.hair_second
        elif way == "tips":
            end = mixed(who.hair_color, who.hair_second, 0.9)
        top, bottom = {"gradient": (-90.0, 190.0), "tips": (20.0, 120.0)}.get(way, (0.0, 1.0))
        if layer == "hair_front" and way == "tips":
            top, bottom = -40.0, 60.0
        self.count += 1
        return self.scene.part(
            Part(f"{name}.{self.count}", "hair", layer, color, self.shade(color), self.light(color),
                 ink(color, self.ink_base, 0.75 if self.traits.style.inking != "black" else 0.25),
                 end, top, bottom)
        )  # fmt: skip

    def shade(self, color: str) -> str:
        """Return the color in shadow."""
        return shaded(color, 1.0 if luma(color) > 0.25 else 0.8)

    def light(self, color: str) -> str:
        """Return the color of highlights."""
        return lit(color, 1.15 if luma(color) > 0.25 else 0.8)

    def streak(self, index: int) -> bool:
        """Return whether a lock is dyed."""
        if self.traits.identity.hair_coloring != "streak":
            return False
        return self.traits.random(f"streak{index}").random() < 0.28

    @property
    def lamp(self) -> int:
        """-1 where light comes from the left, 1 from the right."""
        return -1 if self.traits.scene.light <= 0 else 1

    def sway(self, y: float) -> float:
        """Return how far hair at a height swings."""
        return self.traits.pose.sway * max(0.0, y - 20) * 0.09


@functools.lru_cache(1024)
def profile(count: int, root: float, tip: float, full: float = 0.4) -> NDArray[np.float64]:
    """Return widths along a lock, 0 to 1: ``root`` first, the maximum at ``full``, then a tip."""
    t = np.linspace(0, 1, count)
    rise = root + (1 - root) * np.sin(np.minimum(t / full, 1) * np.pi / 2)
    # Towards the tip both edges change from convex to slightly concave, as drawn by hand.
    rest = np.clip((1 - t) / (1 - full), 0, 1)
    fall = rest**0.5 if tip >= 0.5 else np.sin(rest * (np.pi / 2)) ** 1.25
    widths = np.minimum(rise, np.where(t < full, rise, fall))
    widths.flags.writeable = False
    return widths


@functools.cache
def _swell(count: int) -> Points:
    """Return the depth of the shadow along a lock, ``(count, 1)``, 0 at both ends."""
    t = np.linspace(0, 1, count)[:, None]
    depths = np.sin(np.pi * t**0.8) ** 0.8
    depths.flags.writeable = False
    return depths


def cap_lock(
    hair: Hair,
    part: int,
    knots: list[tuple[float, float, float]],
    width: float,
    *,
    root: float = 0.5,
    full: float = 0.45,
    blunt: float = 0.0,
    width_line: float = 1.9,
    inside: int = 1,
) -> Points:
    """Draw a lock on the head, its width in degrees; return its outline."""
    head = hair.head
    spine = spline(knots, per=8)
    span = np.maximum(profile(len(spine), root, blunt, full), blunt * (np.arange(len(spine)) > 1))
    half = width / 2 * span
    zero = np.zeros_like(half)
    aside = np.stack([half, zero, zero], axis=1)
    edges = head.hair(np.concatenate([spine - aside, spine + aside, spine]))
    left, right, middle = edges.reshape(3, len(spine), 2)
    return _lock(hair, part, left, right, middle, width_line, inside, 0.36)


def free_lock(
    hair: Hair,
    part: int,
    knots: Points | list[tuple[float, float]],
    width: float,
    *,
    root: float = 0.5,
    full: float = 0.4,
    width_line: float = 1.9,
    inside: int = 1,
    open_line: float = 0.0,
    root_in: Points | None = None,
) -> Points:
    """Draw a lock in the plane of the picture, its width in figure units; return its outline.

    Its lines begin after the share ``open_line`` of its length, or earlier where they leave the
    polygon ``root_in``.
    """
    middle = spline(knots, per=8)
    left, right = sides(middle, width * profile(len(middle), root, 0, full))
    return _lock(hair, part, left, right, middle, width_line, inside, open_line, root_in)


def _lock(
    hair: Hair,
    part: int,
    left: Points,
    right: Points,
    middle: Points,
    width_line: float,
    inside: int,
    open_line: float,
    root_in: Points | None = None,
) -> Points:
    scene = hair.scene
    outline = np.concatenate([left, right[::-1]])
    scene.fill(part, outline)
    across = left[2:-2] - right[2:-2]
    slim = float(np.sqrt(across[:, 0] ** 2 + across[:, 1] ** 2).mean()) / 10
    if slim < 1:
        # Seen edge-on, full lines would merge to solid black.
        width_line, inside = width_line * max(0.45, slim), 0
    # Shadow on the side away from the light, growing towards the tip.
    screen_left = left[:, 0].sum() <= right[:, 0].sum()
    dark = right if (hair.lamp < 0) == screen_left else left
    start = int(len(middle) * 0.34)
    # Varies between locks, or they would look stamped.
    deep = 0.45 + 0.5 * ((hair.count * 7) % 5) / 4
    inner = dark[start:] + (middle[start:] - dark[start:]) * deep * _swell(len(middle) - start)
    scene.shade(np.concatenate([dark[start:], inner[::-1]]), part)
    # Lines fade out towards the root, at different heights.
    first = int(len(middle) * open_line)
    end = np.stack([left[-1], middle[-1], right[-1]])
    cut = float(np.hypot(*(end[2] - end[0]))) > 2 * width_line
    if cut:
        scene.stroke(part, end, width_line)
    for edge, begin in ((left, first), (right, max(0, first - 3))):
        if root_in is not None:
            out = np.flatnonzero(~within(edge, root_in))
            begin = min(begin, max(0, int(out[0]) - 1)) if len(out) else begin
        scene.stroke(part, edge[begin:], width_line, start=0.6, end=0.12 if cut else 0.04)
    for number in range(inside):
        share = (0.28, -0.34, 0.6)[number % 3]
        edge = right if share > 0 else left
        strand = middle + (edge - middle) * abs(share)
        first, last = int(len(strand) * 0.3), int(len(strand) * (0.86 - 0.1 * number))
        scene.stroke(part, strand[first:last], 1.1, start=0.7, end=0.5)
    return outline


def tail(
    hair: Hair,
    name: str,
    layer: str,
    spine: list[tuple[float, float]],
    width: float,
    source: random.Random,
    *,
    strands: int = 4,
    side: float = 0.0,
    wave: float = 0.0,
) -> None:
    """Draw a bundle of locks along a spine, forked at its end."""
    base = spline(spine, per=8)
    base = base + np.stack([[hair.sway(y) for y in base[:, 1]], np.zeros(len(base))], axis=1)
    t = along(base)
    order = sorted(range(strands), key=lambda n: -abs(n - (strands - 1) / 2))
    for number in order:
        off = (number - (strands - 1) / 2) / max(1, strands - 1) if strands > 1 else 0.0
        belly = np.sin(np.pi * np.minimum(1.0, t * 1.1 + 0.06)) ** 0.7
        bend = wave * np.sin(2 * np.pi * (1.4 * t + 0.2 * number))
        first, second = sides(base, 1.0)
        way = first - second
        middle = base + way * (off * width * 0.8 * (0.3 + 0.7 * belly) + bend * t)[:, None]
        cut = int(len(middle) * (1 - 0.14 * abs(off) - 0.1 * source.random()))
        part = hair.part(name, layer, side, second=hair.streak(hair.count))
        free_lock(
            hair,
            part,
            middle[:cut][:: max(1, cut // 10)],
            width * 0.78 * (1 - 0.2 * abs(off)),
            root=0.4,
            full=0.45,
            inside=2 if width > 40 else 1,
        )


def braid(
    hair: Hair, layer: str, spine: list[tuple[float, float]], width: float, side: float = 0.0
) -> None:
    """Draw a braid along a spine, with a tie and a tuft at its end."""
    base = spline(spine, per=16)
    base = base + np.stack([[hair.sway(y) for y in base[:, 1]], np.zeros(len(base))], axis=1)
    length = float(np.sqrt((np.diff(base, axis=0) ** 2).sum(axis=1)).sum())
    count = max(4, int(length / (width * 0.52)))
    place = along(base)
    axes = (base[:, 0], base[:, 1])

    def at(t: float) -> Points:
        return np.array([np.interp(t, place, axis) for axis in axes])

    tuft = hair.part("braid", layer, side)
    end, way = at(0.97), at(1.0) - at(0.93)
    way = way / max(float(np.sqrt((way * way).sum())), 1e-6)
    free_lock(hair, tuft, np.array([end, end + way * width * 0.6, end + way * width * 1.5]),
              width * 0.8, root=0.35, full=0.4)  # fmt: skip
    for number in range(count, -1, -1):
        t = number / count * 0.96
        here, next_ = at(t), at(min(1.0, t + 1.25 / count))
        way = next_ - here
        across = np.array((-way[1], way[0]))
        across = across / max(float(np.sqrt((across * across).sum())), 1e-6)
        swing = 1 if number % 2 else -1
        wide = width * (1.0 - 0.25 * t)
        start = here - across * swing * wide * 0.34
        knots = np.array(
            [
                start,
                here + way * 0.35 + across * swing * wide * 0.14,
                next_ + across * swing * wide * 0.3,
                next_ + way * 0.35 - across * swing * wide * 0.1,
            ]
        )
        part = hair.part("braid", layer, side)
        free_lock(hair, part, knots, wide * 0.66, root=0.35, full=0.5, width_line=1.7)
    band(hair, at(0.95), width * 0.5)


def band(hair: Hair, point: Points, size: float) -> None:
    """Draw the tie of a tail or braid."""
    from nijigen.generate._character.drawing.curves import ellipse

    color = hair.traits.identity.outfit_second
    part = hair.scene.part(
        Part(f"tie.{hair.count}", "accessory", "accessories", color, shaded(color), lit(color),
             ink(color, hair.ink_base, 0.5))
    )  # fmt: skip
    hair.count += 1
    shape = ellipse(float(point[0]), float(point[1]), size * 0.62, size * 0.42, 20)
    hair.scene.outlined(part, shape, 1.7)
    hair.scene.shade(shape + (0, size * 0.35), part)
