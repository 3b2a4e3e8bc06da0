"""Icons of Windows (ICO, CUR) and macOS (ICNS): the largest is read, the usual sizes are written.

Source: the ICO format as documented by Microsoft; the types of ICNS as listed in the documentation
of Pillow.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import numpy as np
from PIL import IcnsImagePlugin, IcoImagePlugin

from nijigen.core.picture import Picture
from nijigen.core.run import Note
from nijigen.imaging.artworks.archive import png_bytes
from nijigen.imaging.codecs import png
from nijigen.imaging.codecs.content import Array, Content, check_size, cut_off, damaged
from nijigen.imaging.codecs.modes import straight, with_channels
from nijigen.imaging.resize import resize

ICNS_TYPES = (
    *((b"ic11", 32), (b"ic12", 64), (b"ic07", 128), (b"ic08", 256), (b"ic13", 256)),
    *((b"ic09", 512), (b"ic14", 512), (b"ic10", 1024)),
)
"""Types and their sides in pixels; some sizes exist twice, for screens of double resolution."""
SIZES = {"ico": (16, 24, 32, 48, 64, 128, 256), "icns": tuple(side for _, side in ICNS_TYPES)}
"""Sides of the icons that are written, from small to large."""
_MOST_ENTRIES = 4096


def read_ico(data: bytes, *, first: bool) -> Content:
    """Read the largest icon of an ICO or a CUR, of several the one with most colors."""
    if len(data) < 6:
        raise cut_off("the icon ends in its header")
    kind, count = struct.unpack_from("<HH", data, 2)
    if kind not in (1, 2) or not 0 < count <= _MOST_ENTRIES or len(data) < 6 + 16 * count:
        raise cut_off("the icon ends in its header")
    # Pillow knows only icons.
    icons = IcoImagePlugin.IcoFile(io.BytesIO(b"\0\0\1\0" + data[4:]))
    number, entry = max(
        enumerate(icons.entry), key=lambda one: (one[1].square, one[1].color_depth, -one[0])
    )
    place = entry.offset
    if place + max(entry.size, 24) > len(data):
        raise cut_off("the icon is not complete")
    if data[place : place + 8] == png.SIGNATURE:
        pixels = _from_png(data[place : place + entry.size])
    else:
        width, height = struct.unpack_from("<ii", data, place + 4)
        check_size(width, abs(height) // 2)
        image = icons.frame(number)
        pixels = with_channels(straight(image, None), 4)
    return Content([pixels], notes=_notes(count))


def _from_png(data: bytes) -> Array:
    if len(data) < 25:
        raise cut_off("the icon is not complete")
    check_size(*struct.unpack_from(">II", data, 16))
    return with_channels(png.read(data, first=True).frames[0], 4)


def _notes(count: int) -> tuple[Note, ...]:
    text = f"the largest of {count} icons was read"
    return (Note("frames", text),) if count > 1 else ()


def write_ico(content: Content) -> bytes:
    """Write the usual sizes up to that of the picture, each as a square."""
    pixels = with_channels(content.frames[0], 4)
    sides = sizes_for(pixels, SIZES["ico"])
    images = [_squared(pixels, side) for side in sides]
    # Old programs read PNG only for the largest size.
    parts = [
        png_bytes(one) if side == 256 else _bitmap(one)
        for one, side in zip(images, sides, strict=True)
    ]
    head = struct.pack("<HHH", 0, 1, len(parts))
    place = len(head) + 16 * len(parts)
    for side, part in zip(sides, parts, strict=True):
        head += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(part), place)
        place += len(part)
    return head + b"".join(parts)


def _bitmap(pixels: Array) -> bytes:
    """Return pixels as in a BMP, the lowest row first, with a mask of their holes."""
    side = len(pixels)
    head = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0, 0, 0, 0, 0, 0)
    rows = np.ascontiguousarray(pixels[::-1, :, [2, 1, 0, 3]])
    holes = np.packbits(pixels[::-1, :, 3] == 0, axis=1)
    padded = np.zeros((side, -(-holes.shape[1] // 4) * 4), np.uint8)
    padded[:, : holes.shape[1]] = holes
    return head + rows.tobytes() + padded.tobytes()


def read_icns(data: bytes, *, first: bool) -> Content:
    """Read the largest icon of an ICNS."""
    if len(data) < 8 or len(data) < struct.unpack_from(">I", data, 4)[0]:
        raise cut_off("the ICNS does not reach its end")
    at = 8
    best = b""
    area = count = 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at + 4)
        if length < 8:
            raise damaged("a part of the ICNS has no length")
        part = data[at + 8 : at + length]
        if part[:8] == png.SIGNATURE and len(part) >= 25:
            width, height = struct.unpack_from(">II", part, 16)
            count += 1
            if width * height > area:
                best, area = part, width * height
        at += length
    image = IcnsImagePlugin.IcnsFile(io.BytesIO(data))
    sizes = image.itersizes()
    widest = max((size[0] * size[2] for size in sizes), default=0)
    if best and area >= widest**2:
        pixels = _from_png(best)
    elif sizes:
        pixels = with_channels(straight(image.getimage(image.bestsize()), None), 4)
    else:
        raise damaged("the ICNS has no icon")
    return Content([pixels], notes=_notes(max(count, len(sizes))))


def write_icns(content: Content) -> bytes:
    """Write the usual sizes up to that of the picture, each as a square, as PNG."""
    pixels = with_channels(content.frames[0], 4)
    sides = sizes_for(pixels, SIZES["icns"])
    coded = {side: png_bytes(_squared(pixels, side)) for side in set(sides)}
    parts = [
        name + struct.pack(">I", 8 + len(coded[side])) + coded[side]
        for name, side in ICNS_TYPES
        if side in coded
    ]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def sizes_for(pixels: Array, known: Sequence[int]) -> list[int]:
    """Return the sizes up to that of a picture; at least the smallest."""
    return [side for side in known if side <= max(pixels.shape[:2])] or [known[0]]


def _squared(pixels: Array, side: int) -> Array:
    """Return a picture fitted into the middle of a transparent square."""
    height, width = pixels.shape[:2]
    scale = side / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Picture(pixels) if size == (width, height) else resize(Picture(pixels), size, "box")
    square: Array = np.zeros((side, side, 4), np.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = small.pixels
    return square
