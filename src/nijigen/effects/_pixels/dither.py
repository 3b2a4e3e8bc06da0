"""Dither: mixtures of two colors of a palette, by a matrix."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._blue_noise import blue_noise
from nijigen.effects._pixels.palettes import nearest
from nijigen.imaging.color_spaces import oklab, perceived

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]
Dither = Literal["none", "bayer", "blue_noise", "pattern"]
_BAND = 1 << 12
_APART = 0.12
"""How much two colors that differ more are avoided: strong mixtures look like a texture."""

_LIGHT = 6.0
"""How much more a difference in lightness looks so, beside all of it."""


def dithered(colors: Bytes, palette: Bytes, dither: Dither, strength: float) -> NDArray[np.int64]:
    """Return the number of a palette's color for each pixel ``(h, w, 3)``.

    Each color is approximated by a mixture of two of the palette; the matrix says which of them a
    pixel gets.
    """
    height, width = colors.shape[:2]
    if dither == "none" or strength == 0 or len(palette) < 2:
        return nearest(colors, palette)
    codes = colors.reshape(-1, 3).astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    distinct, at = np.unique(codes, return_inverse=True)
    parts = np.stack([distinct >> 16, distinct >> 8 & 255, distinct & 255], 1).astype(np.uint8)
    first, second, found = _mixtures(perceived(oklab(parts)), perceived(oklab(palette)))
    share: Floats = found * strength
    if dither == "pattern":
        # A checkerboard or nothing, as pixel artists do.
        share = (share > 0.25) * 0.5
    limit: NDArray[Any] = _matrix(dither)
    rows, columns = -(-height // len(limit)), -(-width // len(limit))
    limits = np.tile(limit, (rows, columns))[:height, :width]
    chosen = share[at].reshape(height, width) > limits
    return np.where(chosen, second[at].reshape(height, width), first[at].reshape(height, width))


def _mixtures(
    values: Floats, palette: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest color, the one to mix in, and its share, 0 to 0.5."""
    first = np.empty(len(values), np.int64)
    second, share = np.empty_like(first), np.empty(len(values))
    for start in range(0, len(values), _BAND):
        part = np.s_[start : start + _BAND]
        some = values[part]
        one = np.argmin(((some[:, None] - palette[None]) ** 2).sum(2), axis=1)
        base = palette[one]
        way = palette[None] - base[:, None]
        length = (way**2).sum(2)
        along = ((some - base)[:, None] * way).sum(2) / np.maximum(length, 1e-12)
        along = along.clip(0, 0.5)
        error = (((some - base)[:, None] - along[:, :, None] * way) ** 2).sum(2)
        strong = _APART * length * along * (1 - along)
        # Of a mixture, the eye sees the difference in lightness first.
        seen = error + strong * (1 + _LIGHT * way[:, :, 0] ** 2 / np.maximum(length, 1e-12))
        seen[length == 0] = np.inf
        other = np.argmin(seen, axis=1)[:, None]
        # But where there is no better one, a strong mixture is better than none.
        plain = ((some - base) ** 2).sum(1)
        worth = np.take_along_axis(error + strong, other, 1)[:, 0] < plain
        first[part], second[part] = one, other[:, 0]
        share[part] = np.where(worth, np.take_along_axis(along, other, 1)[:, 0], 0)
    return first, second, share


def _matrix(dither: Dither) -> NDArray[Any]:
    if dither == "blue_noise":
        return blue_noise()
    if dither == "pattern":
        return np.array([[0.25, 0.75], [0.75, 0.25]])
    matrix = np.zeros((1, 1))
    for _ in range(2):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    made: Floats = (matrix + 0.5) / matrix.size
    return made
