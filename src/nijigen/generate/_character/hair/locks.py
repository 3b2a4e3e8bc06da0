"""Locks of hair: tapered wedges on guide curves, with their lines, shadow and shine."""

from __future__ import annotations

import functools
import math
import random
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.colors import ink, lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import Knots, Points, along, sides, spline, turned
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import PIVOT, Head
from nijigen.generate._character.styles.style import style_of
from nijigen.generate._character.traits.parameters import Traits


@dataclass
class Hair:
    """Properties shared by all hair of a head."""

    scene: Scene
    head: Head
    traits: Traits
    ink_base: str
    count: int = 0
    gleaming: list[tuple[int, Points, Points]] = field(default_factory=list)
    """Locks that cross the band of light: part, and both edges from the root to the tip."""

    def __post_init__(self) -> None:
        self.upright = replace(self.head, roll=0.0)

    def part(self, name: str, layer: str, angle: float = 0.0, *, second: bool = False) -> int:
        """Add a part of this hair; ``angle`` is the direction in which it grows."""
        who = self.traits.identity
        color, end = who.hair_color, ""
        way = who.hair_coloring
        inner = way == "inner" and name in ("curtain", "fall", "skull", "tail", "braid", "drill")
        if second or (way == "split" and angle > 0):
            color = who.hair_second
        elif inner:
            # The dye shows below the ears and fades in: nothing has a hard edge.
            end = who.hair_second
        elif way == "gradient":
            end = who.hair_second
        elif way == "tips":
            end = mixed(who.hair_color, who.hair_second, 0.9)
        if name == "curtain":
            # Behind the head and the neck it is darker than what falls in front.
            color = mixed(color, self.shade(color), 0.45)
            end = end and mixed(end, self.shade(end), 0.45)
        top, bottom = {
            "gradient": (-90.0, 190.0),
            "tips": (20.0, 120.0),
            "inner": (self.head.eye_y - 20.0, self.head.chin - 20.0),
        }.get(way, (0.0, 1.0))
        if layer == "hair_front" and way == "tips":
            top, bottom = -40.0, 60.0
        self.count += 1
        return self.scene.part(
            Part(f"{name}.{self.count}", "hair", layer, color, self.shade(color), self.light(color),
                 ink(color, self.ink_base, 0.75 if self.traits.style.inking != "black" else 0.25),
                 end, top, bottom)
        )  # fmt: skip

    def shade(self, color: str) -> str:
        """Return the color in shadow: hair keeps its hue more than cloth does."""
        deep = mixed(color, "#1a1026", 0.36 * style_of(self.traits).depth)
        return mixed(deep, shaded(color, 1.0 if luma(color) > 0.25 else 0.8), 0.4)

    def light(self, color: str) -> str:
        """Return the color of highlights: on dark hair that of the sky, not gray."""
        if luma(color) > 0.25:
            return lit(color, 1.15)
        return mixed(lit(color, 0.55), "#7f8fd8", 0.42)

    def streak(self, index: int) -> bool:
        """Return whether a lock is dyed."""
        if self.traits.identity.hair_coloring != "streak":
            return False
        return self.traits.random(f"streak{index}").random() < 0.28

    @property
    def lamp(self) -> int:
        """-1 where light comes from the left, 1 from the right."""
        return -1 if self.traits.scene.light <= 0 else 1

    @property
    def hard(self) -> float:
        """How much of a grown man this is, 0 to 1."""
        who = self.traits.identity
        return (1 - who.femininity) * (who.age != "child")

    def level(self, low: float) -> float:
        """Return a height by a relative one: -1 hairline, 0 middle of the eyes, 1 chin."""
        head = self.head
        up = head.eye_y - self.hairline if low < 0 else head.chin - head.eye_y
        return head.eye_y + low * up

    @property
    def hairline(self) -> float:
        """Height of the hairline in the middle of the forehead."""
        return self.head.crown + 0.44 * (self.head.eye_y - self.head.crown)

    def hang(self, points: Points) -> Points:
        """Project points ``(n, 3)`` of hair that hangs: gravity undoes the roll of the head."""
        head = self.head
        flat = self.upright.turn(points)
        if head.roll:
            share = ((170.0 - flat[:, 1]) / 190.0).clip(0, 1)
            angle = head.roll * share * share * (3 - 2 * share)
            c, s = np.cos(angle), np.sin(angle)
            x, y = flat[:, 0] - PIVOT[0], flat[:, 1] - PIVOT[1]
            flat = np.stack([PIVOT[0] + x * c - y * s, PIVOT[1] + x * s + y * c], axis=1)
        flat[:, 0] += self.traits.pose.sway * np.maximum(0.0, flat[:, 1] - 10) * 0.1
        return flat

    def beyond(self, points: Points) -> NDArray[np.bool_]:
        """Return which points may be on the outline of the figure: at both sides of the hair.

        The crown has an outline of its own.
        """
        head = self.head
        rx, ry, rz = head.cap
        flat = turned(points, -math.degrees(head.roll), PIVOT) if head.roll else points
        across = math.hypot(rx * math.cos(head.yaw), rz * math.sin(head.yaw))
        up = math.hypot(ry * math.cos(head.pitch), rz * math.sin(head.pitch))
        x = (flat[:, 0] + 6 * math.sin(head.yaw)) / across
        y = np.minimum(flat[:, 1] - head.cap_y, 0.0) / up
        return np.asarray((x * x + y * y > 0.955) & (x * x > 0.55))

    def on_skull(self, points: Knots) -> Points:
        """Project points ``(n, 3)`` of hair on the head: degrees from the front, height, looseness.

        What is below the chin hangs.
        """
        return self.hang(self.head.hair_solid(points))


