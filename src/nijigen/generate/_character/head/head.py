"""The head in 3D: face and skull surfaces, rotated by yaw, pitch and roll."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.curves import Knots, Points, spline, turned
from nijigen.generate._character.traits.parameters import Traits

PIVOT = (0.0, 104.0)
"""Pivot of the head on the neck, in figure units."""
# Degree of the superellipse of the skull: a little squarer than an egg.
_ROUND = 2.12

# Half width by height of the face, from the temple to the chin, of a girl, in head units.
_OUTLINE = ((72.0, -26.0), (74.0, 12.0), (71.5, 44.0), (62.0, 71.0), (46.0, 92.0), (25.0, 109.0),
            (9.0, 116.5), (0.0, 118.0))  # fmt: skip
# Width factors of the same knots.
_SHAPES = {
    "oval": (1, 1, 1, 1, 1, 1, 1, 1), "round": (1.01, 1.02, 1.03, 1.05, 1.07, 1.08, 1.1, 1),
    "heart": (1.03, 1.02, 0.98, 0.94, 0.88, 0.84, 0.85, 1),
    "long": (0.96, 0.95, 0.96, 0.98, 1.0, 1.02, 1.1, 1),
    "square": (0.99, 0.98, 0.99, 1.05, 1.12, 1.18, 1.3, 1),
    "sharp": (1.0, 0.99, 0.97, 0.95, 0.89, 0.82, 0.74, 1),
}  # fmt: skip
_LONGER = {"oval": 0, "round": -6, "heart": 1, "long": 9, "square": 3, "sharp": 5}
_AGE = {"child": (-7, 1.06), "teen": (0, 1.0), "adult": (4, 0.99), "middle": (7, 1.01),
        "elderly": (7, 0.98)}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """A head in its pose; every method returns figure units ``(n, 2)``.

    Attributes:
        widths: Half width of the face at the knots of its outline.
        heights: Heights of these knots.
        eye_y: Height of the eyes.
        eye_x: Distance of an eye from the middle.
        volume: Size of the hair relative to the skull.
        yaw: In radians, like pitch and roll.
    """

    widths: Points
    heights: Points
    eye_y: float
    eye_x: float
    volume: float
    yaw: float
    pitch: float
    roll: float

    @property
    def chin(self) -> float:
        """Height of the chin before rotation."""
        return float(self.heights[-1])

    def turn(self, points: Points) -> Points:
        """Project points ``(n, 3)`` of the head; z is towards the viewer."""
        x, y, z = points[:, 0], points[:, 1], points[:, 2]
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        across, near = x * c + z * s, z * c - x * s
        down = y * math.cos(self.pitch) - near * math.sin(self.pitch)
        flat = np.empty((len(points), 2))
        flat[:, 0], flat[:, 1] = across, down
        return turned(flat, math.degrees(self.roll), PIVOT) if self.roll else flat

    def face(self, points: Knots) -> Points:
        """Project points ``(n, 2)`` on the face."""
        flat = np.asarray(points, np.float64)
        x, y = flat[:, 0], flat[:, 1]
        width = np.interp(y, self.heights, self.widths, left=self.widths[0])
        share = np.minimum(np.abs(x) / np.maximum(width, 30.0), 1.0)
        bulge = (1 - share**2.4) ** 0.42
        # The middle of the face is closer to the viewer further down.
        base = np.interp(y, (-120.0, 10.0, 118.0), (-30.0, 8.0, 30.0))
        depth = base + (0.62 * np.maximum(width, 30.0)) * bulge
        return self.turn(np.stack([x, y, depth], axis=1))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Project one point of the face."""
        point = self.face(((x, y),))[0]
        return float(point[0]), float(point[1])

    def contour(self) -> tuple[Points, Points]:
        """Return the outline of the face, from the left temple over the chin to the right one."""
        widths, heights = self.widths, self.heights
        base = np.interp(heights, (-40.0, 10.0, 118.0), (0.0, 4.0, 36.0))
        deep = 0.86 * widths
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        reach = np.sqrt((widths * c) ** 2 + (deep * s) ** 2)
        middle = base * s
        # From the side, the far contour is concave at the eye and convex at the cheek.
        far = abs(s)
        dent = -9.0 * far * np.exp(-(((heights - self.eye_y + 12) / 20) ** 2))
        dent += 3.5 * far * np.exp(-(((heights - self.eye_y - 26) / 16) ** 2))
        left, right = middle - reach, middle + reach
        if s > 0:
            right = right + dent
        else:
            left = left - dent
        down = heights * math.cos(self.pitch) - base * math.sin(self.pitch)
        first = np.stack([left, down], axis=1)
        second = np.stack([right, down], axis=1)[-2::-1]
        knots = np.concatenate([first, second])
        knots = turned(knots, math.degrees(self.roll), PIVOT)
        return knots, spline(knots, per=6)

    def hair(self, points: Knots) -> Points:
        """Project points ``(n, 3)`` of the hair: degrees from the front, height, looseness.

        The angle is 0 in front, 90 on the viewer's right; looseness 1 is on the head.
        """
        return self.turn(self.hair_solid(points))

    def hair_solid(self, points: Knots) -> Points:
        """Return points of the hair in space, ``(n, 3)``."""
        array = np.asarray(points, np.float64)
        angle, y, loose = np.deg2rad(array[:, 0]), array[:, 1], array[:, 2]
        rx, ry, rz = self.cap
        up = np.clip((y - self.cap_y) / ry, -1, 0)
        ring = (1 - np.abs(up) ** _ROUND) ** (1 / _ROUND) * loose
        return np.stack([rx * ring * np.sin(angle), y, -6 + rz * ring * np.cos(angle)], axis=1)

    @property
    def cap(self) -> tuple[float, float, float]:
        """Radii of the hair: across, up and front."""
        v = self.volume
        return 96 * (0.4 + 0.6 * v), 104 * (0.5 + 0.5 * v), 92 * (0.5 + 0.5 * v)

    @property
    def cap_y(self) -> float:
        """Height where the hair is widest."""
        return -22.0

    @property
    def crown(self) -> float:
        """Height of the top of the hair."""
        return self.cap_y - self.cap[1]

    def silhouette(self, grow: float = 0.0, count: int = 41, reach: float = 90) -> Points:
        """Return the outline of the hair from the left over the crown to the right."""
        rx, ry, rz = self.cap
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        across = math.sqrt((rx * c) ** 2 + (rz * s) ** 2) + grow
        t = np.deg2rad(np.linspace(-reach, reach, count)).clip(-np.pi / 2, np.pi / 2)
        # Looking up or down, the crown is the highest place of the ellipsoid, not its pole.
        up = math.hypot(ry * math.cos(self.pitch), rz * math.sin(self.pitch)) + grow
        x = across * np.sign(t) * np.abs(np.sin(t)) ** (2 / _ROUND) - 6 * s
        y = self.cap_y * math.cos(self.pitch) - up * np.cos(t) ** (2 / _ROUND)
        y = y + 6 * c * math.sin(self.pitch)
        flat = np.stack([x, y], axis=1)
        return turned(flat, math.degrees(self.roll), PIVOT)


