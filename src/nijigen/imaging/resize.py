"""Resize pictures of 8 and 16 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from PIL import Image

from nijigen.core.alpha import Bleeding
from nijigen.core.picture import Picture, Pixels
from nijigen.imaging._resampling import Resampling, across, down_first, nearest
from nijigen.imaging.rows import BAND, Rows

Filter = Literal["nearest", "box", "bilinear", "bicubic", "lanczos"]
AT_ONCE = 1 << 22
"""Pixels of source or result that Pillow resizes at once, which is faster and gives the same."""


def resize(picture: Picture, size: tuple[int, int], filter: Filter = "lanczos") -> Picture:
    """Return the picture at another size (width, height).

    Uses Pillow's filters, with support scaled for reduction; color is extended under alpha first,
    so that cut-outs get no fringe. Values stay sRGB, as the networks were trained. Beyond the
    pixels of source and result, memory is needed for some rows only.
    """
    if size == picture.size:
        return picture
    out = np.empty((size[1], size[0], picture.channels), picture.pixels.dtype)
    if picture.channels == 4:
        _fill(out[:, :, :3], color_rows(picture), size, filter)
        _fill(out[:, :, 3:], Rows.of(picture.pixels[:, :, 3:]), size, filter)
    else:
        _fill(out, Rows.of(picture.pixels), size, filter)
    return picture.with_pixels(out)


def color_rows(picture: Picture) -> Rows:
    """Return the rows of a picture without its alpha; color is extended under alpha."""
    bleeding = Bleeding(picture)
    shape = picture.height, picture.width, min(picture.channels, 3)
    return Rows.in_blocks(shape, picture.pixels.dtype, bleeding.rows)


def _fill(out: Pixels, rows: Rows, size: tuple[int, int], filter: Filter) -> None:
    if rows.dtype == np.uint8 and max(out[:, :, 0].size, rows.shape[0] * rows.shape[1]) <= AT_ONCE:
        whole = rows.whole()
        image = Image.fromarray(whole[:, :, 0] if whole.shape[2] == 1 else whole)
        made = np.asarray(image.resize(size, Image.Resampling[filter.upper()]))
        out[:] = made.reshape(out.shape)
        return
    for first, band in resized(rows, size, filter).bands():
        out[first : first + len(band)] = band


def resized(rows: Rows, size: tuple[int, int], filter: Filter = "lanczos") -> Rows:
    """Return rows at another size (width, height), of gray or RGB.

    The bytes are those that Pillow makes of the whole picture.
    """
    height, width, channels = rows.shape
    if size == (width, height):
        return rows
    shape = size[1], size[0], channels
    bands = _nearest(rows, size) if filter == "nearest" else _filtered(rows, size, filter)
    return Rows.in_order(shape, rows.dtype, bands)


def _nearest(rows: Rows, size: tuple[int, int]) -> Iterator[Pixels]:
    columns = nearest(rows.shape[1], size[0])
    places = nearest(rows.shape[0], size[1])
    for first, last in _steps(*size):
        part = places[first:last]
        source = rows.read(part[0], part[-1] + 1)
        rows.release(part[-1])
        yield source[(part - part[0])[:, None], columns]


def _filtered(rows: Rows, size: tuple[int, int], filter: Filter) -> Iterator[Pixels]:
    deep = rows.dtype == np.uint16
    if deep:
        rows = rows.changed(lambda band: band.astype(np.float32), np.dtype(np.float32))
    if down_first(rows.shape[:2], size):
        rows = _at_width(_at_height(rows, size[1], filter), size[0], filter)
    else:
        rows = _at_height(_at_width(rows, size[0], filter), size[1], filter)
    for _, band in rows.bands():
        yield (band.clip(0, 65535) + 0.5).astype(np.uint16) if deep else band


def _at_width(rows: Rows, width: int, filter: Filter) -> Rows:
    height, old, channels = rows.shape
    if width == old:
        return rows
    bands = (across(band, width, filter) for _, band in rows.bands())
    return Rows.in_order((height, width, channels), rows.dtype, bands)


def _at_height(rows: Rows, height: int, filter: Filter) -> Rows:
    old, width, channels = rows.shape
    if height == old:
        return rows
    down = Resampling.between(old, height, filter)

    def bands() -> Iterator[Pixels]:
        for first, last in _steps(width, height):
            top, end = down.reach(first, last)
            yield down.applied(rows.read(top, end), top, first, last)
            rows.release(top)

    return Rows.in_order((height, width, channels), rows.dtype, bands())


def _steps(width: int, height: int) -> Iterator[tuple[int, int]]:
    step = max(1, BAND // width)
    return ((first, min(first + step, height)) for first in range(0, height, step))
