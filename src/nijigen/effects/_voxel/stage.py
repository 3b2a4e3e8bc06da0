"""Stage: columns in a frame that holds all their views."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.camera import Camera, Extent, Look, extent_of
from nijigen.effects._voxel.columns import Columns
from nijigen.effects._voxel.light import Shadows
from nijigen.effects._voxel.rendering import rendered
from nijigen.effects._voxel.svg import svg_of

_FINE = 2
"""Samples of a pixel in each direction."""


class Stage:
    """Columns, and a frame that is large enough for some views.

    Args:
        columns: The columns.
        looks: The views.
        longest: Pixels of the longer side.
        ground: Color of the ground; None leaves it transparent.
    """

    def __init__(
        self,
        columns: Columns,
        looks: Sequence[Look],
        longest: int,
        ground: tuple[int, int, int] | None,
    ) -> None:
        self._columns, self._ground = columns, ground
        extents = [extent_of(columns, look, shadow=look.shadow > 0) for look in looks]
        whole = functools.reduce(Extent.joined, extents)
        self.size, self._scale, self._left, self._top = whole.fitted(longest)

    def pixels(self, look: Look, *, draft: bool = False) -> NDArray[np.uint8]:
        """Return a view, RGBA or on ground RGB; a draft has jagged edges."""
        shadows = Shadows(self._columns, look.own_lamp, draft=draft)
        fine = 1 if draft else _FINE
        made = rendered(self._columns, look, self._camera(look), self.size, shadows, fine)
        if self._ground is None:
            return made
        alpha = made[:, :, 3:].astype(np.float32) / 255
        ground = np.array(self._ground, np.float32)
        return (ground + (made[:, :, :3] - ground) * alpha + 0.5).astype(np.uint8)

    def svg(self, look: Look) -> str:
        """Return a view as SVG."""
        shadows = Shadows(self._columns, look.own_lamp)
        return svg_of(self._columns, look, self._camera(look), self.size, shadows, self._ground)

    def _camera(self, look: Look) -> Camera:
        rows, width = self._columns.heights.shape
        return Camera((rows, width), look.turn, look.tilt, self._scale, self._left, self._top)
