"""Light: shadows, highlights and rim light of a lamp over a drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._light.shapes import covered, filled, firm
from nijigen.color._light.surfaces import Surfaces
from nijigen.imaging.diffusion import Floats, smoothed

# Threshold of the darkest of several steps, as a share of the first step's.
_DEEPEST = 0.3
# Length of the longest cast shadow, as a share of the figure's extent.
_THROW = 0.06
_RIM = 0.012
# Half the thickness of the highlight band on hair, as a share of the extent.
_BAND = 0.012
# Share of the offset from the center that counts for the direction of the light. With all of it,
# the top of a head below a lamp at the top edge would be dark.
_NEAR = 0.5


@dataclass(frozen=True)
class Lamp:
    """A lamp.

    Attributes:
        x: 0 to 1 from the left of the picture; may be outside.
        y: 0 to 1 from the top.
        height: Distance from the paper, in longer sides of the picture.
        size: How much is in shadow, 0 to 1.
        steps: Number of shadow tones with hard edges; 0 is smooth.
        softness: 0 is a hard edge, 1 a wide soft one.
        cast: Length of cast shadows, 0 to 1.
    """

    x: float
    y: float
    height: float
    size: float
    steps: int
    softness: float
    cast: float

    def within(self, size: tuple[int, int], box: tuple[int, int, int, int]) -> Lamp:
        """Return the same lamp as seen from a part of a picture of (width, height)."""
        left, top, right, bottom = box
        wide, tall = right - left, bottom - top
        return replace(
            self,
            x=(self.x * size[0] - left) / wide,
            y=(self.y * size[1] - top) / tall,
            height=self.height * max(size) / max(wide, tall),
        )

    def over(self, width: int, height: int) -> tuple[Floats, Floats, Floats]:
        """Return the direction to the lamp from each pixel: x, y, z, float32 ``(H, W)`` each."""
        x, y = (
            np.float32((place - (1 - _NEAR) / 2) * length)
            - np.float32(_NEAR) * (np.arange(length, dtype=np.float32) + np.float32(0.5))
            for place, length in ((self.x, width), (self.y, height))
        )
        z = np.float32(self.height * max(width, height))
        away = 1 / np.sqrt((x * x)[None, :] + (y * y)[:, None] + z * z)
        return x[None, :] * away, y[:, None] * away, z * away

    def fall(self, surfaces: Surfaces) -> tuple[float, float]:
        """Return the offset of cast shadows, in extents of the figure: x, y."""
        height, width = surfaces.figure.shape
        rows = np.flatnonzero(surfaces.figure.any(axis=1))
        columns = np.flatnonzero(surfaces.figure.any(axis=0))
        if not rows.size:
            return 0.0, 0.0
        dx = (columns[0] + columns[-1]) / 2 - self.x * width
        dy = (rows[0] + rows[-1]) / 2 - self.y * height
        slant = float(np.hypot(dx, dy)) / (self.height * max(width, height))
        reach = min(slant, 1.5) / max(float(np.hypot(dx, dy)), 1e-6)
        return float(dx) * reach, float(dy) * reach


def shadow(normals: Floats, surfaces: Surfaces, lamp: Lamp) -> Floats:
    """Return how deep each pixel is in shadow, 0 to 1."""
    x, y, z = lamp.over(*surfaces.figure.shape[::-1])
    light = _dot(normals, x, y, z)
    edge = np.float32(0.06 + 0.7 * lamp.size) - surfaces.spared
    if lamp.steps == 0:
        wide = np.float32(0.3 + 0.4 * lamp.softness)
        deep = _ramp((edge - light) / wide + np.float32(0.5))
        thrown = _thrown(surfaces, lamp) * np.float32(0.7)
        return np.maximum(deep, thrown) * surfaces.figure
    total = np.zeros_like(light)
    for step in range(lamp.steps):
        share = np.float32(1 - (1 - _DEEPEST) * step / max(lamp.steps - 1, 1))
        cover = covered(edge * share, light, surfaces.parts, 0.5 * lamp.softness)
        if step == 0 and lamp.cast:
            np.maximum(cover, _thrown(surfaces, lamp), out=cover)
        total += filled(firm(cover, surfaces, surfaces.least), surfaces)
    total *= np.float32(1 / lamp.steps)
    total *= surfaces.figure
    return total


def shine(normals: Floats, calm: Floats, surfaces: Surfaces, lamp: Lamp, size: float) -> Floats:
    """Return the specular highlights of a lamp, 0 to 1.

    Hair gets a band across its strands, everything else spots.

    Args:
        normals: Normals of the surfaces.
        calm: Result of ``calmed``.
        surfaces: The lit surfaces.
        lamp: The lamp.
        size: Size of the highlights, 0 to 1.
    """
    x, y, z = lamp.over(*surfaces.figure.shape[::-1])
    # The half vector between lamp and viewer (Blinn); both are of length 1.
    half = 1 / np.sqrt(2 + 2 * z)
    x, y, z = x * half, y * half, (z + 1) * half
    faint = np.float32(0.32 * size)
    # Closeness to the mirror direction, from 1 down to the edge of the highlight.
    mirrored = _dot(normals, x, y, z) - surfaces.dull
    hair = surfaces.hair
    off_x, off_y, turn = calm[0] - x.ravel()[hair], calm[1] - y.ravel()[hair], calm[2]
    band = 1 - np.sqrt((off_y * np.float32(1.2)) ** 2 + (off_x * np.float32(0.35)) ** 2)
    # Limits the thickness of the band where hair is nearly flat.
    thick = np.float32(_BAND * (0.5 + size) * surfaces.extent)
    away = np.abs(off_y) / np.maximum(turn * thick, np.float32(1e-4))
    mirrored.ravel()[hair] = np.minimum(band, 1 - faint * away)
    soft = 0.2 * lamp.softness + (0.15 if lamp.steps == 0 else 0)
    cover = covered(mirrored, float(1 - faint), surfaces.parts, soft)
    least = np.full(surfaces.least.shape, surfaces.speck, np.float32)
    return firm(cover, surfaces, least) * surfaces.figure


def rim(surfaces: Surfaces, lamp: Lamp, width: float) -> Floats:
    """Return the rim light along the outline, on the side away from the lamp, 0 to 1."""
    dx, dy = lamp.fall(surfaces)
    long = max(float(np.hypot(dx, dy)), 1e-6)
    reach = width * _RIM * surfaces.extent * 2
    figure = surfaces.figure
    there = figure & ~_moved(figure, -dx / long * reach, -dy / long * reach)
    labels = figure.astype(np.int32)
    return _ramp((smoothed(there.astype(np.float32), labels, 2) - 0.5) * 2 + 0.5) * figure


def _thrown(surfaces: Surfaces, lamp: Lamp) -> Floats:
    """Return the shadows that bodies cast on those below them: their shape, shifted."""
    import cv2

    dx, dy = (value * lamp.cast * _THROW * surfaces.extent for value in lamp.fall(surfaces))
    able, around, away = surfaces.reach
    length = float(np.hypot(dx, dy))
    height, width = able.shape
    rows, columns = np.nonzero(able & (away <= length + 2))
    hit = np.zeros(rows.shape, np.bool_)
    below = surfaces.parts[rows, columns]
    far = surfaces.throw[below]
    # Steps of at most three pixels keep a shadow connected with its caster.
    steps = max(1, min(16, int(length * far.max(initial=1) / 3)))
    for step in range(1, steps + 1):
        share = far * np.float32(step / steps)
        y = (rows - np.rint(dy * share).astype(int)).clip(0, height - 1)
        x = (columns - np.rint(dx * share).astype(int)).clip(0, width - 1)
        hit |= surfaces.above[surfaces.casters[y, x], below]
    made = np.zeros(able.shape, np.float32)
    rows, columns = rows[hit], columns[hit]
    if not rows.size:
        return made
    side = surfaces.smooth
    box = (
        slice(max(0, rows.min() - 2 * side), rows.max() + 2 * side),
        slice(max(0, columns.min() - 2 * side), columns.max() + 2 * side),
    )
    made[rows, columns] = 1
    # Averaged over pixels that can be in shadow: the shadow does not fade towards its caster.
    share = cv2.blur(cv2.blur(made[box], (side, side)), (side, side)) / around[box]
    made[box] = _ramp((share - np.float32(0.5)) * np.float32(0.6 * side) + np.float32(0.5))
    made *= able
    return made


def _moved(field: NDArray[Any], dx: float, dy: float) -> NDArray[Any]:
    """Return a field shifted by whole pixels, with replicated edges."""
    height, width = field.shape
    rows = (np.arange(height) - round(dy)).clip(0, height - 1)
    columns = (np.arange(width) - round(dx)).clip(0, width - 1)
    moved: NDArray[Any] = field[rows[:, None], columns[None, :]]
    return moved


def _dot(field: Floats, x: Floats, y: Floats, z: Floats) -> Floats:
    total = field[:, :, 0] * x
    total += field[:, :, 1] * y
    total += field[:, :, 2] * z
    return total


def _ramp(share: Floats) -> Floats:
    """Return a smooth step from 0 to 1."""
    share = share.clip(0, 1)
    smooth: Floats = share * share * (3 - 2 * share)
    return smooth
