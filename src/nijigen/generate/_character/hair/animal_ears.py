"""Animal ears: they grow out of the hair of the crown, whose outline hides their roots."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.colors import mixed, skin_shaded
from nijigen.generate._character.drawing.curves import Points, spline, turned
from nijigen.generate._character.drawing.scene import Part
from nijigen.generate._character.hair.locks import Hair

ANIMALS = ("cat", "fox", "rabbit", "bear", "dog")
Knots = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class AnimalEar:
    """An ear on the viewer's right.

    Attributes:
        inner: Knots of the edge towards the middle of the head, from the root to the tip.
        outer: Knots of the other edge, from the tip to the root.
        angle: Where it grows, in degrees from the top of the head.
        sink: How far its root is below the outline of the hair.
        tilt: How far it leans out, in degrees.
        tufts: Tips of the fur that grows over its inside.
    """

    inner: Knots
    outer: Knots
    angle: float
    sink: float
    tilt: float
    tufts: Knots = ()


EARS = {
    "cat": AnimalEar(
        ((-34, 18), (-30, -14), (-16, -48), (2, -70)), ((2, -70), (22, -42), (36, -8), (40, 24)),
        42, 10, 13, ((-13, -22), (-4, -34), (9, -22)),
    ),
    "fox": AnimalEar(
        ((-31, 18), (-30, -22), (-18, -64), (0, -98)), ((0, -98), (22, -62), (36, -18), (38, 24)),
        40, 10, 12, ((-14, -24), (-3, -42), (11, -24)),
    ),
    "rabbit": AnimalEar(
        ((-15, 18), (-24, -42), (-22, -104), (-4, -138)),
        ((-4, -138), (18, -108), (25, -44), (17, 18)), 23, 8, 9, ((-5, -12), (6, -18)),
    ),
    "bear": AnimalEar(
        ((-30, 18), (-38, -14), (-26, -42), (0, -50)), ((0, -50), (26, -42), (38, -12), (30, 22)),
        46, 8, 16, ((-10, -12), (0, -18), (11, -10)),
    ),
    "dog": AnimalEar(
        ((-26, 10), (-16, -14), (10, -24), (34, -12)),
        ((34, -12), (50, 18), (50, 52), (34, 74), (16, 60), (4, 32), (-26, 10)), 44, 12, 4,
    ),
}  # fmt: skip


def draw_animal_ears(hair: Hair, skin: Part, *, front: bool) -> None:
    """Draw the ears behind the hair, or those that hang down in ``front`` of it."""
    kind = hair.traits.identity.ears
    form = EARS[kind]
    for side in (-1, 1):
        root = _root(hair, form, side)
        if kind == "dog":
            if front:
                _flap(hair, form, root, side)
        elif not front:
            _upright(hair, form, root, side, skin)


def _root(hair: Hair, form: AnimalEar, side: int) -> Points:
    rx, ry, _ = hair.head.cap
    angle = math.radians(form.angle)
    solid = (side * rx * math.sin(angle) * 0.94,
             hair.head.cap_y - ry * math.cos(angle) * 0.98 + form.sink, 4.0)  # fmt: skip
    root: Points = hair.head.turn(np.array((solid,)))[0]
    return root


def _placed(hair: Hair, form: AnimalEar, root: Points, side: int, flat: Points) -> Points:
    """Convert points of the ear to figure points; a turned ear is narrower on one side."""
    squeeze = min(1.1, 1 - 0.32 * side * math.sin(hair.head.yaw))
    tilt = side * form.tilt + math.degrees(hair.head.roll)
    return turned(flat * (side * squeeze, 1.0), tilt) + root


def _edges(form: AnimalEar) -> Points:
    return np.concatenate([spline(form.inner), spline(form.outer)[1:]])


def _upright(hair: Hair, form: AnimalEar, root: Points, side: int, skin: Part) -> None:
    scene = hair.scene
    flat = _edges(form)
    outline = _placed(hair, form, root, side, flat)
    part = hair.part("animal_ear", "hair_front", side)
    scene.fill(part, outline)
    scene.stroke(part, outline, 2.3, start=0.03, end=0.03)
    if hair.traits.identity.ears == "fox":
        # Dark tips.
        low = np.array(
            ((-40, -52), (-16, -60), (-6, -50), (6, -64), (14, -52), (44, -48), (0, -120))
        )
        scene.shade(_placed(hair, form, root, side, low), part)
    if side * hair.lamp < 0:
        scene.shade(outline + (side * 10, 12), part)
    color = mixed(skin.color, "#e58f98", 0.5)
    inside = scene.part(
        Part(f"inner_ear.{side}", "ear", "hair_front", color, skin_shaded(color), "#fff4f2",
             skin.ink)
    )  # fmt: skip
    hollow = _placed(hair, form, root, side, flat * (0.66, 0.74) + (2, 5))
    scene.fill(inside, hollow, within=(part,))
    scene.stroke(inside, hollow, 1.2, start=0.3, end=0.3, within=(part, inside))
    scene.shade(hollow + (side * 6, 13), inside)
    fur = hair.part("animal_ear", "hair_front", side)
    for number, (x, y) in enumerate(form.tufts):
        start = 0.5 * x - 4 + 4 * number
        knots = np.array(((start - 2, 22), (start - 1, 4), (0.9 * x, 0.6 * y), (x, y)))
        middle = spline(knots)
        wide = 8.5 * (1 - np.linspace(0, 1, len(middle)) ** 1.6)
        shape = np.concatenate(
            [middle - (1, 0) * wide[:, None], (middle + (1, 0) * wide[:, None])[::-1]]
        )
        tuft = _placed(hair, form, root, side, shape)
        scene.fill(fur, tuft)
        scene.stroke(fur, tuft, 1.3, start=0.3, end=0.3)


def _flap(hair: Hair, form: AnimalEar, root: Points, side: int) -> None:
    """Draw an ear that hangs down over the hair."""
    scene = hair.scene
    outline = _placed(hair, form, root, side, _edges(form))
    part = hair.part("animal_ear", "hair_front", side)
    before = tuple(n for n, p in enumerate(scene.parts[:-1], start=1) if p.layer == "hair_front")
    scene.shade(outline + (-hair.lamp * 3, 6), *before)
    scene.fill(part, outline)
    scene.stroke(part, outline, 2.2, start=0.03, end=0.03)
    # The fold, and the tip in its shadow.
    fold = spline(((-14, 6), (6, 0), (24, 8), (34, 26)))
    scene.stroke(part, _placed(hair, form, root, side, fold), 1.3, start=0.1, end=0.7)
    low = np.array(((52, 14), (40, 30), (26, 22), (4, 30), (20, 80), (60, 80)))
    scene.shade(_placed(hair, form, root, side, low), part)
