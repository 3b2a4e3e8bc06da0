"""Postings: an inverted file, which lists for each key the pictures that have it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.atomic import refusing, replacing
from nijigen.core.private import FILE

Chunk = tuple[NDArray[np.integer[Any]], NDArray[np.uint32], NDArray[np.uint8]]
"""Keys, numbers of pictures, and codes ``(n, width)``, a row each."""


class Postings:
    """An inverted file: only the lists that are asked for are read.

    The file has the end of each list, then all numbers, then all codes, both in order of the keys.

    Args:
        path: The file.
        keys: How many keys there are.
        width: Bytes of the code that goes with each number.

    Raises:
        OSError: It cannot be read.
        ValueError: It is damaged.
    """

    def __init__(self, path: Path, keys: int, width: int = 0) -> None:
        self._file = path.open("rb", buffering=0)
        # Held open as long as this: it may be removed when there is a newer one.
        weakref.finalize(self, self._file.close)
        self._width = width
        ends = np.fromfile(self._file, "<i8", keys)
        if len(ends) != keys or path.stat().st_size != 8 * keys + (4 + width) * int(ends[-1]):
            raise ValueError(f"{path} is damaged")
        self.lengths = np.diff(ends, prepend=0)
        """Length of each list."""
        self._starts = ends - self.lengths

    def numbers(self, key: int, most: int | None = None) -> NDArray[np.uint32]:
        """Return the numbers in one list, or at most so many."""
        count = int(self.lengths[key]) if most is None else min(int(self.lengths[key]), most)
        return self._read(4 * int(self._starts[key]), "<u4", count)

    def chunk(self, first: int, last: int) -> Chunk:
        """Return the lists of the keys from ``first`` to before ``last``."""
        lengths = self.lengths[first:last]
        start, count = int(self._starts[first]), int(lengths.sum())
        total = int(self._starts[-1] + self.lengths[-1])
        numbers = self._read(4 * start, "<u4", count)
        codes = self._read(4 * total + self._width * start, "u1", count * self._width)
        keys = np.repeat(np.arange(first, last), lengths)
        return keys, numbers, codes.reshape(count, self._width)

    def _read(self, start: int, dtype: str, count: int) -> NDArray[Any]:
        self._file.seek(8 * len(self.lengths) + start)
        return np.fromfile(self._file, dtype, count)


def write(path: Path, keys: int, chunks: Callable[[], Iterable[Chunk]], width: int = 0) -> None:
    """Write an inverted file atomically.

    Args:
        path: The file.
        keys: How many keys there are.
        chunks: Returns what goes into it, in parts, and the same again: it is called twice. Numbers
            stay in this order in each list.
        width: Bytes of each code.

    Raises:
        OutputError: It cannot be written.
    """
    lengths = np.zeros(keys, np.int64)
    for chunk_keys, _, _ in chunks():
        lengths += np.bincount(chunk_keys, minlength=keys)
    ends = np.cumsum(lengths)
    total = int(ends[-1])
    numbers, codes = np.empty(total, "<u4"), np.empty((total, width), np.uint8)
    free = ends - lengths
    for chunk_keys, chunk_numbers, chunk_codes in chunks():
        order = np.argsort(chunk_keys, kind="stable")
        ordered = chunk_keys[order]
        counts = np.bincount(ordered, minlength=keys)
        # Each goes to the next free place of its list.
        rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = free[ordered] + rank
        numbers[places] = chunk_numbers[order]
        codes[places] = chunk_codes[order]
        free += counts
    with replacing(path, FILE) as file, refusing(path):
        for array in (ends.astype("<i8"), numbers, codes):
            file.write(memoryview(array).cast("B") if array.size else b"")  # type: ignore[arg-type]
