"""Area averages: reduce an enlarged array to the grid of its source, and spread values back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Pixels
from nijigen.imaging.rows import Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Axis:
    """Source pixels ``start`` to ``stop`` of an axis, and the result pixels that they touch.

    Attributes:
        small: Length of the whole axis in the source.
        large: Length of the whole axis in the result, at least as long.
        start: First source pixel.
        stop: End of the source pixels.
    """

    small: int
    large: int
    start: int
    stop: int

    @property
    def blocks(self) -> int | None:
        """How many result pixels make one source pixel; None if they do not align."""
        count, rest = divmod(self.large, self.small)
        return None if rest else count

    @property
    def first(self) -> int:
        """The first result pixel that the source pixels touch."""
        return self.start * self.large // self.small

    @property
    def last(self) -> int:
        """The end of the result pixels that the source pixels touch."""
        return -(-self.stop * self.large // self.small)

    def average(self, array: Floats, axis: int) -> Floats:
        """Return the mean of the area of every source pixel."""
        return _along(self._averages, array, axis)

    def spread(self, array: Floats, axis: int) -> Floats:
        """Return for every result pixel the mean of the source pixels that it overlaps."""
        return _along(self._spreads, array, axis)

    @cached_property
    def squares(self) -> Floats:
        """The sum of squares of the shares that every result pixel has in source pixels."""
        sums = self._averages.multiply(self._averages).sum(axis=0)
        squares: Floats = np.asarray(sums, np.float32).ravel()
        return squares

    @cached_property
    def _overlaps(self) -> csr_matrix:
        """Overlap of source and result pixels, on a grid that holds the ends of both."""
        from scipy.sparse import csr_matrix

        coarse = np.arange(self.start, self.stop + 1, dtype=np.int64) * self.large
        fine = np.arange(self.first, self.last + 1, dtype=np.int64) * self.small
        ends = np.union1d(coarse, fine)
        ends = ends[(ends >= coarse[0]) & (ends <= coarse[-1])]
        rows = np.searchsorted(coarse, ends[:-1], "right") - 1
        columns = np.searchsorted(fine, ends[:-1], "right") - 1
        shape = (len(coarse) - 1, len(fine) - 1)
        return csr_matrix((np.diff(ends).astype(np.float64), (rows, columns)), shape=shape)

    @cached_property
    def _averages(self) -> csr_matrix:
        return _rows_of_one(self._overlaps)

    @cached_property
    def _spreads(self) -> csr_matrix:
        return _rows_of_one(self._overlaps.T)


def _rows_of_one(weights: csr_matrix) -> csr_matrix:
    from scipy.sparse import diags

    sums = np.asarray(weights.sum(axis=1)).ravel()
    return (diags(1 / sums) @ weights).astype(np.float32).tocsr()


def _along(weights: csr_matrix, array: Floats, axis: int) -> Floats:
    moved = np.ascontiguousarray(np.moveaxis(array, axis, 0))
    product = weights @ moved.reshape(len(moved), -1)
    return np.moveaxis(product.reshape(-1, *moved.shape[1:]), 0, axis)


@dataclass(frozen=True)
class Grid:
    """Both axes; arrays are ``(channels, height, width)``."""

    down: Axis
    across: Axis

    @classmethod
    def between(cls, small: tuple[int, ...], large: tuple[int, ...]) -> Grid:
        """Return the grid between two shapes that begin with height and width."""
        down, across = (Axis(a, b, 0, a) for a, b in zip(small[:2], large[:2], strict=True))
        return cls(down, across)

    def rows(self, start: int, stop: int) -> Grid:
        """Return the grid of some rows of the source."""
        return replace(self, down=replace(self.down, start=start, stop=stop))

    def columns(self, start: int, stop: int) -> Grid:
        """Return the grid of some columns of the source."""
        return replace(self, across=replace(self.across, start=start, stop=stop))

    @property
    def aligned(self) -> bool:
        """Whether every source pixel is a block of whole result pixels."""
        return bool(self.down.blocks and self.across.blocks)

    def average(self, array: Floats) -> Floats:
        """Return the array averaged to the grid of the source."""
        if not self.aligned:
            return self.across.average(self.down.average(array, 1), 2)
        parts = self.phases(array)
        total = parts[0].copy()
        for part in parts[1:]:
            total += part
        total *= np.float32(1 / len(parts))
        return total

    def spread(self, array: Floats) -> Floats:
        """Return for every result pixel the mean of the source pixels that it overlaps."""
        return self.across.spread(self.down.spread(array, 1), 2)

    def phases(self, array: Floats) -> list[Floats]:
        """Return the result pixels at each place in the blocks, as views in the source's size."""
        down, across = self.down.blocks or 1, self.across.blocks or 1
        return [array[:, y::down, x::across] for y in range(down) for x in range(across)]


def planes(pixels: Pixels) -> Floats:
    """Return pixels ``(H, W, C)`` as ``(C, H, W)``."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32)


def planes_like(large: Pixels, source: Rows) -> Floats:
    """Return 16-bit pixels as levels of the source's depth, with its number of channels."""
    values = planes(large)
    if source.shape[2] == 1 and len(values) == 3:
        values = values.mean(axis=0, keepdims=True)
    if source.dtype == np.uint8:
        values *= np.float32(1 / 257)
    return values
