"""Side hair: the locks in front of and behind the ears."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.curves import Points, spline
from nijigen.generate._character.hair.clumps import draw_clump, forks, shade_clump
from nijigen.generate._character.hair.front import cast, lean_of
from nijigen.generate._character.hair.locks import Hair, shade_side, skull_lock
from nijigen.generate._character.hair.tied import braid, drill

SideLock = tuple[float, float, float, float, float]
"""Angle and width in degrees, height of the tip (-1 hairline, 0 eyes, 1 chin, 2 shoulders), angle
of the tip, and wave in degrees."""
SIDES: dict[str, tuple[SideLock, ...]] = {
    "none": (),
    "short": ((66, 38, 0.38, 62, 0),),
    "medium": ((63, 42, 1.02, 54, 0),),
    "long": ((63, 40, 1.9, 59, 0), (74, 26, 1.3, 74, 2)),
    "very_long": ((63, 42, 3.0, 60, 3), (74, 28, 2.2, 76, 3)),
    "inward": ((64, 44, 1.06, 43, 0),),
    "outward": ((72, 30, 0.6, 92, 0), (64, 38, 0.95, 84, 0)),
    "double": ((70, 32, 1.5, 69, 0), (56, 28, 0.86, 51, 0)),
    "wavy": ((70, 28, 1.5, 70, 8), (60, 38, 1.95, 58, 9)),
    "princess": ((76, 22, 0.5, 76, 0), (61, 34, 0.66, 60, 0)),
    "drill": ((60, 26, 0.5, 56, 0),),
    "braid": ((60, 26, 0.5, 56, 0),),
    "tucked": ((82, 24, -0.06, 88, 0), (49, 15, 0.42, 46, 0)),
}


def draw_sides(hair: Hair, face: tuple[int, ...], *, behind: bool) -> None:
    """Draw the side hair ``behind`` the turned face, or in front of it."""
    kind = hair.traits.identity.hair_side
    turn = math.degrees(hair.head.yaw)
    source = hair.traits.random("side")
    start = len(hair.scene.items)
    outlines: list[Points] = []
    layer = "hair_back" if behind else "hair_front"
    for side in (-1, 1):
        for number, form in enumerate(SIDES[kind]):
            shift = (source.uniform(-1, 1), source.uniform(-1, 1))
            if (abs(side * form[0] + turn) > 104) == behind:
                outlines.append(_side_lock(hair, side, number, form, shift, layer))
        hidden = abs(side * 84 + turn) > 104
        if kind in ("drill", "braid") and hidden == behind:
            _plaited(hair, side, kind, layer)
    if outlines and not behind:
        cast(hair, outlines, face, start)


def _side_lock(
    hair: Hair, side: int, number: int, form: SideLock, shift: tuple[float, float], layer: str
) -> Points:
    at, width, low, tip, wave = form
    kind = hair.traits.identity.hair_side
    head = hair.head
    low += 0.06 * shift[1]
    if kind in ("short", "tucked"):
        low -= 0.16 * hair.hard
    end = hair.level(low)
    a = side * (at + 2 * shift[0])
    lean = side * (tip - at)
    root, crown = lean_of(hair), head.crown + 12
    # How far it stands off the head.
    off = 0.02 if kind == "tucked" else 0.1
    long = end - crown
    knots = [
        (root + (a - root) * 0.5, crown, 1.0),
        (a * 0.94, crown + min(0.3 * long, 56), 1.0 + 0.4 * off),
        (a, crown + min(0.55 * long, 108), 1.0 + 0.8 * off),
        (a + 0.2 * lean + side * wave, crown + 0.78 * long, 1.0 + off),
        (a + lean - side * wave, end, 1.0 + 0.4 * off if kind != "outward" else 1.3),
    ]
    part = hair.part("side", layer, side, second=hair.streak(20 + number))
    full = 0.56 if low < 1.4 else 0.42
    if kind == "princess":
        outline = skull_lock(hair, part, knots, width, root=0.6, full=full, blunt=0.9, up=0.6,
                             inside=1)  # fmt: skip
        shade_side(hair, part, outline, 0.45, 0.5)
        return outline
    # The longest tip is in front, beside the cheek.
    tips = forks(width, -side, np.array([shift[0], shift[1], shift[0] * shift[1]]), 18.0)
    front = (0.66, 0.4) if side < 0 else (0.4, 0.66)
    clump = draw_clump(hair, part, knots, width, tips, root=0.6, full=full,
                       notch=0.2, bare=front, inner=0.14, way=-side)  # fmt: skip
    if side * hair.lamp < 0 or number == 0:
        shade_clump(hair, clump, 0.45, 0.45)
    return clump.outline


def _plaited(hair: Hair, side: int, kind: str, layer: str) -> None:
    head = hair.head
    long = 0.36 * (head.chin + 22)
    points = [(side * 80.0, 2.0 + long * n, 1.0) for n in range(4)]
    spine = spline(hair.on_skull(points))
    if kind == "braid":
        braid(hair, layer, spine, 26, side)
    else:
        drill(hair, layer, spine, 27, side)