@functools.lru_cache(1024)
def profile(count: int, root: float, full: float, blunt: float = 0.0) -> NDArray[np.float64]:
    """Return widths along a lock, 0 to 1: ``root`` first, the maximum at ``full``, then a tip.

    ``blunt`` is the width of the end.
    """
    t = np.linspace(0, 1, count)
    rise = root + (1 - root) * np.sin(np.minimum(t / full, 1) * np.pi / 2) ** 1.1
    rest = np.clip((1 - t) / (1 - full), 0, 1)
    # A wedge: nearly straight edges meet in a sharp tip.
    fall = 0.5 * np.sin(rest * np.pi / 2) + 0.5 * rest**1.15
    widths: NDArray[np.float64] = np.where(t < full, rise, fall)
    np.maximum(widths, blunt * (t > 0.5), out=widths)
    widths.flags.writeable = False
    return widths


def skull_lock(
    hair: Hair,
    part: int,
    knots: Knots,
    width: float,
    *,
    root: float = 0.4,
    full: float = 0.6,
    blunt: float = 0.0,
    up: float = 0.5,
    line: float = 1.9,
    inside: int = 1,
) -> Points:
    """Draw a lock on the head, its width in degrees; return its outline."""
    spine = spline(knots, per=7)
    half = width / 2 * profile(len(spine), root, full, blunt)
    zero = np.zeros_like(half)
    aside = np.stack([half, zero, zero], axis=1)
    edges = hair.on_skull(np.concatenate([spine - aside, spine + aside]))
    left, right = edges.reshape(2, len(spine), 2)
    hair.gleaming.append((part, left, right))
    return lock(hair, part, left, right, up=up, line=line, inside=inside)


def free_lock(
    hair: Hair,
    part: int,
    knots: Knots,
    width: float,
    *,
    root: float = 0.5,
    full: float = 0.45,
    up: float = 1.0,
    line: float = 1.9,
    inside: int = 1,
) -> Points:
    """Draw a lock in the plane of the picture, its width in figure units; return its outline."""
    middle = spline(knots, per=7)
    left, right = sides(middle, width * profile(len(middle), root, full))
    return lock(hair, part, left, right, up=up, line=line, inside=inside)


def lock(
    hair: Hair,
    part: int,
    left: Points,
    right: Points,
    *,
    up: float = 0.5,
    line: float = 1.9,
    inside: int = 1,
) -> Points:
    """Draw a lock between two edges, from its root to its tip; return its outline.

    Lines fade towards the root: they cover the share ``up`` of the length, seen from the tip.
    """
    scene = hair.scene
    outline = np.concatenate([left, right[::-1]])
    scene.fill(part, outline)
    across = left[2:-2] - right[2:-2]
    slim = float(np.sqrt((across * across).sum(axis=1)).mean()) / 10
    if slim < 1:
        # Seen edge-on, full lines would merge to solid black.
        line, inside = line * max(0.45, slim), 0
    end = np.stack([left[-1], (left[-1] + right[-1]) / 2, right[-1]])
    cut = float(np.hypot(*(end[2] - end[0]))) > 2 * line
    if cut:
        scene.stroke(part, end, line, start=0.03, end=0.03)
    count = len(left)
    # Both edges begin at different heights, and no two locks alike.
    uneven = ((hair.count * 7) % 5 - 2) * 0.05
    tapered = 0.08 if up >= 1 else 0.6
    for edge, sign in ((left, 1), (right, -1)):
        first = 0 if up >= 1 else max(0, int(count * (1 - up + sign * uneven)))
        start = tapered
        # An outline has no gaps.
        out = np.flatnonzero(hair.beyond(edge[:first]))
        if len(out):
            first, start = max(0, int(out[0]) - 1), 0.1
        scene.stroke(part, edge[first:], line, start=start, end=0.1 if cut else 0.05)
    for number in range(inside):
        share = (0.36, 0.66, 0.5)[(number + hair.count) % 3]
        strand = left + (right - left) * share
        first, last = int(count * (0.44 + 0.06 * number)), int(count * (0.9 - 0.07 * number))
        if last - first > 3:
            scene.stroke(part, strand[first:last], 0.9, start=0.6, end=0.5)
    return outline


