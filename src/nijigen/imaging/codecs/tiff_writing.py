"""Writing TIFF: one or more pages, deflated strips, 8 or 16 bits a sample."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nijigen.core.errors import OutputError
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
_LARGEST = 2**32 - 1
"""Bytes of a file: places in it have 32 bits."""


def write(content: Content) -> bytes:
    """Write gray, RGB or RGBA with 8 or 16 bits."""
    return b"".join(write_pages([content]))


def write_pages(pages: Iterable[Content]) -> Iterator[bytes]:
    """Yield the parts of a file of several pages, each with its own size, depth and resolution.

    A page is taken when the one before is finished, so only one is in memory as pixels.

    Raises:
        OutputError: The file would be larger than 4 GB.
    """
    at, before = 8, None
    for content in pages:
        page = _page(content, at)
        # The header names the first directory, and each directory the next one.
        place = struct.pack("<I", page.directory)
        if before is None:
            yield b"II*\0" + place
        else:
            before.data[before.link : before.link + 4] = place
            yield bytes(before.data)
        at, before = at + len(page.data), page
        if at > _LARGEST:
            raise OutputError(
                "the pages need more than the 4 GB that a TIFF holds", "write a file for each page"
            )
    if before is not None:
        yield bytes(before.data)


@dataclass(frozen=True)
class _Page:
    """The part of a file that holds a page.

    Attributes:
        data: Its strips, then its directory.
        directory: Where in the file its directory is.
        link: Where in the data the place of the next directory is.
    """

    data: bytearray
    directory: int
    link: int


def _page(content: Content, at: int) -> _Page:
    """Return the part of a file for a page of gray, RGB or RGBA that starts at a place."""
    pixels = content.frames[0]
    height, width, channels = pixels.shape
    rows = max(1, _STRIP // (width * channels * pixels.dtype.itemsize))
    strips = [_packed(pixels[top : top + rows]) for top in range(0, height, rows)]
    starts = []
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
    link = len(body) + 2 + 12 * len(entries)
    return _Page(bytearray(body + directory(entries, at)), at, link)


def _packed(rows: Array) -> bytes:
    """Return a strip as deflated differences to the pixel on the left."""
    little = rows.astype(rows.dtype.newbyteorder("<"))
    little[:, 1:] -= rows[:, :-1]
    return zlib.compress(np.ascontiguousarray(little).tobytes(), _LEVEL)


def _shorts(tag: int, *values: int) -> Entry:
    return tag, SHORT, len(values), struct.pack(f"<{len(values)}H", *values)


def _longs(tag: int, *values: int) -> Entry:
    return tag, LONG, len(values), struct.pack(f"<{len(values)}I", *values)
