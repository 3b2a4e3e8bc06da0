"""TIFF layouts that Pillow cannot read.

They are 16 bits a sample, a plane for each sample, gray with alpha, and big-endian BigTIFF.

Pillow and libtiff unpack the samples as if they were wide gray pictures; what remains to do is to
undo the predictor and to put the samples in order.
"""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image, TiffImagePlugin

from nijigen.core.errors import UnsupportedFormat
from nijigen.imaging.codecs import tiff_directory as tags
from nijigen.imaging.codecs.content import Array, damaged
from nijigen.imaging.codecs.exif import LONG, SHORT, directory
from nijigen.imaging.codecs.icc import cmyk_to_rgb, to_srgb
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.codecs.tiff_directory import Page

_WHITE_IS_ZERO, _GRAY, _RGB, _CMYK = 0, 1, 2, 5
_COLORS = {_WHITE_IS_ZERO: 1, _GRAY: 1, _RGB: 3, _CMYK: 4}
_LOSSLESS = (1, 5, 8, 32946, 32773, 34925, 50000)
"""Compressions of bytes: none, LZW, deflate (two numbers), PackBits, LZMA and Zstandard."""
_DIFFERENCES = 2
_PREMULTIPLIED, _STRAIGHT = 1, 2


def is_special(page: Page) -> bool:
    """Return whether a page has such a layout, which :func:`pixels` reads."""
    color = _COLORS.get(page.number(tags.PHOTOMETRIC, _GRAY))
    sizes = set(page.numbers.get(tags.BITS, (1,)))
    plain = (
        page.number(tags.COMPRESSION, 1) in _LOSSLESS and page.number(tags.SAMPLE_FORMAT, 1) == 1
    )
    if color is None or page.samples < color or sizes not in ({8}, {16}) or not plain:
        return False
    # Pillow takes big files of this byte order for small ones.
    foreign = page.big and page.order == ">"
    return page.bits == 16 or page.planes or (color == 1 and page.samples > 1) or foreign


def pixels(page: Page, data: bytes, icc: bytes | None) -> Array:
    """Return gray, RGB or RGBA pixels, ``(H, W, C)``, in sRGB."""
    samples = _samples(page, data)
    kind = page.number(tags.PHOTOMETRIC, _GRAY)
    count = _COLORS[kind]
    color, alpha = samples[:, :, :count], None
    extras = page.numbers.get(tags.EXTRA_SAMPLES, ())
    for index, meaning in enumerate(extras[: samples.shape[2] - count]):
        if meaning in (_PREMULTIPLIED, _STRAIGHT):
            alpha = samples[:, :, count + index, None]
            color = _divided(color, alpha) if meaning == _PREMULTIPLIED else color
            break
    if kind == _WHITE_IS_ZERO:
        color = np.iinfo(color.dtype).max - color
    if kind == _CMYK:
        eight = (color >> 8).astype(np.uint8) if color.dtype == np.uint16 else color
        image = Image.frombytes("CMYK", page.size, np.ascontiguousarray(eight).tobytes())
        color = np.array(cmyk_to_rgb(image, icc))
        alpha = alpha if alpha is None or alpha.dtype == np.uint8 else (alpha >> 8).astype(np.uint8)
    else:
        color = to_srgb(np.ascontiguousarray(color), icc)
    if alpha is None:
        return color
    return np.concatenate([with_channels(color, 3), alpha], axis=2)


def _samples(page: Page, data: bytes) -> Array:
    """Return all samples, ``(H, W, S)`` of uint8 or uint16."""
    width, height = page.size
    if not page.planes:
        return _unpacked(page, data, page.samples, page.pieces)
    pieces = page.pieces
    if len(pieces) % page.samples:
        raise damaged("a plane of the TIFF is missing")
    each = len(pieces) // page.samples
    planes = [
        _unpacked(page, data, 1, pieces[each * plane : each * (plane + 1)])
        for plane in range(page.samples)
    ]
    return np.concatenate(planes, axis=2).reshape(height, width, page.samples)


def _unpacked(page: Page, data: bytes, across: int, pieces: list[tuple[int, int]]) -> Array:
    """Unpack some strips or tiles, with so many samples beside each other for each pixel."""
    width, height = page.size
    file = _as_gray(page, data, across, pieces)
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(file))
    except (SyntaxError, TypeError) as error:
        raise UnsupportedFormat(
            f"a kind of TIFF that is not read here ({error})", "convert it to PNG first"
        ) from error
    image.load()
    dtype = np.uint16 if page.bits == 16 else np.uint8
    values = np.array(image).astype(dtype).reshape(height, width, across)
    if page.number(tags.PREDICTOR, 1) == _DIFFERENCES:
        # Of each strip or tile; sums overflow as the differences did.
        step = page.number(tags.TILE_WIDTH) or width
        for left in range(0, width, step):
            part = values[:, left : left + step]
            np.cumsum(part, axis=1, dtype=dtype, out=part)
    return values


def _as_gray(page: Page, data: bytes, across: int, pieces: list[tuple[int, int]]) -> bytes:
    """Return the file with a new directory: one gray picture of all samples."""
    tiled = tags.TILES in page.numbers
    width, height = page.size
    starts, lengths = zip(*pieces, strict=True)
    numbers = {
        tags.WIDTH: (width * across,),
        tags.HEIGHT: (height,),
        tags.BITS: (page.bits,),
        tags.COMPRESSION: (page.number(tags.COMPRESSION, 1),),
        tags.PHOTOMETRIC: (_GRAY,),
        tags.FILL_ORDER: (page.number(tags.FILL_ORDER, 1),),
        tags.SAMPLES: (1,),
        (tags.TILES if tiled else tags.STRIPS): starts,
        (tags.TILE_LENGTHS if tiled else tags.STRIP_LENGTHS): lengths,
    }
    if tiled:
        numbers[tags.TILE_WIDTH] = (page.number(tags.TILE_WIDTH) * across,)
        numbers[tags.TILE_HEIGHT] = (page.number(tags.TILE_HEIGHT),)
    else:
        numbers[tags.ROWS] = (min(page.number(tags.ROWS, height), height),)
    short = (tags.BITS, tags.COMPRESSION, tags.PHOTOMETRIC, tags.FILL_ORDER, tags.SAMPLES)
    entries = []
    for tag, values in numbers.items():
        kind, code = (SHORT, "H") if tag in short else (LONG, "I")
        entries.append(
            (tag, kind, len(values), struct.pack(f"{page.order}{len(values)}{code}", *values))
        )
    at = len(data) + len(data) % 2
    mark = b"II" if page.order == "<" else b"MM"
    head = mark + struct.pack(page.order + "HI", 42, at)
    return b"".join([head, data[8:], bytes(at - len(data)), directory(entries, at, page.order)])


def _divided(color: Array, alpha: Array) -> Array:
    """Return straight colors of premultiplied ones."""
    full = np.iinfo(color.dtype).max
    share = alpha.astype(np.float64) / full
    straight = np.minimum(color / np.maximum(share, 1e-9) + 0.5, full)
    divided: Array = np.where(alpha > 0, straight, 0).astype(color.dtype)
    return divided
