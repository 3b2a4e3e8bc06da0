"""The head in 3D: face and skull surfaces, rotated by yaw, pitch and roll."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nijigen.generate._character.drawing.curves import Knots, Points, spline, turned
from nijigen.generate._character.head.eyes.designs import EYES
from nijigen.generate._character.styles.proportions import SKULL_TOP, Proportions, proportions_of
from nijigen.generate._character.styles.style import style_of
from nijigen.generate._character.traits.parameters import Traits

PIVOT = (0.0, 104.0)
"""Pivot of the head on the neck, in figure units."""
# Degree of the superellipse of the skull: a little squarer than an egg.
_ROUND = 2.06

# Depth of the middle of the face and of its edge, by height: -1 is the top of the forehead, 0 the
# eyes, 1 the chin, where both meet.
_LEVELS = (-2.2, -1.2, -0.5, 0.0, 0.35, 0.7, 1.0)
_FRONT = (0.0, 46.0, 60.0, 57.0, 58.0, 52.0, 37.0)
_EDGE = (-30.0, -12.0, -4.0, 0.0, 4.0, 16.0, 36.0)
# How far the outer corner of an eye is from the middle at most, as a share of the half width.
_OUTERMOST = 0.93
# How much of the roundness of the face moves features when the head nods: eyes stay level.
_NOD = 0.35
# Sideways places where the outline of a turned face can be.
_SHARES = np.array((0.0, 0.3, 0.5, 0.6, 0.68, 0.75, 0.8, 0.85, 0.9, 0.94, 0.97, 1.0))


@dataclass(frozen=True)
class Head:
    """A head in its pose; every method returns figure units ``(n, 2)``.

    Attributes:
        widths: Half width of the face by height, from the temple to the chin.
        heights: The heights of these, increasing.
        eye_y: Height of the eyes.
        eye_x: Distance of an eye from the middle.
        eye_width: From corner to corner.
        eye_height: Between the lids.
        eye_tilt: How much higher the outer corner is.
        iris_width: Width of the iris.
        brow_y: Height of the brows.
        nose_y: Height of the tip of the nose.
        mouth_y: Height of the mouth.
        mouth_width: Half width of a closed mouth.
        ear_size: Height of a human ear.
        hair_side: How far hair reaches beyond the face at the sides.
        hair_top: How far it reaches beyond the skull at the crown.
        yaw: In radians, like pitch and roll.
    """

    widths: Points
    heights: Points
    eye_y: float
    eye_x: float
    eye_width: float
    eye_height: float
    eye_tilt: float
    iris_width: float
    brow_y: float
    nose_y: float
    mouth_y: float
    mouth_width: float
    ear_size: float
    hair_side: float
    hair_top: float
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
        return self._tilted(across, down)

    def _tilted(self, across: Points, down: Points) -> Points:
        flat = np.stack([across, down], axis=1)
        return turned(flat, math.degrees(self.roll), PIVOT) if self.roll else flat

    def width(self, y: float) -> float:
        """Return the half width of the face at a height."""
        return float(np.interp(y, self.heights, self.widths))

    def _depths(self, y: Points) -> tuple[Points, Points]:
        """Return the depth of the middle and of the edge of the face at heights."""
        level = (y - self.eye_y) / (self.chin - self.eye_y)
        return np.interp(level, _LEVELS, _FRONT), np.interp(level, _LEVELS, _EDGE)

    def face(self, points: Knots, lift: float = 0.0) -> Points:
        """Project points ``(n, 2)`` on the face, or ``lift`` in front of it.

        As artists draw it, the far half of a turned face narrows evenly up to its outline: an eye
        there is narrower, and skin remains beside it.
        """
        flat = np.asarray(points, np.float64)
        x, y = flat[:, 0], flat[:, 1]
        width = np.interp(y, self.heights, self.widths)
        share = np.minimum(np.abs(x) / np.maximum(width, 30.0), 1.0)
        front, edge = self._depths(y)
        depth = edge + (front - edge) * _bulge(share) + lift
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        across, near = x * c + depth * s, depth * c - x * s
        if s:
            middle = front * s
            even = middle + (self._far(y) - middle) * share + lift * s
            # Not at the chin, which has no sides.
            much = np.where(x * s > 0, ((width - 20) / 25).clip(0, 1), 0.0)
            across = across + (even - across) * much
        level = (front + lift) * c
        down = y * math.cos(self.pitch) - (level + _NOD * (near - level)) * math.sin(self.pitch)
        return self._tilted(across, down)

    def _far(self, y: Points) -> Points:
        """Return how far the outline of a turned face is on its far side, before roll."""
        return np.interp(y, self.heights, self._far_side)

    @cached_property
    def _far_side(self) -> Points:
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        front, edge = self._depths(self.heights)
        depth = edge + np.outer(_bulge(_SHARES), front - edge)
        reach = (np.outer(_SHARES, self.widths) * c + depth * abs(s)).max(axis=0)
        far: Points = math.copysign(1.0, s) * (reach + abs(s) * self._relief())
        return far

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Project one point of the face."""
        point = self.face(((x, y),))[0]
        return float(point[0]), float(point[1])

    def contour(self) -> tuple[Points, Points]:
        """Return the outline of the face, from the left temple over the chin to the right one.

        The first are every fourth of its points.
        """
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        front, edge = self._depths(self.heights)
        across = np.outer(_SHARES, self.widths)
        depth = edge + np.outer(_bulge(_SHARES), front - edge)
        rows = np.arange(len(self.heights))
        halves = []
        for side in (-1, 1):
            reach = across * c + side * depth * s
            outermost = reach.argmax(axis=0)
            x, z = reach[outermost, rows], depth[outermost, rows]
            if side * s > 0:
                # From the side, the far contour is concave at the eye and convex at the cheek.
                x = x + abs(s) * self._relief()
            near = z * c - side * across[outermost, rows] * s
            down = self.heights * math.cos(self.pitch) - near * math.sin(self.pitch)
            halves.append(np.stack([side * _bulging(x, down, self._cheek), down], axis=1))
        # Both halves meet in the chin.
        whole = np.concatenate([halves[0][:-1], halves[1][::-1]])
        whole = turned(whole, math.degrees(self.roll), PIVOT)
        return whole[::4], whole

    @cached_property
    def _cheek(self) -> int:
        """Index of the height where cheeks begin, below the eyes."""
        return int(np.searchsorted(self.heights, self.eye_y + 0.2 * (self.chin - self.eye_y)))

    def _relief(self) -> Points:
        long = self.chin - self.eye_y
        level = (self.heights - self.eye_y) / long
        socket = -8.5 * np.exp(-(((level + 0.04) / 0.26) ** 2))
        cheek = 2.0 * np.exp(-(((level - 0.5) / 0.3) ** 2))
        relief: Points = socket + cheek
        return relief

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
        across = float(self.widths.max()) + self.hair_side
        return across, self.cap_y - SKULL_TOP + self.hair_top, 0.95 * across

    @property
    def cap_y(self) -> float:
        """Height where the hair is widest."""
        return self.eye_y - 32.0

    @property
    def crown(self) -> float:
        """Height of the top of the hair."""
        return self.cap_y - self.cap[1]

    def reach(self, y: float) -> float:
        """Return the degrees from the top where the outline of the hair has this height."""
        share = (self.cap_y - y) / self.cap[1]
        return math.degrees(math.acos(min(1.0, max(0.0, share)) ** (_ROUND / 2)))

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


