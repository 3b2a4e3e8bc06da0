"""Screentone: regular patterns of fine dots, found by their peaks in the spectrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 64
NEAR = 6
"""Bins around zero that lines and shading fill: periods over 11 pixels are not fine tone."""
SHARE = 0.25
"""Share of the remaining energy in one pair of peaks from which a cell is tone."""
PROMINENCE = 12.0
"""How many times as strong as the rest of its frequency both peaks have to be. Shading has all
directions at once."""
RING = 2.5
CELLS = 0.02
"""Share of the cells that have to be tone."""


def has_screentone(cells: NDArray[np.uint8]) -> bool:
    """Return whether a picture has regular screentone.

    Dots are a lattice, so their spectrum has two peaks of about the same height at a right angle,
    where lines and hatching have one. JPEG's grid of blocks has its peaks on the axes at multiples
    of an eighth, which are left out.

    Args:
        cells: ``(n, 64, 64, 3)`` cut from the picture.
    """
    if cells.shape[1:3] != (SIDE, SIDE):
        return False
    plane = cells[:, :, :, 1].astype(np.float32)
    tone = int(np.count_nonzero(_is_tone(plane[plane.std(axis=(1, 2)) > 4])))
    return tone >= max(2, CELLS * len(cells))


def _is_tone(plane: NDArray[np.float32]) -> NDArray[np.bool_]:
    if not len(plane):
        return np.zeros(0, bool)
    window = np.hanning(SIDE).astype(np.float32)
    flat = (plane - plane.mean(axis=(1, 2), keepdims=True)) * (window[:, None] * window)
    energy = np.fft.fftshift(np.abs(np.fft.fft2(flat)) ** 2, axes=(1, 2))
    place = np.arange(SIDE) - SIDE // 2
    y, x = np.meshgrid(place, place, indexing="ij")
    energy[:, np.hypot(x, y) < NEAR] = 0
    energy[:, ((x == 0) & (y % 8 == 0)) | ((y == 0) & (x % 8 == 0))] = 0
    total = energy.sum(axis=(1, 2)) + 1e-6
    # Half of the plane: the other half mirrors it.
    half = energy * ((y > 0) | ((y == 0) & (x > 0)))
    top = half.reshape(len(half), -1).argmax(axis=1)
    first_y, first_x = y.ravel()[top], x.ravel()[top]
    first = _around(energy, first_y, first_x)
    second = _around(energy, first_x, -first_y)
    # Both peaks have a mirror image.
    peaks = 2 * (first + second)
    distance = np.hypot(first_x, first_y)[:, None, None]
    ring = np.abs(np.hypot(x, y) - distance) < RING
    rest = (np.where(ring, energy, 0).sum(axis=(1, 2)) - peaks).clip(0) / ring.sum(axis=(1, 2))
    tone: NDArray[np.bool_] = (
        (peaks > SHARE * total) & (second > 0.25 * first) & (peaks / 36 > PROMINENCE * rest)
    )
    return tone


def _around(
    energy: NDArray[np.float32], y: NDArray[np.intp], x: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return the energy of 3 × 3 bins around a place of every cell."""
    index = np.arange(len(energy))
    total = np.zeros(len(energy), np.float32)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            rows = (y + down + SIDE // 2) % SIDE
            total += energy[index, rows, (x + across + SIDE // 2) % SIDE]
    return total
