"""Light: what a lamp over a drawing leaves in shadow, and where it shines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._diffusion import Floats, Labels, smoothed
from nijigen.color._surfaces import Surfaces, near_thick

# The deepest of several steps begins where this part of the light of the first is left.
_DEEPEST = 0.3
# Longest thrown shadow as a part of the figure's extent.
_THROW = 0.06
_RIM = 0.012
# Faces are drawn flatter than they are: this much more of their light counts.
_FLAT_SKIN = np.float32(0.16)


@dataclass(frozen=True)
class Lamp:
    """A lamp.

    Attributes:
        x: 0 to 1 from the left of the picture; may lie outside.
        y: 0 to 1 from the top.
        height: Over the paper, in longer sides of the picture.
        size: How much lies in shadow, 0 to 1.
        steps: Edges of drawn shadow; 0 is smooth.
        softness: 0 is a drawn edge, 1 a wide brush.
        cast: Length of thrown shadows, 0 to 1.
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

    def over(self, width: int, height: int) -> Floats:
        """Return the direction to the lamp from each pixel, float32 ``(H, W, 3)``."""
        side = max(width, height)
        x = np.float32(self.x * width) - (np.arange(width, dtype=np.float32) + np.float32(0.5))
        y = np.float32(self.y * height) - (np.arange(height, dtype=np.float32) + np.float32(0.5))
        z = np.float32(self.height * side)
        away = 1 / np.sqrt((x * x)[None, :] + (y * y)[:, None] + z * z)
        return np.stack([x[None, :] * away, y[:, None] * away, z * away], axis=2)

    def fall(self, surfaces: Surfaces) -> tuple[float, float]:
        """Return how far and where to shadows fall, in extents of the figure: x, y."""
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
    """Return how deep each pixel lies in shadow, 0 to 1."""
    light = _sum(normals * lamp.over(*surfaces.figure.shape[::-1]))
    edge = np.float32(0.06 + 0.7 * lamp.size) - _FLAT_SKIN * surfaces.skin[surfaces.zones]
    if lamp.steps == 0:
        wide = np.float32(0.3 + 0.4 * lamp.softness)
        deep = _ramp((edge - light) / wide + np.float32(0.5))
        thrown = _thrown(surfaces, lamp) * np.float32(0.7)
        return np.maximum(deep, thrown) * surfaces.figure
    steep = _steepness(light, surfaces.parts) + np.float32(0.5 * lamp.softness)
    total = np.zeros_like(light)
    for step in range(lamp.steps):
        share = 1 - (1 - _DEEPEST) * step / max(lamp.steps - 1, 1)
        cover = ((edge * np.float32(share) - light) / steep + np.float32(0.5)).clip(0, 1)
        if step == 0 and lamp.cast:
            cover = np.maximum(cover, _thrown(surfaces, lamp))
        total += _clean(cover, surfaces)
    total *= np.float32(1 / lamp.steps)
    return total * surfaces.figure


def shine(normals: Floats, surfaces: Surfaces, lamp: Lamp, size: float) -> Floats:
    """Return where the lamp is mirrored, 0 to 1.

    Hair, told by the strands drawn on it, mirrors in a band across the strands; the rest in spots.
    """
    toward = lamp.over(*surfaces.figure.shape[::-1])
    toward[:, :, 2] += 1
    toward /= np.sqrt(_sum(toward * toward))[:, :, None]
    spot = _sum(normals * toward)
    off_x, off_y = normals[:, :, 0] - toward[:, :, 0], normals[:, :, 1] - toward[:, :, 1]
    band = 1 - np.hypot(off_y * np.float32(1.2), off_x * np.float32(0.35))
    # Cloth shines less, and skin least of all.
    spot -= np.float32(0.2) + np.float32(0.1) * surfaces.skin[surfaces.zones]
    mirrored = np.where(surfaces.strands[surfaces.bodies], band, spot)
    edge = np.float32(1 - 0.32 * size)
    steep = _steepness(mirrored, surfaces.parts) + np.float32(0.2 * lamp.softness)
    if lamp.steps == 0:
        steep += np.float32(0.15)
    cover = ((mirrored - edge) / steep + np.float32(0.5)).clip(0, 1)
    return _clean(cover, surfaces) * surfaces.figure


def rim(surfaces: Surfaces, lamp: Lamp, width: float) -> Floats:
    """Return the seam of light along the outline on the side away from the lamp, 0 to 1."""
    dx, dy = lamp.fall(surfaces)
    long = max(float(np.hypot(dx, dy)), 1e-6)
    reach = width * _RIM * surfaces.extent * 2
    figure = surfaces.figure
    there = figure & ~_moved(figure, -dx / long * reach, -dy / long * reach)
    labels = figure.astype(np.int32)
    return _ramp((smoothed(there.astype(np.float32), labels, 2) - 0.5) * 2 + 0.5) * figure


