"""EXIF and TIFF directories: the tags that are used, read leniently, written compactly.

Pillow's own reader warns, and on some broken files raises; this one skips what it cannot read.

Source: TIFF 6.0 (Adobe, 1992) and Exif 2.32 (CIPA DC-008).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nijigen.core.history import History

ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x0112, 0x011A, 0x011B, 0x0128
EXIF_DIRECTORY, USER_COMMENT = 0x8769, 0x9286
SHORT, LONG, RATIONAL, UNDEFINED = 3, 4, 5, 7

_TEXTS = {0x010E: "ImageDescription", 0x013B: "Artist", 0x8298: "Copyright"}
SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, RATIONAL: 8, 6: 1, UNDEFINED: 1, 8: 2, 9: 4, 10: 8}
SIZES |= {11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of one value of each type; the last three are of BigTIFF."""
_MAX_ENTRIES = 1000

Entry = tuple[int, int, int, bytes]
"""Tag, type, count and little-endian payload."""


@dataclass
class Exif:
    """The tags that were found."""

    orientation: int = 1
    dpi: tuple[float, float] | None = None
    text: dict[str, str] = field(default_factory=dict)
    history: str | None = None


def parse(data: bytes) -> Exif:
    """Read an EXIF block, or a whole TIFF file; broken tags count as absent."""
    found = Exif()
    block = data[6:] if data[:6] == b"Exif\0\0" else data
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return found
    resolution: dict[int, float] = {}
    directories = [struct.unpack_from(order + "I", block, 4)[0]]
    for offset in directories:
        for tag, kind, value in _entries(block, offset, order):
            if tag == ORIENTATION and kind == SHORT:
                turn = struct.unpack_from(order + "H", value)[0]
                found.orientation = turn if 1 <= turn <= 8 else 1
            elif tag == RESOLUTION_UNIT and kind == SHORT:
                resolution[tag] = struct.unpack_from(order + "H", value)[0]
            elif tag in (X_RESOLUTION, Y_RESOLUTION) and kind == RATIONAL:
                above, below = struct.unpack_from(order + "II", value)
                resolution[tag] = above / below if below else 0.0
            elif tag in _TEXTS:
                if text := decode_text(value.rstrip(b"\0 ")).strip():
                    found.text[_TEXTS[tag]] = text
            elif tag == USER_COMMENT:
                _take_comment(found, _comment(value, order))
            elif tag == EXIF_DIRECTORY and kind == LONG and len(directories) == 1:
                directories.append(struct.unpack_from(order + "I", value)[0])
    per_inch = {2: 1.0, 3: 2.54}.get(int(resolution.get(RESOLUTION_UNIT, 2)))
    across, down = resolution.get(X_RESOLUTION, 0.0), resolution.get(Y_RESOLUTION, 0.0)
    if per_inch and across > 0 and down > 0:
        found.dpi = across * per_inch, down * per_inch
    return found


def build(history: str | None, dpi: tuple[float, float] | None) -> bytes:
    """Return an EXIF block that starts with ``Exif``, or nothing if there are no tags."""
    entries = resolution_entries(dpi)
    if history is None and not entries:
        return b""
    inner: list[Entry] = [comment_entry(history)] if history is not None else []
    if inner:
        # The inner directory follows the outer one, whose size does not depend on its values.
        start = 8 + len(directory([*entries, (EXIF_DIRECTORY, LONG, 1, bytes(4))], 8))
        entries = [*entries, (EXIF_DIRECTORY, LONG, 1, struct.pack("<I", start))]
    outer = directory(entries, 8)
    block = b"II*\0" + struct.pack("<I", 8) + outer
    return b"Exif\0\0" + block + (directory(inner, len(block)) if inner else b"")


def directory(entries: Sequence[Entry], offset: int, order: str = "<") -> bytes:
    """Return a directory for position ``offset``, with its long values.

    Args:
        entries: Their payloads have the same byte order.
        offset: Position in the file.
        order: Byte order of the numbers: ``<`` or ``>``.
    """
    head = struct.pack(order + "H", len(entries))
    end = offset + 2 + 12 * len(entries) + 4
    tail = b""
    for tag, kind, count, value in sorted(entries, key=lambda entry: entry[0]):
        head += struct.pack(order + "HHI", tag, kind, count)
        if len(value) <= 4:
            head += value.ljust(4, b"\0")
        else:
            head += struct.pack(order + "I", end + len(tail))
            tail += value + bytes(len(value) % 2)
    return head + bytes(4) + tail


def resolution_entries(dpi: tuple[float, float] | None) -> list[Entry]:
    """Return the tags of a resolution in dots per inch."""
    if dpi is None:
        return []
    across, down = (struct.pack("<II", round(min(side, 1e6) * 1000), 1000) for side in dpi)
    return [
        (X_RESOLUTION, RATIONAL, 1, across),
        (Y_RESOLUTION, RATIONAL, 1, down),
        (RESOLUTION_UNIT, SHORT, 1, struct.pack("<H", 2)),
    ]


def comment_entry(text: str) -> Entry:
    """Return the tag UserComment with its character code."""
    if text.isascii():
        value = b"ASCII\0\0\0" + text.encode("ascii")
    else:
        value = b"UNICODE\0" + text.encode("utf-16-le", "surrogatepass")
    return USER_COMMENT, UNDEFINED, len(value), value


def decode_text(value: bytes) -> str:
    """Decode text of unknown encoding: UTF-8 if valid, else Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _entries(block: bytes, offset: int, order: str) -> Iterator[tuple[int, int, bytes]]:
    if offset + 2 > len(block):
        return
    count = struct.unpack_from(order + "H", block, offset)[0]
    for at in range(offset + 2, offset + 2 + 12 * min(count, _MAX_ENTRIES), 12):
        if at + 12 > len(block):
            return
        tag, kind, number = struct.unpack_from(order + "HHI", block, at)
        size = SIZES.get(kind, 0) * number
        start = at + 8 if size <= 4 else struct.unpack_from(order + "I", block, at + 8)[0]
        value = block[start : start + size]
        if size and len(value) == size:
            yield tag, kind, value


def _comment(value: bytes, order: str) -> str:
    code, text = value[:8], value[8:]
    if code == b"UNICODE\0":
        return _utf16(text, order).rstrip("\0").strip()
    if code == b"JIS\0\0\0\0\0":
        return text.decode("iso2022_jp", "replace").rstrip("\0").strip()
    return decode_text(text.strip(b"\0 "))


def _utf16(text: bytes, order: str) -> str:
    """Decode UTF-16, whose byte order many programs get wrong."""
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16", "replace")
    # Latin letters have a zero high byte, so zeros show the byte order.
    first, second = text[0::2].count(0), text[1::2].count(0)
    big = first > second if first != second else order == ">"
    return text.decode("utf-16-be" if big else "utf-16-le", "replace")


def _take_comment(found: Exif, text: str) -> None:
    history = History.from_json(text)
    if history is not None and history.steps:
        found.history = text
    elif text:
        found.text["UserComment"] = text
