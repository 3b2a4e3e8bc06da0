"""Cells: the pixels of a picture that become one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._pixels.palettes import roughly_nearest

Bytes = NDArray[np.uint8]


class Cells(NamedTuple):
    """Which pixels become which, in a grid."""

    size: tuple[int, int]
    """Width and height of the grid."""
    row: NDArray[np.int64]
    """The row of the grid for each row of the picture."""
    column: NDArray[np.int64]

    @property
    def number(self) -> NDArray[np.int64]:
        """The number of the cell of each pixel."""
        return self.row[:, None] * self.size[0] + self.column[None, :]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The pixels of each cell, ``(h, w)``."""
        return np.outer(
            np.bincount(self.row, minlength=self.size[1]),
            np.bincount(self.column, minlength=self.size[0]),
        )

    def total(self, plane: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum of a plane in each cell, ``(h, w)``."""
        rows = np.searchsorted(self.row, np.arange(self.size[1]))
        columns = np.searchsorted(self.column, np.arange(self.size[0]))
        sums = np.add.reduceat(plane, rows, axis=0, dtype=np.float64)
        return np.asarray(np.add.reduceat(sums, columns, axis=1))

    def mean(self, plane: NDArray[Any]) -> NDArray[np.float64]:
        """Return the mean of a plane in each cell, ``(h, w)``."""
        return self.total(plane) / self.counts


def cells_of(size: tuple[int, int], longest: int) -> Cells:
    """Return square cells, so that the longer side has ``longest`` of them, at most one a pixel."""
    side = max(1.0, max(size) / longest)
    width, height = (max(1, round(length / side)) for length in size)
    return Cells(
        (width, height),
        np.arange(size[1]) * height // size[1],
        np.arange(size[0]) * width // size[0],
    )


def main_colors(image: Bytes, cells: Cells, palette: Bytes) -> Bytes:
    """Return the color of each cell: the mean of those of its pixels that are most alike.

    A mean of all pixels would be a color that nobody painted wherever two areas meet. So pixels
    vote by the color of the palette that they are nearest to, and the mean is that of the winners.

    Args:
        image: ``uint8 (h, w, 3)``.
        cells: The grid.
        palette: ``uint8 (n, 3)``.
    """
    width, height = cells.size
    count = len(palette)
    place = cells.number
    vote = place * count + roughly_nearest(image, palette)
    votes = np.bincount(vote.ravel(), minlength=width * height * count)
    winner = votes.reshape(-1, count).argmax(axis=1)
    won = vote == (place * count + winner[place])
    number = place[won]
    total = np.maximum(np.bincount(number, minlength=width * height), 1)
    planes = [
        np.bincount(number, image[:, :, c][won], minlength=width * height) / total for c in range(3)
    ]
    mean = np.stack(planes, -1).reshape(height, width, 3)
    return np.asarray((mean + 0.5).astype(np.uint8))
