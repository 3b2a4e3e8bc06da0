"""Color separation: the amounts of cyan, magenta, yellow and black that make a color."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.color_spaces import to_linear

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

PROCESS: tuple[tuple[int, int, int], ...] = (
    (0, 158, 224),
    (230, 0, 126),
    (255, 237, 0),
    (29, 29, 29),
)
"""Cyan, magenta, yellow and black of European offset printing on coated paper, as sRGB.

Black is neutral here, though the real ink is slightly warmer: otherwise every gray would contain
dots of cyan and magenta that compensate for its cast.
"""

_COARSE = 33
_FINE_BITS = 7
_SWEEPS = 24


def transmittance(color: tuple[int, int, int], linear: bool) -> NDArray[np.floating[Any]]:
    """Return the fraction of each channel that passes a solid layer of the ink."""
    code = np.asarray(color, np.float64) / 255
    return to_linear(code) if linear else code


@functools.lru_cache(maxsize=2)
def separation(black: float, linear: bool) -> NDArray[np.uint32]:
    """Return the tones of the four inks for every color, at 7 bits per channel.

    Screens at different angles overlap at random (Demichel), so the mean of a channel is the
    product of the inks' transmittances. The tones are those whose product is closest to the color.

    Returns:
        ``uint32 (2**21,)``, indexed by 7 bits each of red, green and blue; the four bytes, lowest
        first, are the tones of C, M, Y and K.
    """
    axis = np.linspace(0, 1, _COARSE)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    coarse = _solve(to_linear(grid) if linear else grid, black, linear).astype(np.float32)
    fine = 1 << _FINE_BITS
    packed = np.empty((fine, fine, fine), np.uint32)
    for red in range(fine):
        levels = (_plane(coarse, red) * 255 + 0.5).astype(np.uint8)
        packed[red] = levels.view("<u4")[:, :, 0]
    flat = packed.ravel()
    flat.flags.writeable = False
    return flat


def _plane(coarse: Floats, red: int) -> Floats:
    """Interpolate the coarse grid at one red and all greens and blues.

    Tetrahedral rather than trilinear: it preserves the gray axis, so that gray gets no colored ink.
    """
    last = (1 << _FINE_BITS) - 1
    codes = np.arange(last + 1)
    at = np.stack(np.broadcast_arrays(red, codes[:, None], codes[None, :]), -1) * (_COARSE - 1)
    base = np.minimum(at // last, _COARSE - 2)
    part = (at - base * last).astype(np.float32) / np.float32(last)
    strides = np.array([_COARSE * _COARSE, _COARSE, 1])
    corner = base @ strides
    order = np.argsort(-part, axis=-1, kind="stable")
    part = np.take_along_axis(part, order, -1)
    # Walk from corner to corner, along the largest fraction first.
    result: Floats = coarse[corner] * (1 - part[:, :, :1])
    for step in range(3):
        corner = corner + strides[order[:, :, step]]
        after = part[:, :, step + 1, None] if step < 2 else np.float32(0)
        result += coarse[corner] * (part[:, :, step, None] - after)
    return result


def _solve(target: NDArray[np.floating[Any]], black: float, linear: bool) -> NDArray[np.float64]:
    absorbed = 1 - np.array([transmittance(ink, linear) for ink in PROCESS])
    # The gray component: the most black that darkens no channel below the color.
    gray = ((1 - target.max(axis=1)) / absorbed[3].min()).clip(0, 1)
    tones = np.zeros((len(target), 4))
    if black > 0:
        # Skeleton black: none in the highlights, where its dots would look like dirt.
        tones[:, 3] = gray ** (1 / black)
    most = np.ones_like(tones)
    # Real inks also darken other channels: there, reduce black instead.
    most[:, 3] = tones[:, 3]
    for _ in range(_SWEEPS):
        # The product is linear in each single tone, so each step is an exact minimum.
        for ink in range(4):
            others = np.ones_like(target)
            for other in range(4):
                if other != ink:
                    others *= 1 - tones[:, other, None] * absorbed[other]
            slope = others * absorbed[ink]
            best = ((others - target) * slope).sum(1) / np.maximum((slope**2).sum(1), 1e-9)
            tones[:, ink] = best.clip(0, most[:, ink])
    return tones


def tones_of(band: Bytes, table: NDArray[np.uint32]) -> tuple[Bytes, ...]:
    """Look up the tones of C, M, Y and K for RGB pixels ``(h, w, 3)``."""
    # Round to 7 bits such that 0 and 255 are exact.
    short = ((np.arange(256) * 127 + 127) // 255).astype(np.uint32)
    red, green, blue = (short.take(band[:, :, channel]) for channel in range(3))
    red <<= np.uint32(14)
    green <<= np.uint32(7)
    red |= green
    red |= blue
    tones = table.take(red).astype("<u4", copy=False).view(np.uint8).reshape(*red.shape, 4)
    return tuple(np.moveaxis(tones, 2, 0))
