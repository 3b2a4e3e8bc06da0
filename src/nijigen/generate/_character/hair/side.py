"""Side hair: the locks in front of and behind the ears."""

from __future__ import annotations

import math

from nijigen.generate._character.drawing.curves import Points, spline
from nijigen.generate._character.hair.front import cast, lean_of
from nijigen.generate._character.hair.locks import Hair, shade_side, skull_lock
from nijigen.generate._character.hair.tied import braid, drill

SideLock = tuple[float, float, float, float, float]
"""Angle and width in degrees, height of the tip (-1 hairline, 0 eyes, 1 chin, 2 shoulders), angle
of the tip, and wave in degrees."""
SIDES: dict[str, tuple[SideLock, ...]] = {
    "none": (),
    "short": ((77, 24, 0.34, 78, 0), (66, 20, 0.1, 64, 0)),
    "medium": ((74, 29, 1.02, 72, 0), (62, 20, 0.62, 60, 0)),
    "long": ((72, 29, 1.9, 74, 0), (63, 22, 1.5, 58, 2)),
    "very_long": ((73, 30, 3.1, 76, 3), (64, 24, 2.4, 62, 3)),
    "inward": ((74, 32, 1.05, 58, 0), (65, 22, 0.78, 50, 0)),
    "outward": ((78, 28, 1.0, 104, 0), (63, 22, 0.72, 78, 0)),
    "double": ((77, 24, 1.5, 80, 0), (68, 20, 1.12, 66, 0), (57, 15, 0.5, 55, 0)),
    "wavy": ((66, 30, 2.0, 67, 11), (56, 20, 1.45, 55, 9)),
    "princess": ((72, 34, 0.62, 71, 0),),
    "drill": ((64, 14, 0.5, 62, 0),),
    "braid": ((64, 14, 0.5, 62, 0),),
    "tucked": ((90, 18, 0.12, 92, 0),),
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
    long = end - crown
    knots = [
        (root + (a - root) * 0.5, crown, 1.0),
        (a * 0.94, crown + min(0.3 * long, 56), 1.03),
        (a, crown + min(0.55 * long, 108), 1.05),
        (a + 0.3 * lean + side * wave, crown + 0.78 * long, 1.05),
        (a + lean - side * wave, end, 1.05 if tip < 100 else 1.16),
    ]
    part = hair.part("side", layer, side, second=hair.streak(20 + number))
    blunt = 0.9 if kind == "princess" else 0.0
    outline = skull_lock(hair, part, knots, width, root=0.6, full=0.56 if low < 1.4 else 0.42,
                         blunt=blunt, up=0.72, inside=1 if number == 0 else 0)  # fmt: skip
    if side * hair.lamp < 0 or number == 0:
        shade_side(hair, part, outline, 0.45, 0.5)
    return outline


def _plaited(hair: Hair, side: int, kind: str, layer: str) -> None:
    head = hair.head
    long = 0.36 * (head.chin + 22)
    points = [(side * 80.0, 2.0 + long * n, 1.0) for n in range(4)]
    spine = spline(hair.on_skull(points))
    if kind == "braid":
        braid(hair, layer, spine, 21, side)
    else:
        drill(hair, layer, spine, 27, side)
