"""Sparse tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tflite.flatbuffer import Table

Array = NDArray[Any]
DENSE, COMPRESSED = 0, 1
INDICES = {1: "<i4", 2: "<u2", 3: "u1"}
MOST_VALUES = 1 << 24
"""Limit per tensor, since a damaged file may state any size."""


def dense(values: Array, shape: tuple[int, ...], sparsity: Table) -> Array:
    """Return the dense values of a sparse tensor, in row-major order.

    Dimensions are traversed in the order that the file states. Those beyond the tensor's rank are
    block dimensions: the axis named by the block map is split into blocks and positions in a block.

    Raises:
        Unreadable: The indices are inconsistent.
    """
    order = sparsity.array(0, "<i4").tolist()
    blocks = sparsity.array(1, "<i4").tolist()
    levels = sparsity.tables(2)
    rank = len(shape)
    if (
        sorted(order) != list(range(rank + len(blocks)))
        or len(levels) != len(order)
        or any(not 0 <= axis < rank for axis in blocks)
    ):
        raise Unreadable("a sparse tensor's dimensions are inconsistent")
    # The coordinates of every stored value, one row per level.
    places = np.zeros((0, 1), np.int64)
    sizes: list[int] = []
    for level in levels:
        places, size = _descend(places, level)
        sizes.append(size)
    if places.shape[1] != len(values):
        raise Unreadable("the numbers of values and indices of a sparse tensor differ")
    axes, inner = np.zeros((rank, len(values)), np.int64), [1] * rank
    for size, axis in zip(sizes, order, strict=True):
        if axis >= rank:
            inner[blocks[axis - rank]] = size
    if not all(inner):
        raise Unreadable("the blocks of a sparse tensor are sparse themselves")
    for row, axis in zip(places, order, strict=True):
        if axis < rank:
            axes[axis] += row * inner[axis]
        else:
            axes[blocks[axis - rank]] += row
    if min(shape, default=1) < 1 or math.prod(shape) > MOST_VALUES:
        raise Unreadable("a sparse tensor is too large")
    if any(len(row) and row.max() >= side for row, side in zip(axes, shape, strict=True)):
        raise Unreadable("a sparse tensor has values outside its shape")
    result = np.zeros(shape, values.dtype)
    result[tuple(axes)] = values
    return result.reshape(-1)


def _descend(places: Array, level: Table) -> tuple[Array, int]:
    """Extend the coordinates by one dimension; also return its size, 0 if it is sparse."""
    count = places.shape[1]
    if level.number(0, "b") == DENSE:
        size = level.number(1)
        if size < 1 or count * size > MOST_VALUES:
            raise Unreadable("a sparse tensor's sizes are inconsistent")
        below = np.tile(np.arange(size), count)
        return np.vstack([np.repeat(places, size, axis=1), below]), size
    segments, indices = _vector(level, 2, 3), _vector(level, 4, 5)
    lengths = np.diff(segments)
    if (
        len(segments) != count + 1
        or segments[0] != 0
        or segments[-1] != len(indices)
        or (lengths < 0).any()
        or (indices < 0).any()
    ):
        raise Unreadable("a sparse tensor's indices are inconsistent")
    return np.vstack([np.repeat(places, lengths, axis=1), indices]), 0


def _vector(level: Table, kind: int, field: int) -> Array:
    table = level.table(field)
    number = level.number(kind, "B")
    if table is None or number not in INDICES:
        raise Unreadable("a sparse tensor's indices are missing")
    return table.array(0, INDICES[number]).astype(np.int64)
