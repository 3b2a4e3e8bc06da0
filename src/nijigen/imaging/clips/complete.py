"""Detect truncated video files: ffmpeg decodes what is left of one without an error.

Source: ISO/IEC 14496-12 for the boxes, RFC 8794 (EBML) and RFC 9559 (Matroska) for the elements.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from nijigen.imaging.codecs.content import cut_off

_EBML, _SEGMENT = b"\x1aE\xdf\xa3", b"\x18\x53\x80\x67"


def check_complete(path: Path) -> None:
    """Reject a file that is shorter than its headers state.

    Raises:
        BadPicture: The file is truncated.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        file.seek(0)
        if head.startswith(_EBML):
            end = _end_of_segment(file)
        elif head.startswith(b"RIFF"):
            end = 8 + int.from_bytes(head[4:8], "little")
        else:
            end = _end_of_boxes(file, size)
    if end > size:
        raise cut_off(f"{path} has {size} of {end} bytes")


def _end_of_boxes(file: BinaryIO, size: int) -> int:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8:
            # Zero means up to the end of the file; other values below 8 are left to the decoder.
            return size
        at += length
    return at


def _end_of_segment(file: BinaryIO) -> int:
    file.seek(4)
    header = _number(file)
    file.seek(header or 0, 1)
    if file.read(4) != _SEGMENT:
        return 0
    length = _number(file)
    return 0 if length is None else file.tell() + length


def _number(file: BinaryIO) -> int | None:
    """Read a length; None if it is unknown, as in live streams."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    count = 8 - first[0].bit_length()
    value = int.from_bytes(bytes([first[0] & (0x7F >> count)]) + file.read(count), "big")
    return None if value == (1 << 7 * (count + 1)) - 1 else value