def _thrown(surfaces: Surfaces, lamp: Lamp) -> Floats:
    """Return the shadows that parts throw on those below them: their shape, moved."""
    import cv2

    dx, dy = (value * lamp.cast * _THROW * surfaces.extent for value in lamp.fall(surfaces))
    hit = np.zeros(surfaces.parts.shape, np.bool_)
    # A shadow hangs together with what throws it: no step is longer than two pixels.
    steps = max(1, min(12, int(np.hypot(dx, dy) / 3)))
    for step in range(1, steps + 1):
        share = step / steps
        caster = _moved(surfaces.casters, dx * share, dy * share)
        hit |= surfaces.above[caster, surfaces.parts]
    # Averaged over what can be hit at all: towards what throws it, the shadow does not fade.
    able = np.asarray(surfaces.above.any(axis=0), np.float32)[surfaces.parts]
    near = cv2.GaussianBlur(able, (0, 0), 1.2)
    share = cv2.GaussianBlur(hit.astype(np.float32), (0, 0), 1.2) / np.maximum(near, 1e-3)
    return _ramp((share - np.float32(0.5)) * 2 + np.float32(0.5)) * able


def _moved(field: NDArray[Any], dx: float, dy: float) -> NDArray[Any]:
    """Return a field moved by whole pixels; its rim is drawn out."""
    height, width = field.shape
    rows = (np.arange(height) - round(dy)).clip(0, height - 1)
    columns = (np.arange(width) - round(dx)).clip(0, width - 1)
    moved: NDArray[Any] = field[rows[:, None], columns[None, :]]
    return moved


def _steepness(field: Floats, labels: Labels) -> Floats:
    """Return the change from pixel to pixel within areas; the weaker where it has two sides."""
    square = np.zeros_like(field)
    for axis in (1, 0):
        step = np.abs(np.diff(field, axis=axis))
        inner = np.diff(labels, axis=axis) == 0
        # The lesser of both sides: beside a crease the surface itself counts, not the jump.
        before, after = (np.s_[:, :-1], np.s_[:, 1:]) if axis else (np.s_[:-1], np.s_[1:])
        most = np.full_like(field, 9)
        step[~inner] = 9
        most[before] = step
        most[after] = np.minimum(most[after], step)
        most[most == 9] = 0
        square += most * most
    steep: Floats = np.sqrt(square) + np.float32(1e-4)
    return steep


def _clean(cover: Floats, surfaces: Surfaces) -> Floats:
    """Return shapes without specks in them or beside them."""
    cover = np.where(_specks(cover > 0.02, surfaces), np.float32(0), cover)
    return np.where(_specks(cover < 0.98, surfaces), np.float32(1), cover)


def _specks(there: NDArray[np.bool_], surfaces: Surfaces) -> NDArray[np.bool_]:
    """Return the shapes within parts that are nowhere thick, with their blurred edges."""
    import cv2

    inside = there & surfaces.interior
    # Thin tails of a thick shape go as well: along a border they would be a seam. But the tip of a
    # strand is as thin as it is, and goes with what it hangs on.
    thick = near_thick(inside, surfaces.thin)
    shape = (inside & (thick | surfaces.slim)).astype(np.uint8)
    count, numbers = cv2.connectedComponents(shape, connectivity=4)
    firm = np.zeros(count, np.bool_)
    firm[numbers[thick]] = True
    firm[0] = False
    kept = _widened(firm[numbers], surfaces.parts)
    return _widened(there & ~kept & ~_tips(there, kept, surfaces), surfaces.parts) & ~kept


def _tips(
    there: NDArray[np.bool_], kept: NDArray[np.bool_], surfaces: Surfaces
) -> NDArray[np.bool_]:
    """Return border pixels without an inside beside them: the very end of a tip, as it is lit."""
    return there & ~kept & surfaces.slim & ~surfaces.interior


def _widened(there: NDArray[np.bool_], labels: Labels) -> NDArray[np.bool_]:
    """Return a mask widened by two pixels within areas."""
    for _ in range(2):
        there = there.copy()
        for axis in (1, 0):
            before, after = (np.s_[:, :-1], np.s_[:, 1:]) if axis else (np.s_[:-1], np.s_[1:])
            same = labels[before] == labels[after]
            old = there.copy()
            there[before] |= old[after] & same
            there[after] |= old[before] & same
    return there


def _sum(field: Floats) -> Floats:
    return field[:, :, 0] + field[:, :, 1] + field[:, :, 2]


def _ramp(share: Floats) -> Floats:
    """Return a smooth step from 0 to 1."""
    share = share.clip(0, 1)
    smooth: Floats = share * share * (3 - 2 * share)
    return smooth
