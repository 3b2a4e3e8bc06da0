"""Mark what an enlarged picture has that no plain resampling of its source would give."""

from __future__ import annotations

import functools
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture, Pixels
from nijigen.imaging.resize import Filter, resized
from nijigen.imaging.rows import Rows

MARK = (230, 0, 120)
FULL = 48.0
"""Levels of 255 beyond all resamplers at which a mark is opaque."""


def mark_invented(large: Picture, source: Picture) -> Picture:
    """Return the picture in pale gray, with marks where the networks added something.

    A pixel is marked by its distance from the range that the resamplers (nearest, box, bilinear,
    bicubic, Lanczos) span there: within it, some resampler gives the same.

    Args:
        large: The result.
        source: The picture that it was enlarged from.
    """
    plain = Rows.of(source.pixels).changed(_as_rgb, np.dtype(np.uint8), channels=3)
    others = [resized(plain, large.size, name) for name in get_args(Filter)]
    out = np.empty((large.height, large.width, 3), np.uint8)
    for first, band in Rows.of(large.pixels).bands():
        last = first + len(band)
        spanned = [other.read(first, last) for other in others]
        out[first:last] = _marked(band, spanned)
        for other in others:
            other.release(last)
    return large.with_pixels(out)


def _marked(rows: Pixels, spanned: list[Pixels]) -> Pixels:
    pixels = _as_rgb(rows).astype(np.int16)
    low = functools.reduce(np.minimum, spanned).astype(np.int16)
    high = functools.reduce(np.maximum, spanned).astype(np.int16)
    beyond = np.maximum(pixels - high, low - pixels).max(axis=2).clip(0)
    share: NDArray[np.float32] = (beyond / np.float32(FULL)).clip(0, 1)[:, :, None]
    gray = Picture(rows).reduced().gray().pixels
    pale = 160 + gray.astype(np.float32) * np.float32(95 / 255)
    marked = pale * (1 - share) + np.array(MARK, np.float32) * share
    levels: Pixels = (marked + 0.5).astype(np.uint8)
    return levels


def _as_rgb(rows: Pixels) -> Pixels:
    return Picture(rows).reduced().rgb().pixels
