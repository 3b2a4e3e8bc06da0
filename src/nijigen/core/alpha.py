"""Alpha: bleed colors under transparent pixels, and re-attach alpha."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.picture import Picture, Pixels

Floats = NDArray[np.floating[Any]]
Level = tuple[Floats, Floats]
"""Colors, and how much each weighs."""


_BLOCK = 64
"""Rows computed at once; a multiple of ``2**_LEVELS``."""
_LEVELS = 3
"""Levels of the pyramid that are computed again whenever they are needed, instead of kept."""


def has_transparency(picture: Picture) -> bool:
    """Return whether any pixel is not fully opaque."""
    if picture.channels != 4:
        return False
    return bool(picture.pixels[:, :, 3].min() < np.iinfo(picture.pixels.dtype).max)


def bleed(picture: Picture) -> Picture:
    """Return RGB in which transparent pixels have the color of the nearest visible ones.

    The color under transparent pixels is arbitrary (often black), and every filter that reads
    neighboring pixels would smear it into the edge as a fringe.
    """
    if picture.channels != 4:
        return picture
    bleeding = Bleeding(picture)
    out = np.empty((picture.height, picture.width, 3), picture.pixels.dtype)
    for top in range(0, picture.height, _BLOCK):
        out[top : top + _BLOCK] = bleeding.rows(top, min(top + _BLOCK, picture.height))
    return picture.with_pixels(out)


class Bleeding:
    """The rows of :func:`bleed`, computed when they are needed.

    The pyramid of pull-push is kept from an eighth of the size on; finer levels are computed from
    the rows at hand.

    Source: pull-push interpolation (Gortler et al., The Lumigraph, 1996, section 3.6.2).
    """

    def __init__(self, picture: Picture) -> None:
        self._pixels = picture.pixels
        self._full = int(np.iinfo(picture.pixels.dtype).max)
        self._bleeds = has_transparency(picture) and bool(picture.pixels[:, :, 3].any())
        if self._bleeds:
            self._prepare()

    def _prepare(self) -> None:
        """Compute the coarse level, and which levels have holes."""
        coarse: list[Level] = []
        self._holes = [False] * _LEVELS
        for top in range(0, len(self._pixels), _BLOCK):
            levels = self._levels(self._pixels[top : top + _BLOCK])
            for index, (_, weight) in enumerate(levels[1:]):
                self._holes[index] |= bool((weight <= 0).any())
            coarse.append(levels[-1])
        color, weight = (np.concatenate(part) for part in zip(*coarse, strict=True))
        self._coarse = _pull_push(color, np.minimum(weight, 1)) if all(self._holes) else color

    def _levels(self, rows: Pixels) -> list[Level]:
        """Return colors and weights of some rows, then of halves of them."""
        weight: Floats = rows[:, :, 3:].astype(np.float32) / self._full
        levels: list[Level] = [(rows[:, :, :3].astype(np.float32), weight)]
        for _ in range(_LEVELS):
            color, weight = levels[-1]
            levels.append(_halved(color, np.minimum(weight, 1)))
        return levels

    def rows(self, first: int, last: int) -> Pixels:
        """Return some rows, ``(rows, W, C)``, without alpha.

        Args:
            first: The first row, a multiple of 8.
            last: End of the rows.
        """
        rows = self._pixels[first:last]
        if not self._bleeds:
            return rows[:, :, :3]
        levels = self._levels(rows)
        step = 2**_LEVELS
        filled: Floats = self._coarse[first // step : -(-last // step)]
        for index in range(_LEVELS - 1, -1, -1):
            color, weight = levels[index]
            # Without a hole, a level is not filled from coarser ones.
            if index == 0 or all(self._holes[:index]):
                filled = _pushed(color, np.minimum(weight, 1), filled)
            else:
                filled = color
        weight = levels[0][1]
        # Opaque pixels keep their exact value; only partly or fully transparent ones are filled.
        known = weight == 1
        # A semi-transparent pixel has a valid color: the fill takes over only where it is almost
        # invisible.
        trust = np.clip(weight * 4, 0, 1)
        color = rows[:, :, :3]
        mixed = np.where(known, color, color * trust + filled * (1 - trust))
        return (mixed + 0.5).clip(0, self._full).astype(rows.dtype)


def _pull_push(color: Floats, weight: Floats) -> Floats:
    if weight.size == 1:
        return color
    coarse, coarse_weight = _halved(color, weight)
    if (coarse_weight <= 0).any():
        coarse = _pull_push(coarse, np.minimum(coarse_weight, 1))
    return _pushed(color, weight, coarse)


def _halved(color: Floats, weight: Floats) -> Level:
    """Return the mean color of blocks of 2 × 2, and the sum of their weights."""
    height, width = weight.shape[:2]
    even = ((0, height % 2), (0, width % 2), (0, 0))
    sums = [np.pad(part, even) for part in (color * weight, weight)]
    colors, weights = (
        part[0::2, 0::2] + part[1::2, 0::2] + part[0::2, 1::2] + part[1::2, 1::2] for part in sums
    )
    return colors / np.maximum(weights, 1e-6), weights


def _pushed(color: Floats, weight: Floats, coarse: Floats) -> Floats:
    """Return the colors, where they weigh less than 1 mixed with those of the coarser level."""
    height, width = weight.shape[:2]
    up = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)[:height, :width]
    return np.where(weight > 0, color * weight + up * (1 - weight), up)


def attach(picture: Picture, source: Picture) -> Picture:
    """Give ``picture`` the alpha of ``source``, resized if their sizes differ."""
    if source.channels != 4:
        return picture
    alpha = source.pixels[:, :, 3]
    if source.size != picture.size:
        alpha = _resize(alpha, picture.size)
    full, wanted = np.iinfo(alpha.dtype).max, np.iinfo(picture.pixels.dtype).max
    if full != wanted:
        alpha = (alpha.astype(np.float32) * (wanted / full) + 0.5).astype(picture.pixels.dtype)
    pixels: Pixels = np.dstack([picture.rgb().pixels[:, :, :3], alpha])
    return picture.with_pixels(pixels)


def _resize(plane: Pixels, size: tuple[int, int]) -> Pixels:
    image = Image.fromarray(plane.astype(np.float32))
    resized = np.asarray(image.resize(size, Image.Resampling.BICUBIC))
    result: Pixels = (resized.clip(0, np.iinfo(plane.dtype).max) + 0.5).astype(plane.dtype)
    return result
