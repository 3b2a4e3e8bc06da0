"""Rows: a picture that is computed from top to bottom while it is read.

What works on rows needs memory for some bands of a picture, however large it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nijigen.core.picture import Pixels

BAND = 1 << 16
"""Pixels that are read at once where the reader does not matter: they fit in the cache of a CPU."""
_BLOCK, _BLOCKS = 64, 8
"""Rows of a block that is computed at once, and how many of these are kept."""


def _nothing(before: int) -> None:
    """Release nothing: the rows can always be read again."""


@dataclass(frozen=True)
class Rows:
    """A picture whose rows are computed when they are read.

    Attributes:
        shape: Height, width and channels.
        dtype: ``uint8`` or ``uint16``; ``float32`` on the way.
        read: Returns the rows from the first to before the last, ``(rows, W, C)``; not to be
            changed.
        release: Says that no row before this one is read again.
    """

    shape: tuple[int, int, int]
    dtype: np.dtype
    read: Callable[[int, int], Pixels]
    release: Callable[[int], None] = _nothing

    @classmethod
    def of(cls, pixels: Pixels) -> Rows:
        """Return the rows of an array ``(H, W, C)``."""
        height, width, channels = pixels.shape
        shape = height, width, channels
        return cls(shape, pixels.dtype, lambda first, last: pixels[first:last])

    @classmethod
    def in_blocks(
        cls, shape: tuple[int, int, int], dtype: np.dtype, make: Callable[[int, int], Pixels]
    ) -> Rows:
        """Return rows that can be computed in any order; the last few are kept.

        Args:
            shape: Height, width and channels.
            dtype: Of the pixels.
            make: Computes the rows from the first, a multiple of 64, to before the last.
        """

        @lru_cache(_BLOCKS)
        def block(index: int) -> Pixels:
            return make(index * _BLOCK, min((index + 1) * _BLOCK, shape[0]))

        def read(first: int, last: int) -> Pixels:
            start = first // _BLOCK
            parts = [block(index) for index in range(start, -(-last // _BLOCK))]
            rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
            return rows[first - start * _BLOCK : last - start * _BLOCK]

        return cls(shape, dtype, read)

    @classmethod
    def in_order(
        cls, shape: tuple[int, int, int], dtype: np.dtype, bands: Iterator[Pixels]
    ) -> Rows:
        """Return rows that are computed once, from top to bottom.

        They are kept until they are released.

        Args:
            shape: Height, width and channels.
            dtype: Of the pixels.
            bands: Computes some rows at once; together they are the picture.
        """
        kept = _Kept(bands)
        return cls(shape, dtype, kept.read, kept.release)

    def changed(
        self, change: Callable[[Pixels], Pixels], dtype: np.dtype, channels: int | None = None
    ) -> Rows:
        """Return rows of which each is computed from the same row of these."""
        shape = *self.shape[:2], channels or self.shape[2]
        return Rows(shape, dtype, lambda a, b: change(self.read(a, b)), self.release)

    def bands(self) -> Iterator[tuple[int, Pixels]]:
        """Yield all rows in bands, and the number of the first row of each."""
        height, width = self.shape[:2]
        step = max(1, BAND // width)
        for first in range(0, height, step):
            yield first, self.read(first, min(first + step, height))
            self.release(first + step)

    def whole(self) -> Pixels:
        """Return all rows."""
        out = np.empty(self.shape, self.dtype)
        for first, band in self.bands():
            out[first : first + len(band)] = band
        return out


class _Kept:
    """The bands of an iterator that were computed and are not released yet."""

    def __init__(self, bands: Iterator[Pixels]) -> None:
        self._bands = bands
        self._kept: list[tuple[int, Pixels]] = []
        self._end = 0

    def read(self, first: int, last: int) -> Pixels:
        while self._end < last:
            band = next(self._bands)
            self._kept.append((self._end, band))
            self._end += len(band)
        parts = [
            band[max(0, first - start) : last - start]
            for start, band in self._kept
            if start < last and start + len(band) > first
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def release(self, before: int) -> None:
        kept = []
        for start, band in self._kept:
            rest = band[max(0, before - start) :]
            if 0 < len(rest) <= len(band) // 2:
                # A view would keep the whole band, while the next one is computed.
                kept.append((start + len(band) - len(rest), rest.copy()))
            elif len(rest):
                kept.append((start, band))
        self._kept = kept
