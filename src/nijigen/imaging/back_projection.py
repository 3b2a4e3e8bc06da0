"""Back-projection: make an enlarged picture consistent with its source.

Averaged back to the source's grid, the result then equals the source: a network may add detail
within a pixel, but neither shift colors nor move brightness from one pixel to another.

Source: Irani and Peleg, Improving resolution by image registration, 1991 (the correction by the
back-projected difference).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Pixels
from nijigen.imaging.area import Axis, Floats, Grid

Mode = Literal["exact", "color", "off"]
"""``exact``: every source pixel; ``color``: areas of a few source pixels, for a source whose pixels
are damaged; ``off``: nothing."""

STEPS = 8
"""Corrections where pixels do not align; each halves the difference or better."""
CELL = 8
"""Source pixels on a side of the areas whose color is kept: a block of JPEG."""
CONSTANT = {"exact": 2, "color": 12, "off": 2}
"""Distance in source pixels to the nearest other color from which a constant area stays constant.
JPEG turns gradients into blocks of 8 constant pixels, which are damage."""
GRAY = 2
"""Distance in source pixels to the nearest colored pixel from which gray stays gray."""
BAND = 1 << 16
"""Result pixels that are corrected at once."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Residual:
    """Difference between the source and the result averaged to its grid, in levels of 255."""

    mean: float
    worst: float


def back_project(
    large: NDArray[np.uint16], source: Pixels, mode: Mode
) -> tuple[Pixels, Residual | None]:
    """Correct an enlarged picture and round it to the depth of its source.

    Constant areas of the source stay constant, and gray areas gray, in every mode. Works in bands
    of rows; the result does not depend on them.

    Args:
        large: ``(H, W, C)`` of 16 bits, at least as large as the source on both sides. The mean of
            the channels is taken if there are three and the source has one.
        source: ``(h, w, C)`` of 8 or 16 bits, without alpha.
        mode: What to keep.

    Returns:
        The corrected picture with the depth and channels of the source, and what is left of the
        difference; None if the result has fewer pixels than the source.
    """
    full = int(np.iinfo(source.dtype).max)
    grid = Grid.between(source.shape, large.shape)
    out = np.empty((*large.shape[:2], source.shape[2]), source.dtype)
    settled = _Settled.of(source, mode)
    colors = _color_shift(large, source, grid) if mode == "color" else None
    total, worst = 0.0, 0.0
    for band in _bands(grid, margin=0 if grid.aligned else STEPS + 2):
        part = grid.rows(*band.source)
        before = _planes(source[slice(*band.source)])
        after = _large_planes(large[part.down.first : part.down.last], source)
        if mode == "exact":
            _correct(after, before, part, full)
        elif colors is not None:
            after += colors.at(part)
            after.clip(0, full, out=after)
        levels = settled.applied(after, before, part, full, mode)
        left = np.abs(before - part.average(levels))[:, band.core]
        total += float(left.sum(dtype=np.float64))
        worst = max(worst, float(left.max()))
        out[band.result] = levels[:, band.kept].transpose(1, 2, 0)
    scale = 255 / full
    return out, Residual(total / source.size * scale, worst * scale)


@dataclass(frozen=True)
class _Band:
    """Rows of the source with a margin, and which of them and of the result are kept."""

    source: tuple[int, int]
    core: slice
    result: slice
    kept: slice


