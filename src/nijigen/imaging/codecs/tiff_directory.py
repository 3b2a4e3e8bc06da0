"""TIFF directories: the tags of every page, of classic and of big files.

Source: TIFF 6.0 (Adobe, 1992); BigTIFF as documented by libtiff.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from mmap import mmap

from nijigen.imaging.codecs.content import cut_off, damaged
from nijigen.imaging.codecs.exif import SIZES

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
FILL_ORDER, SAMPLES, ROWS, PLANAR, PREDICTOR = 266, 277, 278, 284, 317
STRIPS, STRIP_LENGTHS, TILES, TILE_LENGTHS = 273, 279, 324, 325
TILE_WIDTH, TILE_HEIGHT, EXTRA_SAMPLES, SAMPLE_FORMAT = 322, 323, 338, 339
_SUBFILE, _JPEG_TABLES, _PROFILE = 254, 347, 34675
_REDUCED, _MASK = 1, 4
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_PAGES = 2**16


@dataclass(frozen=True)
class Page:
    """A directory: one picture."""

    offset: int
    """Where the directory is in the file."""
    order: str
    """Byte order: ``<`` or ``>``."""
    big: bool
    """Whether offsets have 64 bits."""
    numbers: Mapping[int, tuple[int, ...]]
    """Values of the tags that are integers."""
    tables: bytes = b""
    """The tables that all JPEG strips share."""
    profile: bytes = b""
    """The ICC profile."""

    def number(self, tag: int, default: int = 0) -> int:
        """Return the first value of a tag."""
        return (self.numbers.get(tag) or (default,))[0]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.number(WIDTH), self.number(HEIGHT)

    @property
    def samples(self) -> int:
        """Number of samples of a pixel."""
        return self.number(SAMPLES, 1)

    @property
    def bits(self) -> int:
        """Largest number of bits of a sample."""
        return max(self.numbers.get(BITS) or (1,))

    @property
    def planes(self) -> bool:
        """Whether each sample has strips of its own."""
        return self.number(PLANAR, 1) == 2 and self.samples > 1

    @property
    def pieces(self) -> list[tuple[int, int]]:
        """Offset and length of each strip or tile."""
        tags = (TILES, TILE_LENGTHS) if TILES in self.numbers else (STRIPS, STRIP_LENGTHS)
        starts, lengths = (self.numbers.get(tag, ()) for tag in tags)
        if starts and not lengths and len(starts) == 1:
            return [(starts[0], 0)]
        if not starts or len(starts) != len(lengths):
            raise damaged("the TIFF has no offsets of its pixels")
        return list(zip(starts, lengths, strict=True))


def pages_of(data: bytes | mmap) -> list[Page]:
    """Return the pages of a file, without its thumbnails and masks.

    Raises:
        BadPicture: A directory is missing or cut off.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    place, number = (8, order + "Q") if big else (4, order + "I")
    found: list[Page] = []
    known: set[int] = set()
    try:
        while (at := struct.unpack_from(number, data, place)[0]) and at not in known:
            known.add(at)
            if len(known) > _MOST_PAGES:
                raise damaged("the TIFF has more pages than any real one")
            page, place = _directory(data, at, order, big=big)
            found.append(page)
    except struct.error as error:
        raise cut_off("a part of the header of the TIFF is missing") from error
    kept = [page for page in found if not page.number(_SUBFILE) & (_REDUCED | _MASK)]
    if not found:
        raise damaged("the TIFF has no picture")
    return kept or found[:1]


def _directory(data: bytes | mmap, at: int, order: str, *, big: bool) -> tuple[Page, int]:
    """Return the directory at an offset, and where the offset of the next one is."""
    count, step, inline, number = ("Q", 20, 8, "Q") if big else ("H", 12, 4, "I")
    (entries,) = struct.unpack_from(order + count, data, at)
    first = at + struct.calcsize(count)
    end = first + entries * step
    struct.unpack_from(order + number, data, end - struct.calcsize(number))
    found: dict[int, tuple[int, ...]] = {}
    blocks: dict[int, bytes] = {}
    for place in range(first, end, step):
        tag, kind, length = struct.unpack_from(f"{order}HH{number}", data, place)
        size = length * SIZES.get(kind, 0)
        value = place + step - inline
        if size > inline:
            (value,) = struct.unpack_from(order + number, data, value)
        if value + size > len(data):
            raise cut_off("a part of the header of the TIFF is missing")
        if tag in (_JPEG_TABLES, _PROFILE):
            blocks[tag] = data[value : value + size]
        elif kind in _CODES:
            found[tag] = struct.unpack_from(f"{order}{length}{_CODES[kind]}", data, value)
    tables, profile = blocks.get(_JPEG_TABLES, b""), blocks.get(_PROFILE, b"")
    return Page(at, order, big, found, tables, profile), end
