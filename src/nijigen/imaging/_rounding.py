"""Round an enlarged picture to whole levels so that its source's pixels keep their mean."""

from __future__ import annotations

import functools
import math

import numpy as np

from nijigen.imaging.area import Bools, Floats, Grid

ROUNDS = 3
"""Corrections where pixels do not align, each of a level at most; further ones change little."""
REACH = 4
"""Source pixels that a correction depends on, on each side."""


def round_blocks(levels: Floats, after: Floats, before: Floats, grid: Grid) -> None:
    """Round some pixels of a block the other way, so that its sum is that of its source pixel.

    Args:
        levels: The rounded result, which is changed.
        after: The result before it was rounded.
        before: The source.
        grid: An aligned one.
    """
    phases = grid.phases(levels)
    off = np.rint((before - grid.average(levels)) * len(phases))
    sign = np.sign(off)
    # How much a pixel gains from being rounded in that direction.
    gains = [
        (exact - level) * sign for exact, level in zip(grid.phases(after), phases, strict=True)
    ]
    while off.any():
        best = functools.reduce(np.maximum, gains)
        todo = off != 0
        for gain, level in zip(gains, phases, strict=True):
            here = todo & (gain == best)
            level += sign * here
            gain -= here
            todo &= ~here
        off -= sign * (off != 0)


def round_closely(
    levels: Floats, before: Floats, grid: Grid, full: int, fixed: Bools, gray: Bools | None
) -> None:
    """Change some pixels by a level, where that brings the means closer to the source's pixels.

    Of pixels that share a source pixel, the one that gains most is changed: coordinate descent of
    the squared difference.

    Args:
        levels: The rounded result, which is changed.
        before: The source.
        grid: One that is not aligned.
        full: The highest level.
        fixed: Pixels that do not change.
        gray: Pixels whose channels stay equal.
    """
    from scipy.ndimage import maximum_filter

    down, across = grid.down, grid.across
    share = (down.small * across.small) / (down.large * across.large)
    # What a pixel adds to the squared difference by itself.
    own = down.squares[:, None] * across.squares / 2
    sides = (1, *(2 * math.ceil(axis.large / axis.small) + 1 for axis in (down, across)))
    # Of equal gains one has to win: in another order at every pixel nearby.
    rows, columns = (np.arange(axis.first, axis.last) for axis in (down, across))
    order = ((rows[:, None] * 7 + columns * 3) % 31).astype(np.float32) * 1e-4
    for _ in range(ROUNDS):
        pull = grid.spread(before - grid.average(levels)) * np.float32(share)
        if gray is not None:
            pull = np.where(gray, pull.mean(axis=0), pull)
        changed = levels + np.sign(pull)
        gain = np.abs(pull) - own
        able = (gain > 0) & ~fixed & (changed >= 0) & (changed <= full)
        gain = np.where(able, gain + order, 0)
        able &= gain >= maximum_filter(gain, sides, mode="constant")
        levels[able] = changed[able]
