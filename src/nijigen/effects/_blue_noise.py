"""Blue noise: a dither matrix without structure, whose points at every level lie evenly apart."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_SIGMA = 1.5
"""Of the Gaussian that measures how crowded a place is, in pixels; the usual choice."""


@functools.lru_cache(maxsize=2)
def blue_noise(side: int = 64) -> NDArray[np.float32]:
    """Return thresholds spread evenly over 0 to 1, ``(side, side)``; they tile without a seam.

    Source: Ulichney, The void-and-cluster method for dither array generation, 1993.
    """
    random = np.random.default_rng(64)
    distance = np.minimum(np.arange(side), side - np.arange(side))
    falloff = np.exp(-(distance[:, None] ** 2 + distance[None, :] ** 2) / (2 * _SIGMA**2))
    # Twice as large, so that a shift is a slice.
    falloff = np.tile(falloff, (2, 2)).astype(np.float32)

    def around(place: int) -> NDArray[np.float32]:
        row, column = divmod(place, side)
        return falloff[side - row : 2 * side - row, side - column : 2 * side - column].ravel()

    count = side * side
    points = np.zeros(count, bool)
    energy = np.zeros(count, np.float32)
    for place in random.choice(count, count // 10, replace=False):
        points[place] = True
        energy += around(int(place))
    # Move points from clusters into voids until nothing moves any more.
    for _ in range(count):
        cluster = int(np.argmax(np.where(points, energy, -np.inf)))
        points[cluster] = False
        energy -= around(cluster)
        void = int(np.argmin(np.where(points, np.inf, energy)))
        points[void] = True
        energy += around(void)
        if void == cluster:
            break
    rank = np.zeros(count, np.float32)
    started, first = points.copy(), energy.copy()
    for number in range(int(points.sum()) - 1, -1, -1):
        cluster = int(np.argmax(np.where(points, energy, -np.inf)))
        points[cluster] = False
        energy -= around(cluster)
        rank[cluster] = number
    points, energy = started, first
    for number in range(int(points.sum()), count):
        void = int(np.argmin(np.where(points, np.inf, energy)))
        points[void] = True
        energy += around(void)
        rank[void] = number
    made = ((rank + np.float32(0.5)) / np.float32(count)).reshape(side, side)
    made.flags.writeable = False
    return made
