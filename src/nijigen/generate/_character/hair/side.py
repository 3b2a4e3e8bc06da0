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
    "short": ((70, 32, 0.34, 70, 0), (58, 24, 0.1, 57, 0)),
    "medium": ((65, 38, 1.02, 61, 0), (52, 22, 0.62, 50, 0)),
    "long": ((65, 36, 1.9, 63, 0), (54, 22, 1.5, 50, 2)),
    "very_long": ((66, 40, 3.1, 65, 3), (55, 24, 2.4, 52, 3)),
    "inward": ((67, 40, 1.08, 46, 0), (55, 24, 0.8, 43, 0)),
    "outward": ((66, 36, 0.95, 92, 0), (55, 22, 0.7, 74, 0)),
    "double": ((70, 28, 1.5, 69, 0), (58, 22, 1.12, 56, 0), (48, 16, 0.5, 46, 0)),
    "wavy": ((62, 36, 2.0, 62, 10), (52, 22, 1.45, 50, 8)),
    "princess": ((74, 24, 0.6, 74, 0), (63, 24, 0.68, 63, 0), (53, 18, 0.54, 53, 0)),
    "drill": ((60, 20, 0.5, 58, 0),),
    "braid": ((60, 20, 0.5, 58, 0),),
    "tucked": ((80, 24, -0.06, 86, 0), (49, 11, 0.42, 48, 0)),
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
        (a + lean - side * wave, end, 1.05 if kind != "outward" else 1.3),
    ]
    part = hair.part("side", layer, side, second=hair.streak(20 + number))
    blunt = 0.22 if kind == "princess" else 0.0
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
