"""Faces: the visible rectangles of columns, for vectors and models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.columns import Columns

Floats = NDArray[np.floating[Any]]
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
"""x and y of the normals of the sides."""


class Faces(NamedTuple):
    """Rectangles with one normal."""

    normal: tuple[int, int, int]
    corners: Floats
    """``(n, 4, 3)``: x, y and z in cells, y down the picture, in one direction of rotation."""
    cell: NDArray[np.intp]
    """Whose they are: numbers of cells, row by row."""


def faces_of(columns: Columns, *, below: bool) -> list[Faces]:
    """Return the faces not covered by other columns: tops, sides and, if asked, bottoms."""
    width = columns.heights.shape[1]
    row, column = np.nonzero(columns.filled)
    top = columns.heights[row, column]
    cell = row * width + column
    around = np.pad(columns.heights, 1)
    zero = np.zeros_like(top)
    square = ((0, 0), (0, 1), (1, 1), (1, 0))
    found = [Faces((0, 0, 1), _corners(column, row, [(a, b, top) for a, b in square]), cell)]
    for x, y in SIDES:
        near = around[row + 1 + y, column + 1 + x]
        open_ = near < top
        # Along the side, so that seen from outside the corners run counterclockwise.
        ends = (((x + 1) // 2, (1 + x) // 2), ((x + 1) // 2, (1 - x) // 2))
        if y:
            ends = (((1 - y) // 2, (y + 1) // 2), ((1 + y) // 2, (y + 1) // 2))
        low, high = near[open_], top[open_]
        (ax, ay), (bx, by) = ends
        parts = [(ax, ay, low), (bx, by, low), (bx, by, high), (ax, ay, high)]
        found.append(Faces((x, y, 0), _corners(column[open_], row[open_], parts), cell[open_]))
    if below:
        parts = [(a, b, zero) for a, b in square[::-1]]
        found.append(Faces((0, 0, -1), _corners(column, row, parts), cell))
    return found


def _corners(
    x: NDArray[np.intp], y: NDArray[np.intp], parts: Sequence[tuple[float, float, Any]]
) -> Floats:
    corners = [np.stack([x + a, y + b, z], axis=1) for a, b, z in parts]
    return np.stack(corners, axis=1).astype(np.float32)
