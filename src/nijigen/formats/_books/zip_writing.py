"""CBZ and ZIP out: an archive of uncompressed pages, page by page, of any size.

The standard library writes archives to files only, and cannot go on with one.

Source: the ZIP file format specification (APPNOTE 6.3.9).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Any

from nijigen.formats._books import comic_info
from nijigen.formats._books.book import COMIC_INFO
from nijigen.formats._books.pages import Prepared

_TIME, _DATE = 0, 1 << 5 | 1
"""The start of 1980 in the fields of DOS, so that the same pages make the same archive."""
_UNIX, _FILE = 3, 0o100644
_PLAIN, _LARGE = 20, 45
"""Versions of the format: with all numbers of 32 bits, and with some of 64."""
_FULL, _FULL_COUNT = 2**32 - 1, 2**16 - 1


class ZipWriter:
    """An archive that is made page by page.

    Args:
        fields: Elements of its ComicInfo.xml; None for an archive without one.
        known: The ComicInfo.xml of the book that its pages come from.
        digits: Of the numbers that are names of the pages.
    """

    def __init__(self, fields: Mapping[str, str] | None, known: bytes | None, digits: int) -> None:
        self._fields, self._known, self._digits = fields, known, digits
        self._at = 0
        self._members: list[tuple[str, int, int, int]] = []
        self._facts: list[comic_info.PageFacts] = []

    def start(self) -> bytes:
        """Return what stands before the first page."""
        return b""

    def add(self, page: Prepared) -> tuple[bytes, Any]:
        """Return the bytes of a page, and what is noted about it."""
        self._facts.append(comic_info.PageFacts(len(page.content), *page.size))
        name = f"{len(self._facts):0{self._digits}}{page.ending}"
        data = self._member(name, page.content)
        _, check, size, _ = self._members[-1]
        return data, [name, check, size, *page.size]

    def skip(self, size: int, note: Any) -> None:
        """Go on after a page that is finished already."""
        name, check, length, width, height = note
        self._facts.append(comic_info.PageFacts(length, width, height))
        self._members.append((name, check, length, self._at))
        self._at += size

    def end(self) -> bytes:
        """Return what stands after the last page."""
        parts = []
        if self._fields is not None:
            info = comic_info.written(self._known, self._fields, self._facts)
            parts.append(self._member(COMIC_INFO, info))
        start = self._at
        for name, check, size, offset in self._members:
            parts.append(_entry(name, check, size, offset))
            self._at += len(parts[-1])
        return b"".join([*parts, _tail(len(self._members), start, self._at - start)])

    def _member(self, name: str, content: bytes) -> bytes:
        check = zlib.crc32(content)
        self._members.append((name, check, len(content), self._at))
        text = name.encode()
        head = b"PK\3\4" + struct.pack("<5H", _PLAIN, 0, 0, _TIME, _DATE)
        head += struct.pack("<3I2H", check, len(content), len(content), len(text), 0) + text
        self._at += len(head) + len(content)
        return head + content


def _entry(name: str, check: int, size: int, offset: int) -> bytes:
    """Return the entry of a member in the directory at the end."""
    text = name.encode()
    far = offset >= _FULL
    extra = struct.pack("<HHQ", 1, 8, offset) if far else b""
    version = _LARGE if far else _PLAIN
    entry = b"PK\1\2" + struct.pack("<BBHHH", version, _UNIX, version, 0, 0)
    entry += struct.pack("<2H3I", _TIME, _DATE, check, size, size)
    entry += struct.pack("<5H", len(text), len(extra), 0, 0, 0)
    return entry + struct.pack("<2I", _FILE << 16, min(offset, _FULL)) + text + extra


def _tail(count: int, start: int, length: int) -> bytes:
    """Return the end of an archive, whose directory begins at ``start``."""
    tail = b""
    if count >= _FULL_COUNT or start >= _FULL:
        tail = b"PK\6\6" + struct.pack("<QBBH2I", 44, _LARGE, _UNIX, _LARGE, 0, 0)
        tail += struct.pack("<4Q", count, count, length, start)
        tail += b"PK\6\7" + struct.pack("<IQI", 0, start + length, 1)
    counts = (min(count, _FULL_COUNT),) * 2
    return tail + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, *counts, length, min(start, _FULL), 0)