def _bulging(x: Points, y: Points, first: int) -> Points:
    """Return half widths without hollows from the point ``first`` on: jaws bulge to the chin."""
    hull = [first]
    for number in range(first + 1, len(x)):
        while len(hull) > 1:
            a, b = hull[-2:]
            if (x[b] - x[a]) * (y[number] - y[a]) >= (x[number] - x[a]) * (y[b] - y[a]):
                break
            hull.pop()
        hull.append(number)
    place = np.arange(first, len(x))
    result = x.copy()
    # By their number: under a nodding chin heights turn back.
    result[first:] = np.interp(place, hull, x[hull])
    return result


def _bulge(share: Points) -> Points:
    """Return how far the face is in front of its edge, 0 to 1; drawn faces are flat in front."""
    bulge: Points = np.sqrt(np.maximum(1 - share**3.6, 0.0))
    return bulge


def head_of(traits: Traits) -> Head:
    """Return the head of a character in its pose."""
    who, pose = traits.identity, traits.pose
    form, design = proportions_of(traits), EYES[who.eyes]
    widths, heights = _jaw(form)
    variety = style_of(traits).eye_variety
    eye_height = form.eye_height * design.height**variety
    eye_x, eye_width = form.eye_x, form.eye_width * design.width**variety
    # Skin remains between an eye and the outline of the face.
    beyond = eye_x + eye_width / 2 - _OUTERMOST * float(np.interp(form.eye_y, heights, widths))
    if beyond > 0:
        eye_x, eye_width = eye_x - 0.6 * beyond, eye_width - 0.8 * beyond
    return Head(
        widths=widths,
        heights=heights,
        eye_y=form.eye_y,
        eye_x=eye_x,
        eye_width=eye_width,
        eye_height=eye_height,
        eye_tilt=form.eye_tilt,
        iris_width=form.iris_width * design.iris**variety,
        # Brows keep their distance to lower or higher eye designs.
        brow_y=form.brow_y + 0.35 * (form.eye_height - eye_height),
        nose_y=form.nose_y,
        mouth_y=form.mouth_y,
        mouth_width=form.mouth_width / 2,
        ear_size=form.ear_size,
        hair_side=form.hair_side,
        hair_top=form.hair_top,
        yaw=math.radians(pose.yaw),
        pitch=math.radians(pose.pitch),
        roll=math.radians(pose.roll),
    )


def _jaw(form: Proportions) -> tuple[Points, Points]:
    """Return half widths by height of one curve from the temple over cheek and jaw to the chin."""
    wide, cheek, jaw = form.face_width, form.cheek_width, form.jaw_width
    # Never a needle.
    chin = 5.5 + form.chin_width
    # Between these measures the outline is rounder than a straight line: cheeks stay full.
    knots = ((0.95 * wide, -40.0), (wide, -6.0), (0.6 * wide + 0.4 * cheek, 0.5 * form.cheek_y - 3),
             (cheek, form.cheek_y),
             (0.5 * (cheek + jaw) + 5.0, 0.5 * (form.cheek_y + form.jaw_y) + 1.0),
             (jaw + 2.5, form.jaw_y),
             (0.5 * (jaw + chin) + 3.4, 0.5 * (form.jaw_y + form.chin_y) + 0.6),
             (chin, form.chin_y - 3.0), (0.0, form.chin_y))  # fmt: skip
    # The mirrored side makes the curve level in the middle of the chin.
    whole = spline((*knots, (-chin, form.chin_y - 3.0)), per=4)[: 4 * (len(knots) - 1) + 1]
    return np.maximum(whole[:, 0], 0.0), np.maximum.accumulate(whole[:, 1])
