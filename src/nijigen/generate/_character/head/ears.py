"""Ears: of people, elves and animals."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.colors import mixed, skin_shaded
from nijigen.generate._character.drawing.curves import Points, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.hair.locks import Hair
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits

# Outline from the upper root backwards to the lobe: outwards and down, in head units.
_HUMAN = {
    "human": ((-2, -15), (7, -20), (14, -14), (13.5, 0), (9, 14), (3, 20), (-3, 15)),
    "pointed": ((-2, -14), (8, -22), (22, -32), (16, -6), (10, 12), (3, 19), (-3, 14)),
    "elf": ((-2, -12), (14, -22), (52, -40), (30, -6), (14, 11), (3, 18), (-3, 13)),
}


def draw_ears(scene: Scene, head: Head, traits: Traits, ear: int) -> None:
    """Draw the ears at the sides of the face."""
    form = np.array(_HUMAN[traits.identity.ears], np.float64)
    middle = 0.5 * (head.eye_y + head.nose_y) - 4
    wide = float(np.interp(middle, head.heights, head.widths))
    for side in (-1, 1):
        # When the head turns, the far ear is hidden by the face; the near one faces the viewer.
        root = head.turn(np.array(((side * (wide - 4), middle, -6.0),)))[0]
        open_ = max(0.25, 1.0 - side * math.sin(head.yaw) * 1.0)
        roll = head.roll
        flat = form * (side * min(open_, 1.35), 1.12) * (head.ear_size / 43)
        c, s = math.cos(roll), math.sin(roll)
        flat = np.stack([flat[:, 0] * c - flat[:, 1] * s, flat[:, 0] * s + flat[:, 1] * c], axis=1)
        outline = spline(flat + root, closed=False)
        scene.fill(ear, outline)
        inner = spline(flat[1:6] * 0.58 + root, per=6)
        scene.shade(np.concatenate([inner, (inner * 0.5 + root * 0.5)[::-1]]), ear)
        scene.stroke(ear, outline, 2.2)
        scene.stroke(ear, inner[2:-4], 1.3, start=0.3, end=0.6)


_ANIMAL: dict[str, tuple[tuple[tuple[float, float], ...], float, float, float]] = {
    # Outline about the middle of the root, upwards; then angle, height above the cap, tilt.
    "cat": (((-24, 14), (-20, -20), (-6, -52), (14, -34), (28, 12)), 44, 12, 16),
    "fox": (((-25, 14), (-24, -26), (-10, -72), (16, -44), (30, 12)), 42, 12, 16),
    "rabbit": (
        ((-12, 14), (-20, -40), (-15, -104), (0, -128), (15, -100), (19, -40), (13, 14)),
        24,
        8,
        10,
    ),
    "bear": (((-24, 12), (-28, -14), (-14, -36), (12, -36), (27, -14), (24, 14)), 46, 12, 22),
    "dog": (
        ((-16, 8), (-20, -14), (2, -26), (30, -8), (42, 30), (32, 52), (14, 30), (14, 14)),
        48,
        10,
        8,
    ),
}


def draw_animal_ears(hair: Hair, skin: Part) -> None:
    """Draw animal ears on the crown."""
    scene, head, who = hair.scene, hair.head, hair.traits.identity
    knots, angle, sink, tilt = _ANIMAL[who.ears]
    inside = mixed(skin.color, "#e58f98", 0.5)
    for side in (-1, 1):
        rad = math.radians(angle)
        rx, ry, _ = head.cap
        root = head.turn(
            np.array(
                (
                    (
                        side * rx * math.sin(rad) * 0.9,
                        head.cap_y - ry * math.cos(rad) * 0.98 + sink,
                        8.0,
                    ),
                )
            )
        )[0]
        lean = math.radians(side * tilt) + head.roll
        squeeze = 1 - 0.3 * side * math.sin(head.yaw)
        flat = np.array(knots) * (side * min(1.1, squeeze), 1.0)
        c, s = math.cos(lean), math.sin(lean)
        flat = np.stack([flat[:, 0] * c - flat[:, 1] * s, flat[:, 0] * s + flat[:, 1] * c], axis=1)
        outline = _outline(flat, who.ears) + root
        part = hair.part("animal_ear", "hair_front", side)
        scene.fill(part, outline)
        scene.stroke(part, outline, 2.4)
        if who.ears != "dog":
            inner = scene.part(
                Part(f"inner_ear.{side}", "ear", "hair_front", inside, skin_shaded(inside),
                     "#fff4f2", skin.ink)
            )  # fmt: skip
            low = flat * 0.66 + (0, 2)
            scene.fill(inner, _outline(low, who.ears) + root, within=(part,))
            scene.shade(_outline(low, who.ears) + root + (side * 7, 9), inner)
            for step in (-7.0, 0.0, 7.0):
                tuft = spline((root + (step * side, 14), root + (step * side * 1.1, -2),
                               root + (step * side * 1.6, -17)))  # fmt: skip
                scene.stroke(part, tuft, 2.4, start=0.0, end=0.9)
        else:
            scene.shade(outline + (-side * 8, 6), part)


def _outline(flat: Points, kind: str) -> Points:
    if kind in ("cat", "fox"):
        # Two curved edges that meet in a point.
        return np.concatenate([spline(flat[:3]), spline(flat[2:])])
    return spline(flat)