def head_of(traits: Traits) -> Head:
    """Return the head of a character in its pose."""
    who, pose, style = traits.identity, traits.pose, traits.style
    longer, wider = _AGE[who.age]
    hard = 1 - who.femininity
    grown = 0.0 if who.age == "child" else 1.0
    mature = style.maturity - 0.5
    widths = np.array([knot[0] for knot in _OUTLINE]) * _SHAPES[who.face] * wider
    heights = np.array([knot[1] for knot in _OUTLINE])
    # Male faces are narrower at the cheek, with a broad chin and an angular jaw; chibi faces are
    # broad and short.
    jaw = np.array((0, 0, 0, 0.01, 0.07, 0.12, 0.5, 0)) * hard * grown
    slim = np.array((0, 0, 0.01, 0.035, 0.06, 0.07, 0.05, 0)) * (1 - hard * grown)
    widths = widths * (1 + jaw - slim) * (1 - 0.08 * mature) * (1 - 0.075 * hard * grown)
    stretch = (longer + _LONGER[who.face] + 8 * hard * grown + 20 * mature) / 118
    heights = np.where(heights > 0, heights * (1 + stretch), heights)
    eye_y = 42 - 11 * hard * grown - 9 * mature + (5 if who.age == "child" else 0)
    eye_x = 35.0 * who.eye_spacing * wider * (1 - 0.05 * mature) * (1 - 0.05 * hard * grown)
    return Head(
        widths,
        heights,
        eye_y,
        eye_x,
        who.hair_volume - 0.05 * hard * grown,
        math.radians(pose.yaw),
        math.radians(pose.pitch),
        math.radians(pose.roll),
    )
