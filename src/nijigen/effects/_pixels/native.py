"""The native grid of enlarged pixel art, and the pixels that were enlarged."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._pixels.cells import Cells
from nijigen.imaging.color_spaces import oklab

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]

MOST = 16
"""Largest factor that is looked for."""
_WINDOW = 768
"""Side of the middle part that the grid is looked for in."""
_ROWS = 192
"""Rows or columns that are looked at; every n-th of more."""
_NOISE = 6.0
"""Variance within cells that damage by JPEG explains, in squared levels."""
_SAME = 0.16
"""Share of the variance that may be left within cells, of that of cells one pixel off the grid."""
_EDGE = 0.02
"""Share of the variance within cells of the factor asked about and of smaller ones."""
_BLEND = 0.03
"""Difference in OKLab of colors that are the same, only damaged; thrice that for rare ones."""
_RARE = 0.02
"""Share of the pixels of another color below which one is rare."""


class Grid(NamedTuple):
    """Squares that enlarged pixels fill."""

    factor: int
    left: int
    """Where the first whole square begins, less than the factor."""
    top: int

    def cells(self, size: tuple[int, int]) -> Cells:
        """Return the cells of a picture (width, height); those at the edges may be cut off."""
        columns = (np.arange(size[0]) - self.left) // self.factor
        rows = (np.arange(size[1]) - self.top) // self.factor
        columns, rows = columns - columns[0], rows - rows[0]
        return Cells((int(columns[-1]) + 1, int(rows[-1]) + 1), rows, columns)


def grid_of(image: Bytes) -> Grid | None:
    """Return the grid of enlarged pixel art, or None if there is no such grid.

    The variance within cells is 0 for the true grid and all that divide it, and small if the
    picture was a JPEG. So the largest factor is taken whose cells are as even as those of the best.

    Args:
        image: ``uint8 (h, w, 3)``.
    """
    height, width = image.shape[:2]
    rows, columns = (slice(max(0, (n - _WINDOW) // 2), (n + _WINDOW) // 2) for n in (height, width))
    part = image[rows, columns].astype(np.float32)
    # Luma: JPEG halves the resolution of the chroma.
    luma = part @ np.array([0.299, 0.587, 0.114], np.float32)
    most = min(MOST, *luma.shape)
    spread = float(luma.var())
    if most < 2 or spread == 0:
        return None
    along_rows, along_columns = _totals(luma), _totals(luma.T)
    best: list[tuple[int, int, int, float, float]] = []
    for factor in range(2, most + 1):
        left, across, off_x = _evenest(along_rows, factor)
        top, down, off_y = _evenest(along_columns, factor)
        best.append((factor, left, top, across + down, off_x + off_y))
    least = min(one[3] for one in best)
    for factor, left, top, inside, off in reversed(best):
        fits = inside <= 2.2 * least + 0.3 * _NOISE and inside < _SAME * off
        if fits and inside < _NOISE * 4 + _EDGE * spread:
            return Grid(
                factor,
                (left + columns.start) % factor,
                (top + rows.start) % factor,
            )
    return None


def best_offset(image: Bytes, factor: int) -> Grid:
    """Return the grid of squares of a known side."""
    luma = image.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return Grid(factor, _evenest(_totals(luma), factor)[0], _evenest(_totals(luma.T), factor)[0])


def _totals(luma: Floats) -> tuple[Floats, Floats]:
    """Return sums along some rows, from their start, of the values and of all rows' squares."""
    rows = luma[:: -(-len(luma) // _ROWS)].astype(np.float64)
    sums = np.pad(np.cumsum(rows, axis=1), ((0, 0), (1, 0)))
    return sums, np.pad(np.cumsum((rows**2).mean(axis=0)), (1, 0))


def _evenest(totals: tuple[Floats, Floats], factor: int) -> tuple[int, float, float]:
    """Return the offset of the most even cells along rows, their variance and that of the others.

    Args:
        totals: What :func:`_totals` returns.
        factor: Width of the cells.
    """
    sums, squares = totals
    wide = sums[:, factor:] - sums[:, :-factor]
    mean = np.einsum("ij,ij->j", wide, wide) / (len(wide) * factor**2)
    # The variance of a cell that begins at each column, in the mean of all rows.
    variances = (squares[factor:] - squares[:-factor]) / factor - mean
    offsets = range(min(factor, len(variances)))
    found = sorted((max(0.0, float(variances[left::factor].mean())), left) for left in offsets)
    others = np.mean([variance for variance, _ in found[1:]]) if len(found) > 1 else 0.0
    return found[0][1], found[0][0], float(others)


def recovered(image: Bytes, grid: Grid, clean: bool) -> Bytes:
    """Return the pixels that were enlarged, ``uint8 (h, w, 3)``.

    Args:
        image: ``uint8 (h, w, 3)``.
        grid: Its grid.
        clean: Colors that differ by damage only become one.
    """
    height, width = image.shape[:2]
    cells = grid.cells((width, height))
    exact = _centers(image, cells)
    if np.array_equal(exact[cells.row][:, cells.column], image):
        return exact
    colors = _inner_means(image, grid, cells)
    target = np.stack([cells.mean(image[:, :, c]) for c in range(3)], -1)
    # What a JPEG would make of these colors is compared with what it made: halved chroma mixes the
    # colors of neighbors, the more the smaller the cells are.
    for _ in range(6):
        shown = _with_halved_chroma(colors[cells.row][:, cells.column])
        made = np.stack([cells.mean(shown[:, :, c]) for c in range(3)], -1)
        colors = (colors + (target - made)).clip(0, 255)
    result = (colors + 0.5).astype(np.uint8)
    return _merged(result) if clean else result


def _centers(image: Bytes, cells: Cells) -> Bytes:
    rows = np.searchsorted(cells.row, np.arange(cells.size[1])) + np.bincount(cells.row) // 2
    columns = np.searchsorted(cells.column, np.arange(cells.size[0]))
    columns = columns + np.bincount(cells.column) // 2
    return np.asarray(image[rows[:, None], columns])


def _inner_means(image: Bytes, grid: Grid, cells: Cells) -> Floats:
    """Return the means of cells without their borders, where JPEG rings."""
    height, width = image.shape[:2]
    edge = 1 if grid.factor >= 4 else 0
    inner: Floats = np.ones((height, width), np.float64)
    if edge:
        across = (np.arange(width) - grid.left) % grid.factor
        down = (np.arange(height) - grid.top) % grid.factor
        keep_x = (across >= edge) & (across < grid.factor - edge)
        keep_y = (down >= edge) & (down < grid.factor - edge)
        # Cells that are cut off may have nothing but borders.
        inner = np.outer(keep_y, keep_x) + 1e-6
    total = cells.total(inner)
    return np.stack([cells.total(inner * image[:, :, c]) / total for c in range(3)], -1)


def _with_halved_chroma(colors: Floats) -> Floats:
    import cv2

    height, width = colors.shape[:2]
    luma = colors @ np.array([0.299, 0.587, 0.114])
    chroma = colors - luma[:, :, None]
    even = cv2.copyMakeBorder(chroma, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    half = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    full = cv2.resize(half, even.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(luma[:, :, None] + full[:height, :width])


def _merged(colors: Bytes) -> Bytes:
    """Return colors of which those that differ only by damage became one.

    The most frequent first gathers all that are near enough; its mean is the color.
    """
    flat = colors.reshape(-1, 3)
    distinct, at, counts = np.unique(flat, axis=0, return_inverse=True, return_counts=True)
    at = at.ravel()
    values = oklab(distinct)
    # How many pixels are near: the middle of a cloud of damaged colors has most.
    dense = np.empty(len(distinct))
    for start in range(0, len(distinct), 512):
        apart = ((values[start : start + 512, None] - values[None]) ** 2).sum(2)
        dense[start : start + 512] = np.exp(-apart / (2 * (_BLEND / 2) ** 2)) @ counts
    label = np.full(len(distinct), -1)
    means: list[Floats] = []
    for number in np.argsort(-dense, kind="stable"):
        if label[number] >= 0:
            continue
        apart = ((values - values[number]) ** 2).sum(1)
        # What is rare beside a frequent color is more likely to be damage.
        rare = dense < _RARE * dense[number]
        near = (apart < np.where(rare, 3 * _BLEND, _BLEND) ** 2) & (label < 0)
        label[near] = len(means)
        means.append(np.average(distinct[near], axis=0, weights=counts[near]))
    made = (np.array(means) + 0.5).astype(np.uint8)
    return np.asarray(made[label[at]].reshape(colors.shape))
