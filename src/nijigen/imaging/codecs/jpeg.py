"""JPEG: segments are parsed here, pixels are decoded by Pillow.

Pillow gets a file without metadata segments, so that it does not parse them.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from typing import Any

from PIL import JpegImagePlugin

from nijigen.core.limits import PIXELS
from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.content import Content, check_filled, check_size, cut_off, damaged
from nijigen.imaging.codecs.modes import straight, to_image

_QUALITY = 92
_START_OF_SCAN, _COMMENT, _JFIF, APP1, APP2, ADOBE = 0xDA, 0xFE, 0xE0, 0xE1, 0xE2, 0xEE
# C4, C8 and CC are tables in the middle of the frame headers.
FRAME_HEADERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
HUFFMAN = {0xC0, 0xC1, 0xC2}
_SCANS = 16
"""Scans of a progressive JPEG that cost as much as its pixels; real files have about ten."""
_LONGEST = 65533
"""Maximum bytes of a segment."""


def read(data: bytes, *, first: bool, least: int = 0) -> Content:
    """Read a JPEG; the first picture of several (MPO).

    Args:
        data: The file.
        first: Every JPEG is one picture.
        least: Pixels of the longer side that are enough: at a half, a quarter or an eighth of the
            size, decoding takes a fraction of the time. 0 is the whole size.
    """
    content = Content([])
    kept = [b"\xff\xd8"]
    profile: dict[int, bytes] = {}
    width = height = 0
    for marker, body, rest in segments(data):
        if marker in FRAME_HEADERS and len(body) >= 5:
            height, width = struct.unpack_from(">HH", body, 1)
            if marker in HUFFMAN:
                size = f"{width}×{height} pixels"
                check_filled(_least_bits(body, width, height), len(data), 8, size)
            check_size(width, height)
        if marker == APP1 and body[:6] == b"Exif\0\0":
            _take_exif(content, body)
        elif marker == APP2 and body[:12] == b"ICC_PROFILE\0" and len(body) > 14:
            profile[body[12]] = body[14:]
        elif marker == _COMMENT:
            content.text["comment"] = exif.decode_text(body).rstrip("\0")
        elif marker == _JFIF and body[:5] == b"JFIF\0" and len(body) >= 12:
            _take_density(content, body)
        if not 0xE0 <= marker <= 0xFE or marker in (_JFIF, ADOBE):
            kept.append(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body)
        if marker == _START_OF_SCAN:
            kept.append(rest)
            _check_scans(rest, width * height)
    if not width:
        raise damaged("the JPEG has no size")
    content.icc = b"".join(profile[part] for part in sorted(profile)) or None
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(b"".join(kept)))
    if least:
        share = least / max(width, height)
        image.draft(None, (math.ceil(width * share), math.ceil(height * share)))
    image.load()
    content.size = (width, height)
    content.frames = [straight(image, content.icc)]
    return content


def write(content: Content) -> bytes:
    """Write gray or RGB, 8 bits, with color at full resolution.

    With the standard Huffman tables: tables of its own make a file 1.5 % smaller, and take three
    times as long.
    """
    options: dict[str, Any] = {}
    if content.dpi is not None:
        options["dpi"] = tuple(min(max(round(side), 1), 65535) for side in content.dpi)
    block = exif.build(content.history, None)
    if block and len(block) <= _LONGEST:
        options["exif"] = block
    quality = _QUALITY if content.quality is None else content.quality
    file = io.BytesIO()
    to_image(content.frames[0]).save(file, "JPEG", quality=quality, subsampling="4:4:4", **options)
    return file.getvalue()


def segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the segments up to the first scan: marker, body, and everything after it."""
    at = 2
    while True:
        at = data.find(b"\xff", at)
        while at >= 0 and data[at + 1 : at + 2] == b"\xff":
            at += 1
        if at < 0 or at + 4 > len(data):
            raise cut_off("the JPEG ends in its header")
        marker, length = struct.unpack_from(">BH", data, at + 1)
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD9:
            at += 2
            continue
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise cut_off("the JPEG ends in its header")
        yield marker, data[at + 4 : end], data[end:] if marker == _START_OF_SCAN else b""
        if marker == _START_OF_SCAN:
            return
        at = end


def _least_bits(frame: bytes, width: int, height: int) -> int:
    """Return the fewest bits that can hold a picture: one for each block of each component."""
    sampling = [(part >> 4, part & 15) for part in frame[7::3][: frame[5]]]
    across, down = (max((sides[axis] for sides in sampling), default=0) for axis in (0, 1))
    if not across or not down:
        raise damaged("the header of the JPEG makes no sense")
    return sum(
        (width * one // (8 * across)) * (height * other // (8 * down)) for one, other in sampling
    )


def _check_scans(data: bytes, pixels: int) -> None:
    """Reject a progressive JPEG with so many scans that decoding takes minutes.

    A scan takes only some bytes, but all blocks of the picture are visited.
    """
    end = data.find(b"\xff\xd9")
    scans = 1 + data.count(b"\xff\xda", 0, end if end >= 0 else len(data))
    PIXELS.check(pixels * scans // _SCANS, f"{pixels:,} pixels in {scans:,} scans")


def _take_exif(content: Content, body: bytes) -> None:
    found = exif.parse(body)
    content.orientation = found.orientation
    content.text.update(found.text)
    content.history = found.history
    content.dpi = content.dpi or found.dpi


def _take_density(content: Content, body: bytes) -> None:
    unit, across, down = struct.unpack_from(">BHH", body, 7)
    per_inch = {1: 1.0, 2: 2.54}.get(unit)
    if per_inch and across and down:
        content.dpi = across * per_inch, down * per_inch