def shade_side(
    hair: Hair, part: int, outline: Points, deep: float = 0.4, start: float = 0.0
) -> None:
    """Shade the side of a lock away from the light, from the share ``start`` of its length on."""
    count = len(outline) // 2
    left, right = outline[:count], outline[: count - 1 : -1]
    if (left[:, 0].sum() > right[:, 0].sum()) == (hair.lamp < 0):
        left, right = right, left
    # Now right is the dark side.
    first = int(count * start)
    t = np.linspace(0, 1, count - first)[:, None]
    # A wedge that widens towards the tip.
    inner = right[first:] + (left[first:] - right[first:]) * deep * t**0.7
    hair.scene.shade(np.concatenate([right[first:], inner[::-1]]), part)


def wave(points: Points, size: float, turns: float, phase: float = 0.0) -> Points:
    """Return a path that swings aside more and more towards its end."""
    if not size:
        return points
    t = along(points)
    first, second = sides(points, 1.0)
    moved: Points = (
        points
        + (first - second)
        * (size * np.minimum(1, 1.6 * t) * np.sin(2 * math.pi * (turns * t + phase)))[:, None]
    )
    return moved


def bundle(
    hair: Hair,
    name: str,
    layer: str,
    spine: Points,
    width: float,
    source: random.Random,
    *,
    strands: int = 4,
    side: float = 0.0,
    belly: float = 0.35,
    swing: float = 0.0,
    turns: float = 1.5,
    root: float = 0.34,
) -> None:
    """Draw a bundle of locks along a spine in the picture: tied at its root, forked at its end.

    Each lock follows the spine in its own lane; ``belly`` is the place of the greatest width.
    """
    t = along(spine)
    first, second = sides(spine, 1.0)
    across = first - second
    rise = np.sin(np.minimum(t / belly, 1) * np.pi / 2)
    close = 1 - 0.42 * (np.maximum(t - belly, 0) / (1 - belly)) ** 1.6
    spread = (root + (1 - root) * rise) * close
    lanes = [(n - (strands - 1) / 2) / max(1, (strands - 1) / 2) for n in range(strands)]
    done: list[int] = []
    # From the rims to the middle, which is on top.
    for number in sorted(range(strands), key=lambda n: -abs(n - (strands - 1) / 2 + 0.2)):
        lane = lanes[number]
        bend = swing * np.sin(2 * math.pi * (turns * t + 0.06 * lane)) * np.minimum(1, 2 * t)
        middle = spine + across * (lane * width * 0.32 * spread + bend)[:, None]
        short = 1 - 0.16 * abs(lane) - 0.1 * source.random() - (0.06 if number % 2 else 0.0)
        cut = max(6, int(len(middle) * short))
        part = hair.part(name, layer, side, second=hair.streak(hair.count))
        span = profile(cut, root * 1.3, 0.55 * belly + 0.3)
        own = width * (0.56 if strands > 2 else 0.7) * (1 - 0.15 * abs(lane)) * span
        edges = sides(middle[:cut], own)
        before = len(hair.scene.items)
        outline = lock(hair, part, *edges, up=0.9, line=1.9, inside=int(number == strands // 2))
        if lane * hair.lamp < -0.2:
            shade_side(hair, part, outline, 0.6, 0.12)
        if done:
            painted = hair.scene.items[before:]
            del hair.scene.items[before:]
            hair.scene.shade(outline + (-3.0 * hair.lamp, 4.0), *done[-2:])
            hair.scene.items.extend(painted)
        done.append(part)
    hair.scene.light(_gleam(spine, width * 0.4, spread), *done[-2:])


def _gleam(spine: Points, width: float, spread: NDArray[np.float64]) -> Points:
    place, t = np.arange(len(spine)), np.linspace(0.2, 0.36, 17)
    at = t * (len(spine) - 1)
    middle = np.stack([np.interp(at, place, axis) for axis in spine.T], axis=1)
    swell = np.sin(np.linspace(0, np.pi, 17)) ** 0.8
    edges = sides(middle, width * np.interp(at, place, spread) * swell)
    return np.concatenate([edges[0], edges[1][::-1]])


def band(hair: Hair, point: Points, size: float, angle: float, layer: str) -> None:
    """Draw the tie of a tail or braid; ``angle`` is the direction of the hair in radians."""
    color = hair.traits.identity.accessory_color
    # In the layer of the hair: layered files must paint it between the same locks.
    part = hair.scene.part(
        Part(f"tie.{hair.count}", "accessory", layer, color, shaded(color), lit(color),
             ink(color, hair.ink_base, 0.5))
    )  # fmt: skip
    hair.count += 1
    t = np.arange(20) * (math.pi / 10)
    flat = np.stack([size * 0.3 * np.cos(t), size * 0.62 * np.sin(t)], axis=1)
    c, s = math.cos(angle), math.sin(angle)
    shape = flat @ np.array(((c, s), (-s, c))) + point
    hair.scene.outlined(part, shape, 1.7)
    hair.scene.shade(shape + (-hair.lamp * size * 0.3, size * 0.25), part)
