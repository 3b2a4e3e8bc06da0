"""Distinct: choose colors so that no two neighboring regions look alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._regions.regions import Regions
from nijigen.imaging.color_spaces import from_lch, from_oklab, oklab, to_bytes

Bytes = NDArray[np.uint8]
_ENOUGH = 0.09
"""Difference in OKLab above which two flats are clearly distinguishable."""


def pale() -> Bytes:
    """Return 36 pale colors: twelve hues, each light, middle and deeper."""
    hues = np.arange(12) * 30.0
    tones = ((0.93, 0.04), (0.87, 0.07), (0.79, 0.08))
    # Every second row of hues is shifted by half a step, so that tones do not share hues.
    values = [
        (light, chroma, hue + 15 * (row % 2))
        for row, (light, chroma) in enumerate(tones)
        for hue in hues
    ]
    return to_bytes(from_oklab(from_lch(np.array(values, np.float32))))


def picked(
    regions: Regions, wanted: NDArray[np.int64], known: Bytes, choice: Bytes, seed: int
) -> Bytes:
    """Pick a color from a list for each of some regions.

    The largest region picks first. A color similar to a neighbor's is taken only as a last resort;
    among the others the least used one is taken, ties broken at random.

    Args:
        regions: All regions.
        wanted: Numbers of the regions to color.
        known: uint8 ``(count, 4)``: RGBA of regions that have a color; alpha 0 for the others.
        choice: uint8 ``(n, 3)``: colors to pick from.
        seed: Seed of the random order of ties.
    """
    chance = np.random.default_rng(seed)
    tints: Any = oklab(choice)
    apart = np.minimum(np.linalg.norm(tints[:, None] - tints[None], axis=-1), _ENOUGH)
    beside: list[list[tuple[int, int]]] = [[] for _ in range(regions.count)]
    for (a, b), length in zip(regions.edges.tolist(), regions.lengths.tolist(), strict=True):
        beside[a].append((b, length))
        beside[b].append((a, length))
    taken: dict[int, Any] = {}
    for number in np.flatnonzero(known[:, 3]).tolist():
        far = np.linalg.norm(tints - oklab(known[number, :3]), axis=-1)
        taken[number] = np.minimum(far, _ENOUGH)
    used = np.zeros(len(choice))
    made = np.zeros((len(wanted), 3), np.uint8)
    order = np.lexsort((wanted, -regions.areas[wanted]))
    luck = chance.random((len(wanted), len(choice)))
    for at in order.tolist():
        region = int(wanted[at])
        clash = np.zeros(len(choice))
        for other, length in beside[region]:
            if other in taken:
                clash += length * (_ENOUGH - taken[other])
        best = int(np.lexsort((luck[at], used, np.round(clash, 6)))[0])
        taken[region] = apart[best]
        used[best] += 1
        made[at] = choice[best]
    return made
