"""Reading TIFF with Pillow and libtiff, with 8 or 16 bits a sample."""

from __future__ import annotations

import io
import struct
import sys
from typing import Any

import numpy as np
from PIL import TiffImagePlugin

from nijigen.core.errors import UnsupportedFormat
from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.content import (
    DEFLATE,
    LZW,
    RUNS,
    Array,
    Content,
    check_filled,
    check_size,
    cut_off,
    damaged,
)
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.modes import straight
from nijigen.imaging.codecs.quiet import quiet

_BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANAR = 258, 259, 262, 277, 284
_YCBCR = 6
# What a byte can hold with no compression, LZW, deflate (two numbers) and PackBits.
_RATIOS = {1: 1, 5: LZW, 8: DEFLATE, 32946: DEFLATE, 32773: RUNS}
_TILE_WIDTH, _TILE_LENGTH = 322, 323
# Offsets and lengths of the strips, and of the tiles.
_PLACES = ((273, 279), (324, 325))


def read(data: bytes, *, first: bool) -> Content:
    """Read the first page of a TIFF, rotated by its orientation tag."""
    # Pillow warns about each odd tag when it opens the file and when it rotates the picture.
    with quiet():
        return _read(data)


def _read(data: bytes) -> Content:
    _check_directory(data)
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    except (SyntaxError, TypeError) as error:
        # Complete, so the file has a feature that Pillow does not support.
        raise UnsupportedFormat(
            f"a kind of TIFF that is not read here ({error})", "convert it to PNG first"
        ) from error
    tags = image.tag_v2
    _check_complete(image, len(data))
    check_size(*image.size, depth=max(_numbers(image, _BITS)) if _BITS in tags else 1)
    if _TILE_WIDTH in tags and _TILE_LENGTH in tags:
        check_size(tags[_TILE_WIDTH], tags[_TILE_LENGTH])
    pages = _pages(data)
    found = exif.parse(data)
    text = {**found.text, "pages": str(pages)} if pages > 1 else found.text
    icc = image.info.get("icc_profile") or None
    content = Content([], text=text, dpi=found.dpi, icc=icc, history=found.history)
    content.frames = [_pixels(image, data, icc)]
    return content


def _layout(data: bytes) -> tuple[str, str, int, str, int, int]:
    """Return how a file is laid out.

    Byte order; an offset; where the first directory is; the count of a directory; size of an entry,
    and of a value that stands in it.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    return (order, order + "Q", 8, "Q", 20, 8) if big else (order, order + "I", 4, "H", 12, 4)


def _pages(data: bytes) -> int:
    """Return the number of directories; Pillow would parse each of them."""
    order, number, place, count, step, _ = _layout(data)
    known: set[int] = set()
    try:
        while (start := struct.unpack_from(number, data, place)[0]) and start not in known:
            known.add(start)
            entries = struct.unpack_from(order + count, data, start)[0]
            place = start + struct.calcsize(count) + entries * step
    except struct.error:
        pass
    return len(known)


def _check_directory(data: bytes) -> None:
    """Reject a file with a truncated first directory; libtiff would print and guess."""
    order, number, first, count, step, inline = _layout(data)
    try:
        start = struct.unpack_from(number, data, first)[0]
        entries = struct.unpack_from(order + count, data, start)[0]
        start += struct.calcsize(count)
        struct.unpack_from(number, data, start + entries * step)
        for at in range(start, start + entries * step, step):
            kind = struct.unpack_from(order + "H", data, at + 2)[0]
            size = struct.unpack_from(number, data, at + 4)[0] * exif.SIZES.get(kind, 0)
            place = struct.unpack_from(number, data, at + step - inline)[0]
            if size > inline and place + size > len(data):
                raise cut_off("a part of the header of the TIFF is missing")
    except struct.error as error:
        raise cut_off("a part of the header of the TIFF is missing") from error


def _check_complete(image: TiffImagePlugin.TiffImageFile, size: int) -> None:
    for offsets, lengths in _PLACES:
        if offsets in image.tag_v2:
            starts = _numbers(image, offsets)
            counts = _numbers(image, lengths) if lengths in image.tag_v2 else (0,) * len(starts)
            if len(starts) != len(counts):
                raise damaged("the TIFF has no offsets of its pixels")
            if any(start + count > size for start, count in zip(starts, counts, strict=True)):
                raise cut_off("a part of the pixels of the TIFF is missing")
            # Old writers leave the lengths out, or write zeros.
            _check_filled(image, max(size, sum(counts)))


def _check_filled(image: TiffImagePlugin.TiffImageFile, packed: int) -> None:
    """Reject a size that the strips cannot fill; some compressions have no limit."""
    ratio = _RATIOS.get(image.tag_v2.get(_COMPRESSION, 1))
    if ratio is None:
        return
    bits = min(_numbers(image, _BITS)) if _BITS in image.tag_v2 else 1
    # The colors of YCbCr are there for some pixels only.
    samples = 1 if image.tag_v2.get(_PHOTOMETRIC) == _YCBCR else image.tag_v2.get(_SAMPLES, 1)
    needed = image.width * image.height * samples * bits // 8
    check_filled(needed, packed, ratio, f"{image.width}×{image.height} pixels")


def _numbers(image: TiffImagePlugin.TiffImageFile, tag: int) -> tuple[int, ...]:
    value = image.tag_v2[tag]
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _pixels(image: TiffImagePlugin.TiffImageFile, data: bytes, icc: bytes | None) -> Array:
    bits = _numbers(image, _BITS) if _BITS in image.tag_v2 else (1,)
    photometric = image.tag_v2.get(_PHOTOMETRIC)
    if bits[0] == 16 and photometric == 2 and image.tag_v2.get(_PLANAR, 1) == 1:
        return to_srgb(_wide(image, data), icc)
    image.load()
    if image.mode.startswith("I;16"):
        values: Array = np.array(image).astype(np.uint16)
        if bits[0] == 12:
            values = values << 4 | values >> 8
        if photometric == 0:
            values = np.uint16(65535) - values
        return to_srgb(values[:, :, None], icc)
    return straight(image, icc)


def _wide(image: TiffImagePlugin.TiffImageFile, data: bytes) -> Array:
    """Read 16-bit color with Pillow, which only has 8 bits for color.

    Its unpackers for either byte order drop one of the two bytes, so decoding twice gives both.
    libtiff returns samples in the byte order of the machine, not of the file.
    """
    size = image.tag_v2[256], image.tag_v2[257]
    samples = str((image.tile[0].args or "?")[0]).split(";")[0]
    premultiplied = samples == "RGBa"
    samples = samples.replace("a", "A")
    low, high = ("B", "L") if sys.byteorder == "little" else ("L", "B")
    halves = []
    for order in (high, low):
        page = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
        page.use_load_libtiff = True
        layout = (f"{samples};16{order}", False, page.tag_v2.offset)
        whole: dict[str, Any] = {
            "codec_name": "libtiff",
            "extents": (0, 0, *size),
            "offset": 0,
            "args": layout,
        }
        page.tile = [page.tile[0]._replace(**whole)]
        page.load()
        halves.append(np.array(page).astype(np.uint16))
    pixels = halves[0] << 8 | halves[1]
    if premultiplied:
        alpha = pixels[:, :, 3:].astype(np.float64) / 65535
        color = pixels[:, :, :3] / np.maximum(alpha, 1e-9) + 0.5
        pixels[:, :, :3] = np.where(alpha > 0, np.minimum(color, 65535), 0).astype(np.uint16)
    return pixels
