"""Camera: an orthographic view of columns, and how they are shaded."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.columns import Columns
from nijigen.effects._voxel.light import Lamp

Floats = NDArray[np.floating[Any]]
SKY = 0.42
"""Light of the sky on a face that looks up; the lamp adds what is missing to 1."""
COOL = np.array([0.93, 0.98, 1.1], np.float32)
WARM = np.array([1.04, 1.0, 0.94], np.float32)
"""Colors of the sky and of the lamp."""
_MARGIN = 0.03
"""Around everything, as a share of the longer side."""


@dataclass(frozen=True)
class Look:
    """How columns are seen and lit.

    Args:
        turn: Degrees by which the picture is turned, counterclockwise seen from above.
        tilt: Degrees between the view and the ground; 90 is from above.
        lamp: The lamp, which stays where it is when the picture turns.
        shadow: Strength of shadows, 0 to 1.
        occlusion: Strength of ambient occlusion, 0 to 1.
        bevel: Width of rounded edges, as a share of a cell.
    """

    turn: float
    tilt: float
    lamp: Lamp
    shadow: float
    occlusion: float
    bevel: float

    @property
    def own_lamp(self) -> Lamp:
        """The lamp as the turned picture sees it."""
        return replace(self.lamp, azimuth=self.lamp.azimuth - self.turn)

    def light_on(
        self, lit: Floats, open_: Floats, normal: tuple[Any, Any, Any]
    ) -> tuple[Floats, Floats]:
        """Return the light of the lamp and of the sky; their sum is 1 on an open top.

        Args:
            lit: Share of the lamp that is seen.
            open_: Share of the sky that is seen.
            normal: x, y and z of the surface, of length 1.
        """
        x, y, z = (np.float32(part) for part in self.own_lamp.direction)
        facing = np.maximum(normal[0] * x + normal[1] * y + normal[2] * z, 0)
        closed = 1 - np.float32(self.occlusion) * (1 - open_)
        lamp = facing * (1 - np.float32(self.shadow) * (1 - lit)) * np.sqrt(closed)
        sky = closed * (np.float32(0.62) + np.float32(0.38) * normal[2])
        return np.asarray(lamp * (np.float32(1 - SKY) / z)), np.asarray(sky * np.float32(SKY))


@dataclass(frozen=True)
class Camera:
    """An orthographic projection of a turned grid.

    Args:
        size: Rows and columns of the grid.
        turn: Degrees, counterclockwise.
        tilt: Degrees between the view and the ground.
        scale: Pixels of a cell.
        left: Right of the center of the grid, in cells, where the picture begins.
        top: Above the center of the grid, in cells, where the picture begins.
    """

    size: tuple[int, int]
    turn: float
    tilt: float
    scale: float = 1
    left: float = 0
    top: float = 0

    @property
    def sine(self) -> float:
        """Of the tilt: how much of the ground's depth is seen."""
        return math.sin(math.radians(self.tilt))

    @property
    def cosine(self) -> float:
        """Of the tilt: how much of heights is seen."""
        return math.cos(math.radians(self.tilt))

    @property
    def ahead(self) -> tuple[float, float]:
        """X and y on the grid of one step away from the camera."""
        turn = math.radians(self.turn)
        return math.sin(turn), -math.cos(turn)

    @property
    def aside(self) -> tuple[float, float]:
        """X and y on the grid of one step to the right."""
        turn = math.radians(self.turn)
        return math.cos(turn), math.sin(turn)

    def seen(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Return how far right of and above the center of the grid points are seen, in cells."""
        x, y = x - self.size[1] / 2, y - self.size[0] / 2
        right = x * self.aside[0] + y * self.aside[1]
        deep = x * self.ahead[0] + y * self.ahead[1]
        return right, deep * self.sine + z * self.cosine

    def pixels(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Return the positions of points in the picture."""
        right, up = self.seen(x, y, z)
        return (right - self.left) * self.scale, (self.top - up) * self.scale


@dataclass(frozen=True)
class Extent:
    """Left, right, bottom and top of what is seen, in cells from the center of the grid."""

    left: float
    right: float
    bottom: float
    top: float

    def joined(self, other: Extent) -> Extent:
        """Return an extent that has both."""
        return Extent(
            min(self.left, other.left),
            max(self.right, other.right),
            min(self.bottom, other.bottom),
            max(self.top, other.top),
        )

    def fitted(self, longest: int) -> tuple[tuple[int, int], float, float, float]:
        """Return width and height in pixels, pixels of a cell, and the upper left corner."""
        margin = _MARGIN * max(self.right - self.left, self.top - self.bottom)
        width, height = self.right - self.left + 2 * margin, self.top - self.bottom + 2 * margin
        scale = longest / max(width, height)
        size = max(1, math.ceil(width * scale - 1e-6)), max(1, math.ceil(height * scale - 1e-6))
        return size, scale, self.left - margin, self.top + margin


def extent_of(columns: Columns, look: Look, *, shadow: bool) -> Extent:
    """Return the extent of columns of any height, so that all frames of a clip get one size."""
    camera = Camera(_shape(columns), look.turn, look.tilt)
    rows, width = columns.heights.shape
    corners = np.array([[a, b] for a in (0, width) for b in (0, rows)], np.float32)
    x, y = np.tile(corners, (2, 1)).T
    z = np.repeat(np.array([0, columns.limit], np.float32), 4)
    if shadow:
        to_x, to_y, up = look.own_lamp.direction
        far = np.float32(1.15 * columns.limit / up)
        x = np.concatenate([x, corners[:, 0] - np.float32(to_x) * far])
        y = np.concatenate([y, corners[:, 1] - np.float32(to_y) * far])
        z = np.concatenate([z, np.zeros(4, np.float32)])
    right, above = camera.seen(x, y, z)
    return Extent(*(float(one) for one in (right.min(), right.max(), above.min(), above.max())))


def _shape(columns: Columns) -> tuple[int, int]:
    rows, width = columns.heights.shape
    return rows, width
