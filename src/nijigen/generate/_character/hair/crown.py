"""The crown: its outline with strands that break it, the shine around it, and the ahoge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.curves import Points, ellipse, spline
from nijigen.generate._character.hair.front import lean_of, parted_of
from nijigen.generate._character.hair.locks import Hair, free_lock
from nijigen.generate._character.hair.side import SIDES
from nijigen.generate._character.styles.style import style_of

COVERING = ("beret", "cap", "witch_hat", "beanie", "straw_hat")
"""Headwear that presses the hair down."""
_WILD = {"spiky": 1.0, "messy": 0.7, "antenna": 0.3, "wolf": 0.55, "choppy": 0.4, "curly": 0.4,
         "short": 0.35, "cropped": 0.35, "flowing": 0.3, "crossed": 0.3, "wispy": 0.25,
         "slicked": 0.0, "blunt": 0.0, "princess": 0.0}  # fmt: skip
"""How far strands stand off the crown, by hair style; of most styles a little."""


def wildness(hair: Hair) -> float:
    """Return how far strands stand off the crown, 0 to 1."""
    who = hair.traits.identity
    if who.hair_front in ("slicked", "blunt", "princess") and who.hair_back != "spiky":
        return 0.04
    own = max(_WILD.get(who.hair_front, 0.14), _WILD.get(who.hair_back, 0.14))
    return min(1.0, max(0.0, own + style_of(hair.traits).wildness))


def draw_crown(hair: Hair, cap: tuple[int, ...]) -> None:
    """Draw the outline of the crown over the roots of the locks, or the curls of an afro."""
    scene, head, who = hair.scene, hair.head, hair.traits.identity
    source = hair.traits.random("crown")
    if who.hair_back == "afro":
        for _ in range(44):
            spot = head.hair(((source.uniform(-75, 75), source.uniform(head.crown + 6, -40), 1.0),))
            arc = ellipse(0, 0, 7, 6, 16)[source.randrange(6) :][:9] + spot
            scene.stroke(cap[0], arc, 1.4, start=0.4, end=0.4, within=cap)
        return
    top = head.silhouette(count=61)
    # A part of its own: what is painted last must be last in layered files too.
    part = hair.part("tuft", "hair_front", -1)
    first, last = (round(30 + side * _reach(hair, side) / 3) for side in (-1, 1))
    scene.stroke(part, top[first : last + 1], 3.0, start=0.1, end=0.1)
    root = lean_of(hair)
    for around in (-62, 58):
        # Long lines from the parting over the crown say how the hair flows.
        away = around + source.uniform(-9, 9) - root
        low = head.cap_y - source.uniform(4, 26)
        knots = [(root + away * 0.18, head.crown + 4, 1.0),
                 (root + away * 0.62, 0.7 * head.crown + 0.3 * low, 1.01),
                 (root + away, low, 1.03)]  # fmt: skip
        scene.stroke(part, head.hair(spline(knots)), 1.5, start=0.35, end=0.75)
    if parted_of(hair):
        _parting(hair, part)
    if who.headwear not in COVERING:
        _strands(hair, top)


def _reach(hair: Hair, side: int) -> float:
    """Return how far the outline of the crown is drawn, in degrees from the top.

    Locks beside the face stand out further than the skull; there their edge is the outline.
    """
    locks = SIDES[hair.traits.identity.hair_side]
    far = max((at + width / 2 for at, width, *_ in locks), default=0.0)
    return 63.0 if 78 < far + side * math.degrees(hair.head.yaw) < 118 else 90.0


def _parting(hair: Hair, part: int) -> None:
    """Draw the line of the parting, from the forehead back over the crown."""
    head, root = hair.head, lean_of(hair)
    heights = np.linspace(hair.hairline - 2, head.crown + 3, 9)
    angles = root * np.linspace(1.0, 0.72, 9)
    line = head.hair(np.stack([angles, heights, np.full(9, 1.01)], axis=1))
    hair.scene.stroke(part, line, 1.7, start=0.1, end=0.6)


def _strands(hair: Hair, top: Points) -> None:
    """Draw locks that leave the outline of the skull, and single hairs of smooth cuts."""
    wild = wildness(hair)
    source = hair.traits.random("strands")
    whorl = source.choice((-1, 1))
    if wild < 0.45:
        for side in (-1, 1):
            if source.random() < 0.35 + 2 * wild:
                _stray(hair, top, side, source.uniform(14, 44), source.uniform(5, 10))
        return
    # Lower ones first: the upper fall over them.
    for side in (-1, 1):
        count = round(source.uniform(0.4, 1.2) + 1.9 * wild)
        for number in range(count - 1, -1, -1):
            # Degrees from the top, where the lock leaves the skull.
            end = 36 + 52 * (number + source.uniform(0.3, 0.95)) / count
            long = (10 + 40 * wild) * (0.5 + end / 120) * source.uniform(0.75, 1.2)
            _strand(hair, top, side, end, long, wild)
        if wild > 0.6 and side == whorl:
            # Up from the whorl, which is not in the middle.
            _strand(hair, top, side, 21.0, 27.0 * source.uniform(0.8, 1.2), wild, 0.5)


def _stray(hair: Hair, top: Points, side: int, first: float, far: float) -> None:
    """Draw a single hair that leaves the outline; ``first`` in degrees from the top."""
    spots, _, out = _rim(top, side, np.linspace(first, first + 30, 9))
    line = spots + out * (far * np.linspace(0, 1, 9)[:, None] ** 2 - 0.6)
    part = hair.part("tuft", "hair_front", side)
    hair.scene.stroke(part, line, 1.7, start=0.2, end=0.75)


def _rim(top: Points, side: int, place: NDArray[np.float64]) -> tuple[Points, Points, Points]:
    """Return points of the crown's outline, their direction down, and outwards.

    ``place`` is in degrees from the top.
    """
    count = len(top)
    index = (count - 1) / 2 * (1 + side * np.minimum(place, 90) / 90)
    spots = np.stack([np.interp(index, np.arange(count), axis) for axis in top.T], axis=1)
    way = np.gradient(spots, axis=0)
    way /= np.maximum(np.sqrt((way * way).sum(axis=1)), 1e-6)[:, None]
    return spots, way, np.stack([way[:, 1], -way[:, 0]], axis=1) * side


def _strand(
    hair: Hair,
    top: Points,
    side: int,
    end: float,
    long: float,
    wild: float,
    stands: float = 0.0,
) -> None:
    """Draw one of them; ``end`` in degrees from the top, ``stands`` is how far it stands up."""
    spots, way, out = _rim(top, side, np.linspace(max(3.0, end - 40 - 18 * wild), end, 9))
    lift = np.linspace(0, 1, 9)[:, None] ** 1.7
    rise = (1.5 + 9.5 * wild) * (1 - 0.6 * stands)
    # The line begins in that of the crown.
    outer = spots + out * (lift * rise - 1.5 * (1 - lift))
    down, off = way[-1], out[-1]
    # Near the top they stand up.
    up = 0.3 * wild - 0.14 + 0.5 * wild * (1 - end / 90) ** 3 + stands
    tip = outer[-1] + down * long + off * long * up
    outer = np.concatenate([outer[:-1], spline((outer[-2], outer[-1], tip), per=5)[5:]])
    bend = spots[-1] + down * long * 0.42 + off * (0.1 + 0.5 * wild)
    under = spline((spots[-1] - down * 5 - off * 5, bend, tip), per=6)
    part = hair.part("tuft", "hair_front", side)
    scene = hair.scene
    inner = spots[:-1] - out[:-1] * 7
    scene.fill(part, np.concatenate([outer, under[::-1], inner[::-1]]))
    scene.stroke(part, outer, 2.9, start=0.12, end=0.05)
    scene.stroke(part, under, 1.9, start=0.5, end=0.05)


# Across a lock, 0 to 1, and along it, relative to the middle of the band of light: a smooth upper
# edge, and a lower one with teeth.
_GLEAM = np.concatenate([
    spline(((0.05, 0.1), (0.25, -0.38), (0.55, -0.6), (0.82, -0.36), (0.96, 0.1)), per=4),
    spline(((0.96, 0.1), (0.86, 0.42), (0.8, 1.2)), per=3),
    spline(((0.8, 1.2), (0.74, 0.5), (0.56, 0.38), (0.48, 0.9)), per=3),
    spline(((0.48, 0.9), (0.42, 0.42), (0.27, 0.34), (0.19, 0.75)), per=3),
    spline(((0.19, 0.75), (0.13, 0.4), (0.05, 0.1)), per=3),
])  # fmt: skip


def draw_shine(hair: Hair) -> None:
    """Draw the band of light around the crown, broken at the edges of locks."""
    style = hair.traits.style.highlights
    if style == "flat" or hair.traits.identity.hair_back == "afro":
        return
    head = hair.head
    high = head.hair(((0.0, head.crown + 37, 1.0),))[0]
    source = hair.traits.random("shine")
    lamp = 26.0 * hair.lamp
    for part, left, right in hair.gleaming:
        middle = (left + right) / 2
        # Around the head the band drops towards the ears.
        across = middle[:, 0] - high[0]
        level = high[1] + 30 * (across / head.cap[0]) ** 2
        crossed = np.flatnonzero(middle[:, 1] > level)
        if not len(crossed) or crossed[0] < 3 or crossed[0] > len(middle) - 6:
            continue
        far = (float(across[crossed[0]]) - lamp) / head.cap[0]
        size = (1 - far * far) * source.uniform(0.6, 1.3)
        if source.random() < 0.12 or size < 0.25:
            continue
        size *= 1.7 if style == "painterly" else 1.0
        steps = np.sqrt((np.diff(middle, axis=0) ** 2).sum(axis=1))
        per = 13 * size / max(float(steps.mean()), 1e-6)
        place = (crossed[0] + per * _GLEAM[:, 1]).clip(0, len(middle) - 1)
        share = 0.5 + (_GLEAM[:, 0] - 0.5) * (0.9 + 0.1 * size)
        count = np.arange(len(middle))
        edges = [np.stack([np.interp(place, count, axis) for axis in edge.T], 1)
                 for edge in (left, right)]  # fmt: skip
        hair.scene.light(edges[0] + (edges[1] - edges[0]) * share[:, None], part)


def shade_crown(hair: Hair) -> None:
    """Shade the side of the hair away from the light: it ends in wedges that follow the strands."""
    head, dark = hair.head, -hair.lamp
    names = ("bangs", "cap", "side", "tuft")
    parts = [number for number, part in enumerate(hair.scene.parts, start=1)
             if part.layer == "hair_front" and part.name.partition(".")[0] in names]  # fmt: skip
    source = hair.traits.random("volume")
    # Degrees from the middle of the picture, whichever way the head is turned.
    turn = math.degrees(head.yaw)
    height = head.crown + 26
    heights, angles = [head.crown - 6, head.crown + 8], [52.0, 53.0]
    while height < head.chin + 150:
        # A wedge reaches further into the light the lower it is, ends in a tip, and bends back.
        long, near, far = source.uniform(44, 76), source.uniform(34, 45), source.uniform(54, 62)
        heights += [height + share * long for share in (0.0, 0.35, 0.65, 0.85, 1.0, 0.8)]
        angles += [far + share * (near - far) for share in (0.0, 0.12, 0.36, 0.66, 1.0, 0.42)]
        height += 0.62 * long
    around = dark * np.array(angles) - turn
    edge = hair.on_skull(np.stack([around, heights, np.full(len(heights), 1.04)], axis=1))
    hair.scene.shade(np.concatenate([edge, edge[::-1] + (dark * 300.0, 0.0)]), *parts)


def draw_ahoge(hair: Hair) -> None:
    """Draw the ahoge."""
    who = hair.traits.identity
    if who.headwear in COVERING:
        return
    side = hair.traits.random("ahoge").choice((-1, 1))
    kinds = ["antenna"] * (who.hair_front == "antenna") + [who.ahoge] * (who.ahoge != "none")
    for kind in kinds:
        _ahoge(hair, kind, side)


def _ahoge(hair: Hair, kind: str, side: int) -> None:
    head = hair.head
    root = head.hair(((side * 6, head.crown + 2, 1.0),))[0]
    sway = hair.traits.pose.sway * 8
    for knots, width in _AHOGE[kind]:
        part = hair.part("ahoge", "hair_front", side)
        path = [(float(root[0]) + side * x + sway * -y / 40, float(root[1]) + y) for x, y in knots]
        free_lock(hair, part, path, width, root=0.7, full=0.4, up=0.92, inside=0)


_AHOGE: dict[str, tuple[tuple[tuple[tuple[float, float], ...], float], ...]] = {
    "curl": ((((-2, 9), (0, -12), (12, -30), (32, -33), (43, -18)), 9),),
    "hook": ((((-2, 9), (-4, -18), (4, -38), (24, -44)), 10),),
    "spring": ((((0, 9), (-9, -8), (9, -19), (-7, -30), (11, -44)), 7),),
    "pair": ((((2, 9), (9, -18), (24, -33), (42, -34)), 8),
             (((-3, 9), (-10, -14), (-24, -24), (-36, -22)), 7)),
    "antenna": ((((1, 12), (8, -10), (24, -19), (42, -12), (54, 8)), 10),
                (((-3, 12), (-9, -8), (-25, -17), (-44, -9), (-57, 14)), 10)),
    "leaf": ((((0, 9), (4, -14), (22, -32), (50, -30)), 17),),
}  # fmt: skip
