"""Writing TIFF: one page, deflated strips, 8 or 16 bits a sample."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from nijigen.imaging.codecs.content import Array, Content
from nijigen.imaging.codecs.exif import (
    EXIF_DIRECTORY,
    LONG,
    SHORT,
    Entry,
    comment_entry,
    directory,
    resolution_entries,
)

_LEVEL = 6
_STRIP = 2**20
"""Bytes of a strip before compression."""
_DEFLATE, _DIFFERENCES, _STRAIGHT_ALPHA = 8, 2, 2


def write(content: Content) -> bytes:
    """Write gray, RGB or RGBA with 8 or 16 bits."""
    pixels = content.frames[0]
    height, width, channels = pixels.shape
    rows = max(1, _STRIP // (width * channels * pixels.dtype.itemsize))
    strips = [_packed(pixels[top : top + rows]) for top in range(0, height, rows)]
    starts, at = [], 8
    for strip in strips:
        starts.append(at)
        at += len(strip) + len(strip) % 2
    body = b"".join(strip + bytes(len(strip) % 2) for strip in strips)
    entries: list[Entry] = [
        _longs(256, width),
        _longs(257, height),
        _shorts(258, *[8 * pixels.dtype.itemsize] * channels),
        _shorts(259, _DEFLATE),
        _shorts(262, 1 if channels == 1 else 2),
        _longs(273, *starts),
        _shorts(277, channels),
        _longs(278, rows),
        _longs(279, *map(len, strips)),
        *resolution_entries(content.dpi),
        _shorts(317, _DIFFERENCES),
        *([_shorts(338, _STRAIGHT_ALPHA)] if channels == 4 else []),
    ]
    if content.history is not None:
        inner = directory([comment_entry(content.history)], at)
        inner += bytes(len(inner) % 2)
        entries.append(_longs(EXIF_DIRECTORY, at))
        body, at = body + inner, at + len(inner)
    return b"II*\0" + struct.pack("<I", at) + body + directory(entries, at)


def _packed(rows: Array) -> bytes:
    """Return a strip as deflated differences to the pixel on the left."""
    little = rows.astype(rows.dtype.newbyteorder("<"))
    little[:, 1:] -= rows[:, :-1]
    return zlib.compress(np.ascontiguousarray(little).tobytes(), _LEVEL)


def _shorts(tag: int, *values: int) -> Entry:
    return tag, SHORT, len(values), struct.pack(f"<{len(values)}H", *values)


def _longs(tag: int, *values: int) -> Entry:
    return tag, LONG, len(values), struct.pack(f"<{len(values)}I", *values)
