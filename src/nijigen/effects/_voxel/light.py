"""Light: which heights the shadows of columns reach, and how closed in each place is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.columns import Columns

Floats = NDArray[np.floating[Any]]
_TEXELS = 384
"""Of the longer side: two to four for a cell."""
_LAMPS = ((0, 0), (-6, 1), (-4.5, -3), (-3, 4), (-1.5, -1), (1.5, 2), (3, -4), (4.5, 3), (6, -2))
"""Offsets in degrees of azimuth and elevation: together a lamp with an area, soft at a distance."""


@dataclass(frozen=True)
class Lamp:
    """Where light comes from.

    Args:
        azimuth: Degrees in the picture: 0 from the right, 90 from its upper edge.
        elevation: Degrees above the ground.
    """

    azimuth: float
    elevation: float

    @property
    def direction(self) -> tuple[float, float, float]:
        """Towards the lamp: x to the right, y down the picture, z up."""
        turn, rise = math.radians(self.azimuth), math.radians(self.elevation)
        flat = math.cos(rise)
        return flat * math.cos(turn), -flat * math.sin(turn), math.sin(rise)


class Shadows:
    """Shadows and ambient occlusion of columns, looked up by place and height."""

    def __init__(self, columns: Columns, lamp: Lamp, *, draft: bool = False) -> None:
        rows, width = columns.heights.shape
        self._dense = 2 if draft else int(np.clip(_TEXELS // max(rows, width), 2, 6))
        reach = float(columns.heights.max()) / math.tan(math.radians(max(8, lamp.elevation - 3)))
        self._margin = math.ceil(reach) + 3
        cells = np.pad(columns.heights, self._margin)
        heights = cells.repeat(self._dense, axis=0).repeat(self._dense, axis=1)
        lamps = _LAMPS[::4] if draft else _LAMPS
        self._tops = [
            _shadow_tops(heights, Lamp(lamp.azimuth + a, max(5, lamp.elevation + e)), self._dense)
            for a, e in lamps
        ]
        self._near, self._far = _mean(cells, 1), _mean(cells, 4)
        self._on_tops = self._share(heights, slice(None))
        # The steps of single texels show on an even ground.
        ground = self._share(np.zeros(1, np.float32), slice(None))
        self._on_ground = _mean(ground, max(1, self._dense // 2))
        self._open_on_tops = self._openness(cells, slice(None))
        self._open_on_ground = self._openness(np.zeros(1, np.float32), slice(None))

    def on_tops(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the shares of the lamp and of the sky that tops see."""
        return self._looked_up(self._on_tops, x, y), self._looked_up(self._open_on_tops, x, y)

    def on_ground(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the shares of the lamp and of the sky that the ground sees."""
        return self._looked_up(self._on_ground, x, y), self._looked_up(self._open_on_ground, x, y)

    def at(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Return the shares of the lamp and of the sky that places at any height see."""
        texels, cells = self._index(x, y, self._tops[0]), self._index(x, y, self._near)
        return self._share(z, texels), self._openness(z, cells)

    def _share(self, z: Floats, at: Any) -> Floats:
        light: Any = np.float32(0)
        for tops in self._tops:
            light = light + np.clip(1 - np.float32(2.5) * (_taken(tops, at) - z), 0, 1)
        return np.asarray(light * np.float32(1 / len(self._tops)))

    def _openness(self, z: Floats, at: Any) -> Floats:
        near = np.clip((_taken(self._near, at) - z) * np.float32(0.3), 0, 1)
        far = np.clip((_taken(self._far, at) - z) * np.float32(0.1), 0, 1)
        return np.asarray((1 - np.float32(0.45) * near) * (1 - np.float32(0.6) * far))

    def _looked_up(self, values: Floats, x: Floats, y: Floats) -> Floats:
        return values.ravel().take(self._index(x, y, values))

    def _index(self, x: Floats, y: Floats, values: Floats) -> NDArray[np.int32]:
        """Return where in texels or cells places are, clipped to the border."""
        height, width = values.shape
        dense = np.float32(1 if values.shape == self._near.shape else self._dense)
        margin = np.float32(self._margin)
        column = np.clip((x + margin) * dense, 0, width - 1).astype(np.int32)
        row = np.clip((y + margin) * dense, 0, height - 1).astype(np.int32)
        return np.asarray(row * np.int32(width) + column, np.int32)


def _taken(values: Floats, at: Any) -> Floats:
    return values if isinstance(at, slice) else values.ravel().take(at)


def _shadow_tops(heights: Floats, lamp: Lamp, dense: int) -> Floats:
    """Return up to which height each texel is in shadow.

    A texel is shaded by the highest of what lies towards the lamp, less the slope of its rays.
    Doubling the distance takes as many steps as the distance has binary digits.
    """
    x, y, z = lamp.direction
    flat = math.hypot(x, y)
    slope = z / flat / dense
    farthest = float(heights.max()) / max(slope, 1e-6)
    unit = (y / flat, x / flat)
    tops = _moved(heights, unit, 1.0, slope)
    distance = 1.0
    while distance < min(farthest, max(heights.shape)):
        tops = np.maximum(tops, _moved(tops, unit, distance, slope * distance))
        distance *= 2
    return tops


def _moved(values: Floats, unit: tuple[float, float], distance: float, drop: float) -> Floats:
    """Return values of the place that lies at a distance, lowered."""
    down, right = (round(part * distance) for part in unit)
    result = np.full_like(values, -1e3)
    height, width = values.shape
    if abs(down) >= height or abs(right) >= width:
        return result
    here = (_span(-down, height), _span(-right, width))
    there = (_span(down, height), _span(right, width))
    result[here] = values[there] - np.float32(drop)
    return result


def _span(offset: int, length: int) -> slice:
    return slice(max(0, offset), length + min(0, offset))


def _mean(values: Floats, reach: int) -> Floats:
    """Return the mean of a square around each value."""
    padded = np.pad(values, ((reach + 1, reach), (reach + 1, reach)), mode="edge")
    sums = padded.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    side = 2 * reach + 1
    total = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.asarray(total / side**2, np.float32)
