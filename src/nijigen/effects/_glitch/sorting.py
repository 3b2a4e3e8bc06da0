"""Pixel sorting: intervals of rows or columns, in the order of brightness, hue or saturation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._glitch.options import Bytes, Direction, Moment, Options, SortBy

_TURNS: dict[Direction, int] = {"right": 0, "down": 1, "left": 2, "up": 3}
"""Quarter turns after which pixels are sorted to the right."""
_BAND_PIXELS = 1 << 18


def pixel_sort(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Sort the pixels of each interval whose brightness is in the range."""
    turns = _TURNS[options.sort_direction]
    sortable = options.sortable
    turned = np.ascontiguousarray(np.rot90(image, turns))
    allowed = None if sortable is None else np.ascontiguousarray(np.rot90(sortable, turns))
    width = turned.shape[1]
    limits = (options.sort_low, options.sort_high)
    # Some intervals end early, or the streaks of neighboring rows would all end at the same edge.
    longest = max(2, round(width * min(1.0, 0.6 * options.strength)))
    offsets = moment.lasting("pixel_sort").integers(0, longest, turned.shape[0])
    result = np.empty_like(turned)
    step = max(1, _BAND_PIXELS // width)
    for top in range(0, len(turned), step):
        rows = slice(top, top + step)
        part = None if allowed is None else allowed[rows]
        result[rows] = sorted_rows(
            turned[rows], options.sort_by, limits, part, (longest, offsets[rows])
        )
    return np.ascontiguousarray(np.rot90(result, -turns))


def sorted_rows(
    image: Bytes,
    by: SortBy,
    limits: tuple[float, float],
    allowed: NDArray[np.bool_] | None = None,
    cuts: tuple[int, NDArray[np.int64]] | None = None,
) -> Bytes:
    """Return rows with the pixels of each interval in ascending order.

    One sort of packed numbers does it for all intervals of a row: which interval, then the key,
    then the color itself. Sorting values takes a third of the time of sorting indices.

    Args:
        image: ``(h, w, 3 or 4)``.
        by: The key.
        limits: Lowest and highest brightness in an interval, in percent.
        allowed: Pixels that may be sorted.
        cuts: Longest interval, and an offset for each row.
    """
    height, width, channels = image.shape
    light = brightness(image)
    low, high = (round(limit * 2.55) for limit in limits)
    inside = (light >= low) & (light <= high)
    if channels == 4:
        # Or what is transparent would be strewn over the figure, and the figure around it.
        inside &= image[:, :, 3] > 127
    if allowed is not None:
        inside &= allowed
    key = light if by == "brightness" else _key(image, by)
    # A new interval starts at every pixel outside, and at the first inside after one.
    starts = ~inside
    starts[:, 1:] |= ~inside[:, :-1]
    if cuts is not None:
        longest, offsets = cuts
        starts |= (np.arange(width)[None, :] + offsets[:, None]) % longest == 0
    number = np.cumsum(starts, axis=1, dtype=np.uint32)
    packed = number.astype(np.uint64)
    packed <<= np.uint64(8)
    packed |= key
    packed <<= np.uint64(8 * channels)
    if channels == 4:
        color = np.ascontiguousarray(image).view("<u4")[:, :, 0].astype(np.uint64)
    else:
        wide = np.zeros((height, width, 4), np.uint8)
        wide[:, :, :3] = image
        color = wide.view("<u4")[:, :, 0].astype(np.uint64)
    packed |= color
    packed.sort(axis=1)
    bytes_ = packed.astype(np.uint32).view(np.uint8).reshape(height, width, 4)
    return bytes_[:, :, :channels]


def brightness(image: Bytes) -> Bytes:
    """Return the luma of each pixel, 0 to 255, rounded."""
    red, green, blue = (image[:, :, channel].astype(np.uint16) for channel in range(3))
    # 8-bit weights of BT.601.
    return np.asarray((red * 77 + green * 150 + blue * 29 + 128) >> 8, np.uint8)


def _key(image: Bytes, by: SortBy) -> Bytes:
    import cv2

    colors = np.ascontiguousarray(image[:, :, :3])
    planes: Bytes = cv2.cvtColor(colors, cv2.COLOR_RGB2HSV_FULL).reshape(colors.shape)
    return planes[:, :, 0 if by == "hue" else 1]
