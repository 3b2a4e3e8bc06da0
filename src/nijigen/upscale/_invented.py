"""Mark what an enlarged picture has that no plain resampling of its source would give."""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.imaging.resize import Filter, resize

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
    pixels = large.reduced().rgb().pixels.astype(np.int16)
    plain = source.reduced().rgb()
    low, high = np.full(pixels.shape, 255, np.int16), np.zeros(pixels.shape, np.int16)
    for name in get_args(Filter):
        other = resize(plain, large.size, name).pixels
        low, high = np.minimum(low, other), np.maximum(high, other)
    beyond = np.maximum(pixels - high, low - pixels).max(axis=2).clip(0)
    share: NDArray[np.float32] = (beyond / np.float32(FULL)).clip(0, 1)[:, :, None]
    pale = 160 + large.reduced().gray().pixels.astype(np.float32) * np.float32(95 / 255)
    marked = pale * (1 - share) + np.array(MARK, np.float32) * share
    return large.with_pixels((marked + 0.5).astype(np.uint8))
