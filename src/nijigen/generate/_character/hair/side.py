"""Side hair: the locks in front of and behind the ears."""

from __future__ import annotations

import math

from nijigen.generate._character.drawing.curves import Points
from nijigen.generate._character.hair.front import _cast
from nijigen.generate._character.hair.locks import Hair, braid, cap_lock

# Locks of one side: angle, height of the tip relative to the chin, width in degrees, how far the
# tip points out (positive) or in, and wave.
_Lock = tuple[float, float, float, float, float]
SIDES: dict[str, tuple[_Lock, ...]] = {
    "none": (),
    "short": ((74, -62, 24, 1, 0), (62, -76, 18, -4, 0)),
    "medium": ((72, -14, 30, 2, 0), (62, -40, 20, -6, 0)),
    "long": ((70, 44, 32, 4, 0), (60, -8, 20, -4, 2)),
    "very_long": ((72, 128, 34, 5, 3), (62, 66, 26, -2, 3)),
    "inward": ((72, -4, 34, -14, 0), (64, -24, 24, -16, 0)),
    "outward": ((70, -2, 30, 20, 0), (62, -26, 20, 10, 0)),
    "double": ((78, 26, 28, 6, 0), (68, -4, 24, -2, 0), (58, -40, 18, -8, 0)),
    "wavy": ((70, 50, 32, 4, 8), (62, 8, 24, 0, 7)),
    "princess": ((70, -26, 38, 0, 0),),
    "drill": (),
    "braid": (),
    "tucked": ((80, -66, 20, 6, 0),),
}


def draw_sides(hair: Hair, face: tuple[int, ...], *, behind: bool) -> None:
    """Draw the side hair ``behind`` the turned face, or in front of it."""
    kind = hair.traits.identity.hair_side
    head = hair.head
    turn = math.degrees(head.yaw)
    source = hair.traits.random("side")
    start = len(hair.scene.items)
    outlines: list[Points] = []
    for side in (-1, 1):
        for number, (angle, drop, width, swing, wave) in enumerate(SIDES[kind]):
            shift = source.uniform(-3, 3)
            jitter = source.uniform(-6, 6)
            hidden = abs(side * angle + turn) > 104
            if hidden != behind:
                continue
            a = side * (angle + shift)
            tip = head.chin + drop + jitter
            if kind in ("short", "tucked"):
                tip -= 14 * (1 - hair.traits.identity.femininity)
            top = -66.0 if number == 0 else -74.0
            sway = hair.traits.pose.sway * max(0.0, tip - 10) * 0.07
            out = side * swing
            knots = [
                (a * 0.62, top, 1.0),
                (a * 0.95, -30.0, 1.01),
                (a + side * wave * 0.5, top + (tip - top) * 0.55, 1.04),
                (a + out * 0.3 - side * wave + sway * 0.5, top + (tip - top) * 0.8, 1.04),
                (a + out + side * wave + sway, tip, 1.02 + 0.004 * abs(swing)),
            ]
            layer = "hair_back" if behind else "hair_front"
            part = hair.part("side", layer, side, second=hair.streak(20 + number))
            blunt = 0.75 if kind == "princess" else 0.0
            outlines.append(
                cap_lock(hair, part, knots, width, root=0.55, full=0.5, blunt=blunt, inside=1,
                         width_line=1.8)
            )  # fmt: skip
        hidden = abs(side * 84 + turn) > 104
        if kind in ("drill", "braid") and hidden == behind:
            _plaited(hair, side, kind, "hair_back" if behind else "hair_front")
    if outlines and not behind:
        _cast(hair, outlines, face, start)


def _plaited(hair: Hair, side: int, kind: str, layer: str) -> None:
    head = hair.head
    top = head.hair(((side * 82, -20.0, 1.02),))[0]
    low = head.hair(((side * 84, head.chin + 10, 1.04),))[0]
    way = low - top
    spine = [(float(top[0] + way[0] * t), float(top[1] + way[1] * t)) for t in (0, 0.35, 0.7, 1.0)]
    if kind == "braid":
        braid(hair, layer, spine, 20, side)
    else:
        from nijigen.generate._character.hair.back import drill

        drill(hair, layer, spine, 26, side)
