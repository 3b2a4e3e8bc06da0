"""The color that areas of an enlarged picture lack in comparison with its source."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.area import Axis, Floats, Grid, planes, planes_like
from nijigen.imaging.rows import Rows

CELL = 8
"""Source pixels on a side of the areas whose color is kept: a block of JPEG."""
SMOOTHED = 4
"""Cells on each side over which a Gaussian of one cell smooths the shift of their color."""


class ColorShift:
    """What areas of the result lack of their color in the source, smoothed."""

    def __init__(self, large: Rows, source: Rows, grid: Grid) -> None:
        self._large, self._source, self._grid = large, source, grid
        self._first = 0
        self._kept: list[Floats] = []
        """Rows of cells that were computed and are still needed, from the first one on."""

    def at(self, part: Grid) -> Floats:
        """Return the shift of every result pixel of some rows, interpolated between cells."""
        down, across = part.down, part.across
        above, share = _between_cells(down, down.first, down.last)
        first, last = int(above.min()), int(above.max()) + 2
        rows = self._smooth(first, last)
        mixed = _mixed(rows, 1, above - max(first, 0), share)
        return _mixed(mixed, 2, *_between_cells(across, across.first, across.last))

    def _smooth(self, first: int, last: int) -> Floats:
        """Return some rows of cells, smoothed."""
        from scipy.ndimage import gaussian_filter

        count = -(-self._grid.down.small // CELL)
        first, last = max(first, 0), min(last, count)
        top, end = max(first - SMOOTHED, 0), min(last + SMOOTHED, count)
        while self._first + len(self._kept) < end:
            self._kept.append(self._row(self._first + len(self._kept)))
        del self._kept[: top - self._first]
        self._first = top
        cells = np.concatenate(self._kept[: end - top], axis=1)
        smooth = gaussian_filter(cells, (0, 1, 1), mode="nearest")
        rows: Floats = smooth[:, first - top : last - top]
        return rows

    def _row(self, index: int) -> Floats:
        small = self._grid.down.small
        part = self._grid.rows(index * CELL, min((index + 1) * CELL, small))
        after = planes_like(self._large.read(part.down.first, part.down.last), self._source)
        before = planes(self._source.read(part.down.start, part.down.stop))
        return _cells(before - part.average(after))


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


def _between_cells(axis: Axis, first: int, last: int) -> tuple[NDArray[np.intp], Floats]:
    """Return for result pixels the cell before them, and how near the one after it is."""
    centres = (np.arange(first, last) + 0.5) * axis.small / axis.large / CELL - 0.5
    below = np.floor(centres).astype(np.intp)
    return below, (centres - below).astype(np.float32)


def _mixed(cells: Floats, axis: int, below: NDArray[np.intp], share: Floats) -> Floats:
    """Return values between cells; beyond the last one they do not change."""
    last = cells.shape[axis] - 1
    parts = (cells.take((below + step).clip(0, last), axis) for step in (0, 1))
    shape = [1, 1, 1]
    shape[axis] = -1
    share = share.reshape(shape)
    low, high = parts
    mixed: Floats = low * (1 - share) + high * share
    return mixed