def _bands(grid: Grid, margin: int) -> Iterator[_Band]:
    small, large = grid.down.small, grid.down.large
    # In whole cells, so that their sums are the same for every band.
    step = max(1, BAND * small // (grid.across.large * large * CELL)) * CELL
    for start in range(0, small, step):
        stop = min(start + step, small)
        first, last = max(0, start - margin), min(small, stop + margin)
        result = slice(-(-start * large // small), -(-stop * large // small))
        offset = first * large // small
        yield _Band(
            (first, last),
            slice(start - first, stop - first),
            result,
            slice(result.start - offset, result.stop - offset),
        )


def _planes(pixels: Pixels) -> Floats:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32)


def _large_planes(large: NDArray[np.uint16], source: Pixels) -> Floats:
    """Return levels of the source's depth with its number of channels."""
    values = _planes(large)
    if source.shape[2] == 1 and len(values) == 3:
        values = values.mean(axis=0, keepdims=True)
    if source.dtype == np.uint8:
        values *= np.float32(1 / 257)
    return values


def _correct(after: Floats, before: Floats, grid: Grid, full: int) -> None:
    """Give the result the mean of every source pixel."""
    if not grid.aligned:
        for _ in range(STEPS):
            after += grid.spread(before - grid.average(after))
            after.clip(0, full, out=after)
        return
    phases = grid.phases(after)
    left = before - grid.average(after)
    for phase in phases:
        phase += left
    after.clip(0, full, out=after)
    # What was cut off at black and white: contract the rest toward it, which cannot overshoot.
    mean = grid.average(after)
    left = before - mean
    left[np.abs(left) < 1e-3] = 0
    if not left.any():
        return
    up = (left / np.maximum(full - mean, 1e-3)).clip(0, 1)
    down = (-left / np.maximum(mean, 1e-3)).clip(0, 1)
    for phase in phases:
        phase += (full - phase) * up
        phase -= phase * down


# --- Colors of areas ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shift:
    """What areas of the result lack of their color in the source."""

    cells: Floats
    grid: Grid

    def at(self, part: Grid) -> Floats:
        """Return the shift of every result pixel of some rows, interpolated between cells."""
        rows = _interpolation(self.grid.down, part.down.first, part.down.last, self.cells.shape[1])
        across = self.grid.across
        columns = _interpolation(across, 0, across.large, self.cells.shape[2])
        shift: Floats = np.matmul(rows, np.matmul(self.cells, columns.T))
        return shift


def _color_shift(large: NDArray[np.uint16], source: Pixels, grid: Grid) -> _Shift:
    from scipy.ndimage import gaussian_filter

    rows = []
    for band in _bands(grid, margin=0):
        part = grid.rows(*band.source)
        after = _large_planes(large[part.down.first : part.down.last], source)
        rows.append(_cells(_planes(source[slice(*band.source)]) - part.average(after)))
    cells = gaussian_filter(np.concatenate(rows, axis=1), (0, 1, 1), mode="nearest")
    return _Shift(cells, grid)


def _cells(left: Floats) -> Floats:
    """Return the mean of every cell; cells at the right and bottom may be smaller."""
    starts = [np.arange(0, length, CELL) for length in left.shape[1:]]
    sums = np.add.reduceat(np.add.reduceat(left, starts[0], axis=1), starts[1], axis=2)
    heights, widths = (
        np.diff(np.append(start, length))
        for start, length in zip(starts, left.shape[1:], strict=True)
    )
    means: Floats = np.divide(sums, heights[:, None] * widths, dtype=np.float32)
    return means


def _interpolation(axis: Axis, first: int, last: int, cells: int) -> Floats:
    """Return the weights of cells for result pixels, ``(pixels, cells)``."""
    centres = (np.arange(first, last) + 0.5) * axis.small / axis.large / CELL - 0.5
    below = np.floor(centres).astype(int)
    share = (centres - below).astype(np.float32)
    weights = np.zeros((last - first, cells), np.float32)
    rows = np.arange(last - first)
    np.add.at(weights, (rows, below.clip(0, cells - 1)), 1 - share)
    np.add.at(weights, (rows, (below + 1).clip(0, cells - 1)), share)
    return weights


# --- Constant and gray areas, rounding ------------------------------------------------------


@dataclass(frozen=True)
class _Settled:
    """Where the source is constant or gray, so that the result has to be as well."""

    constant: Bools
    gray: Bools | None

    @classmethod
    def of(cls, source: Pixels, mode: Mode) -> _Settled:
        gray = None
        if source.shape[2] == 3:
            equal = (source == source[:, :, :1]).all(axis=2)
            gray = _eroded(equal, GRAY) if equal.any() else None
        return cls(_constant(source, CONSTANT[mode]), gray)

    def applied(self, after: Floats, before: Floats, grid: Grid, full: int, mode: Mode) -> Floats:
        """Round to whole levels, keeping the mean of source pixels, and settle these areas."""
        rows = _nearest(grid.down, grid.down.first, grid.down.last)
        columns = _nearest(grid.across, 0, grid.across.large)
        constant = self.constant[rows[:, None], columns]
        if constant.any():
            inside = (rows - grid.down.start).clip(0, before.shape[1] - 1)
            after = np.where(constant, before[:, inside[:, None], columns], after)
        gray = None if self.gray is None else self.gray[rows[:, None], columns]
        if gray is not None:
            after = np.where(gray, after.mean(axis=0), after)
        levels = np.rint(after)
        if mode == "exact" and full == 255:
            if grid.aligned:
                _round_blocks(levels, after, before, grid)
            else:
                _round_centres(levels, before, grid, full)
                if gray is not None:
                    levels = np.where(gray, levels[1], levels)
        return levels


def _nearest(axis: Axis, first: int, last: int) -> NDArray[np.intp]:
    """Return the source pixel at the centre of each result pixel."""
    centres = (2 * np.arange(first, last) + 1) * axis.small // (2 * axis.large)
    return centres.astype(np.intp)


def _constant(source: Pixels, distance: int) -> Bools:
    """Return the pixels with no other color within a distance."""
    height, width = source.shape[:2]
    same = np.ones((height, width), bool)
    right = (source[:, 1:] == source[:, :-1]).all(axis=2)
    below = (source[1:] == source[:-1]).all(axis=2)
    # A pixel whose neighbors at the right and below are equal to it: runs of these are constant.
    same[:, :-1] &= right
    same[:, 1:] &= right
    same[:-1] &= below
    same[1:] &= below
    return _eroded(same, distance - 1)


def _eroded(mask: Bools, distance: int) -> Bools:
    """Return the pixels whose whole neighborhood is set; outside counts as set."""
    # Not SciPy's filter: importing it takes a tenth of the memory of a whole run.
    for axis in (0, 1):
        moved, kept = np.moveaxis(mask, axis, 0), mask.copy()
        target = np.moveaxis(kept, axis, 0)
        for step in range(1, min(distance, len(moved) - 1) + 1):
            target[step:] &= moved[:-step]
            target[:-step] &= moved[step:]
        mask = kept
    return mask


def _round_blocks(levels: Floats, after: Floats, before: Floats, grid: Grid) -> None:
    """Round some pixels of a block the other way, so that its sum is that of its source pixel."""
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


def _round_centres(levels: Floats, before: Floats, grid: Grid, full: int) -> None:
    """Change the result pixel at the centre of each source pixel, so that its mean is kept."""
    area = grid.down.large * grid.across.large / (grid.down.small * grid.across.small)
    rows, columns = (
        ((2 * np.arange(axis.start, axis.stop) + 1) * axis.large // (2 * axis.small)) - axis.first
        for axis in (grid.down, grid.across)
    )
    for _ in range(2):
        off = np.rint((before - grid.average(levels)) * area)
        centres = (slice(None), rows[:, None], columns)
        levels[centres] = (levels[centres] + off).clip(0, full)
