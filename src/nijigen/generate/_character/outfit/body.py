"""Body: neck, shoulders and chest under the clothes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nijigen.generate._character.drawing.curves import Points, spline, turned
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.head.head import PIVOT, Head
from nijigen.generate._character.traits.parameters import Traits


@dataclass(frozen=True)
class Body:
    """Measures of the body, in figure units.

    Attributes:
        neck: Half width of the neck.
        shoulder: Half width of the shoulders.
        shoulder_y: Height of the end of the shoulders.
        base_y: Height of the pit of the neck.
        waist: Half width of the waist.
        chest: Size of the bust, 0 to 1.
        scale: Size of the body relative to the head.
    """

    neck: float
    shoulder: float
    shoulder_y: float
    base_y: float
    waist: float
    chest: float
    scale: float

    def at(self, points: Points) -> Points:
        """Convert body points to figure points: shoulders at 100, the pit of the neck at 0."""
        return np.asarray(points, np.float64) * (self.shoulder / 100, self.scale) + (0, self.base_y)

    def torso(self) -> Points:
        """Return the outline of the clothed torso, from the left to the right of the neck."""
        n, s = self.neck + 5, self.shoulder
        top, y = self.base_y - 16 * self.scale, self.shoulder_y
        k = self.scale
        half = [(-n, top), (-n - 10, top + 9 * k), (-0.62 * s, top + 20 * k), (-0.88 * s, y),
                (-s, y + 24 * k), (-s - 9 * k, y + 70 * k), (-s - 19 * k, y + 150 * k),
                (-s - 34 * k, y + 330 * k)]  # fmt: skip
        left = spline(half)
        return np.concatenate([left, (left * (-1, 1))[::-1]])

    def trunk(self) -> Points:
        """Return the sides of the trunk between the arms, down the left and up the right."""
        s, y, k = self.shoulder, self.shoulder_y, self.scale
        bust = 1 + 0.06 * self.chest
        half = [(-0.76 * s, y + 46 * k), (-0.74 * s * bust, y + 84 * k), (-self.waist, y + 160 * k),
                (-self.waist * 1.12, y + 330 * k)]  # fmt: skip
        return spline(half)


def body_of(traits: Traits) -> Body:
    """Return the body of a character."""
    who = traits.identity
    hard = 1 - who.femininity
    size = {"child": 0.74, "teen": 0.92, "adult": 1.0, "middle": 1.03, "elderly": 0.98}[who.age]
    grown = {"child": 0.1, "teen": 0.6}.get(who.age, 1.0)
    # A chibi is mostly head.
    mature = traits.style.maturity
    scale = size * (0.78 + 0.44 * mature if mature > 0.5 else 0.64 + 0.72 * mature)
    shoulder = (106 + 40 * hard * grown) * scale
    neck = (19.5 + 17 * hard * grown) * (0.72 + 0.28 * scale)
    base = 128 + 14 * (scale - 0.8) + 12 * grown * traits.style.maturity + 6 * hard * grown
    # The neck bends with age: the head is in front of sloping shoulders.
    stoop = {"middle": 0.25, "elderly": 1.0}.get(who.age, 0.0)
    base -= 9 * stoop
    shoulder *= 1 - 0.06 * stoop
    neck *= 1 - 0.1 * stoop
    return Body(
        neck,
        shoulder,
        base + (14 + 5 * who.femininity + 8 * stoop) * scale,
        base,
        shoulder * (0.62 + 0.12 * hard),
        who.femininity * grown,
        scale,
    )


def draw_neck(scene: Scene, head: Head, body: Body, traits: Traits, neck: int) -> None:
    """Draw the neck and the visible chest."""
    n, base, k = body.neck, body.base_y, body.scale
    upper = turned(
        np.array(((-n * 0.94, 84.0), (n * 0.94, 84.0))), np.rad2deg(head.roll) * 0.7, PIVOT
    )
    shift = 9 * np.sin(head.yaw)
    upper = upper + (shift, 0)
    left = spline((tuple(upper[0]), (-n * 0.95 + shift * 0.4, base - 26), (-n - 3, base - 12),
                   (-n - 26 * k, base + 2)))  # fmt: skip
    right = spline((tuple(upper[1]), (n * 0.95 + shift * 0.4, base - 26), (n + 3, base - 12),
                    (n + 26 * k, base + 2)))  # fmt: skip
    low = np.array(((body.shoulder * 0.7, base + 110 * k), (-body.shoulder * 0.7, base + 110 * k)))
    scene.fill(neck, np.concatenate([left[::-1], right, low]))
    scene.stroke(neck, left, 2.2, start=0.1, end=0.1)
    scene.stroke(neck, right, 2.2, start=0.1, end=0.1)
    for side in (-1, 1):
        bone = spline(((side * 7 * k, base + 8 * k), (side * 20 * k, base + 5 * k),
                       (side * 40 * k, base + 3 * k)))  # fmt: skip
        scene.stroke(neck, bone, 1.5, start=0.2, end=0.8)
    if body.neck > 27:
        scene.stroke(neck, spline(((-2, base - 22), (1.5, base - 18), (-1, base - 13))), 1.3,
                     start=0.4, end=0.4)  # fmt: skip
    # The tendons from behind the ears to the pit of the neck.
    if traits.identity.age != "child":
        deep = 0.5 + 0.5 * (1 - traits.identity.femininity)
        for side in (-1, 1):
            sinew = spline(((side * n * 0.62, base - 26), (side * n * 0.4, base - 8),
                            (side * 5 * k, base + 6 * k)))  # fmt: skip
            scene.stroke(neck, sinew, 1.2 * deep, start=0.7, end=0.3)


def turn_body(scene: Scene, start: int, head: Head, body: Body) -> None:
    """Turn the items from ``start`` on, neck and clothes, partly with the head.

    The trunk is a flat cylinder that follows 45 % of the head's yaw; the middle of its front moves
    farthest. The neck connects both: its upper end stays with the head.
    """
    angle = 0.45 * head.yaw
    lean = float(np.deg2rad(0.1) * np.rad2deg(head.roll))
    near, c = 0.42 * body.shoulder * np.sin(angle), float(np.cos(angle))
    items = scene.items[start:]
    # All items at once: a dress has a hundred.
    points = np.concatenate([item.points for item in items])
    x, y = points[:, 0], points[:, 1]
    share = ((y - 84.0) / (body.base_y - 90.0)).clip(0, 1)
    bulge = np.maximum(0.0, 1 - (x / body.shoulder) ** 2)
    moved = np.empty_like(points)
    moved[:, 0] = x + share * (x * (c - 1) + near * bulge)
    # The shoulder on the side of the tilt sinks a little. The lower end is outside of any frame.
    longer = 12.0 * np.maximum(0.0, y - body.base_y - 300 * body.scale)
    moved[:, 1] = y + share * x * lean + longer
    ends = np.cumsum([len(item.points) for item in items])
    for number, (item, own) in enumerate(zip(items, np.split(moved, ends[:-1]), strict=True)):
        scene.items[start + number] = replace(item, points=own)


def shade_neck(scene: Scene, head: Head, traits: Traits, neck: int) -> None:
    """Add the shadow of the chin on the neck: the outline of the face, lower and narrower."""
    _, chin = head.contour()
    middle = chin.mean(axis=0)
    lamp = -1 if traits.scene.light <= 0 else 1
    drop = (chin - middle) * (0.8, 0.92) + middle + (-lamp * 5.0, 17.0)
    scene.shade(drop, neck)
