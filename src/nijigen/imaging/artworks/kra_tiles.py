"""Pixels of Krita documents: tiles of 64×64, compressed with LZF or not at all.

Source: the tile formats of Krita (version 2 of ``KisTiledDataManager``) and of LibLZF.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from nijigen.imaging.codecs.content import Array, cut_off, damaged

SIDE = 64
_HEADER = re.compile(
    rb"VERSION 2\nTILEWIDTH (\d{1,4})\nTILEHEIGHT (\d{1,4})\nPIXELSIZE (\d{1,3})\nDATA (\d{1,9})\n"
)
_TILE = re.compile(rb"(-?\d{1,10}),(-?\d{1,10}),LZF,(\d{1,9})\n")
_RAW, _PACKED = 0, 1


def read(
    data: bytes, kind: np.dtype[Any], channels: int, spend: Callable[[int, int, int], None]
) -> tuple[Array, int, int] | None:
    """Return the pixels of all tiles, and their left and top; None if there are no tiles.

    Args:
        data: The tiles of a layer or a mask.
        kind: Type of a sample.
        channels: Samples of a pixel.
        spend: Called with width, height and bits before memory is allocated.

    Raises:
        BadPicture: They are damaged or cut off.
    """
    head = _HEADER.match(data)
    if head is None:
        raise damaged("a layer of the Krita document is of an unknown version")
    width, height, size, count = map(int, head.groups())
    if size != kind.itemsize * channels or not width or not height or width * height > 2**20:
        raise damaged("the tiles of the Krita document make no sense")
    tiles = _found(data, head.end(), count)
    if not tiles:
        return None
    left, top = min(x for x, _, _ in tiles), min(y for _, y, _ in tiles)
    right, bottom = max(x for x, _, _ in tiles) + width, max(y for _, y, _ in tiles) + height
    spend(right - left, bottom - top, 8 * kind.itemsize)
    pixels: Array = np.zeros((bottom - top, right - left, channels), kind)
    for x, y, packed in tiles:
        area = np.s_[y - top : y - top + height, x - left : x - left + width]
        flat = _bytes(packed, width * height, size)
        pixels[area] = flat.view(kind).reshape(height, width, channels)
    return pixels, left, top


def _found(data: bytes, at: int, count: int) -> list[tuple[int, int, memoryview]]:
    view, tiles = memoryview(data), []
    for _ in range(count):
        head = _TILE.match(data, at)
        if head is None:
            raise cut_off("a layer of the Krita document is not complete")
        x, y, size = map(int, head.groups())
        at = head.end() + size
        if at > len(data) or not size:
            raise cut_off("a layer of the Krita document is not complete")
        tiles.append((x, y, view[head.end() : at]))
    return tiles


def _bytes(packed: memoryview, pixels: int, size: int) -> Array:
    """Return the bytes of a tile, those of a pixel next to each other."""
    code, data = packed[0], packed[1:]
    if code == _RAW:
        if len(data) != pixels * size:
            raise cut_off("a tile of the Krita document is not complete")
        return np.frombuffer(data, np.uint8)
    if code != _PACKED:
        raise damaged("a tile of the Krita document has an unknown compression")
    flat = np.frombuffer(unpacked(bytes(data), pixels * size), np.uint8)
    # The first bytes of all pixels come first, then the second ones.
    return np.ascontiguousarray(flat.reshape(size, pixels).T)


def unpacked(data: bytes, size: int) -> bytes:
    """Decompress LZF.

    Raises:
        BadPicture: It is damaged, or does not have so many bytes.
    """
    out = bytearray()
    at, end = 0, len(data)
    try:
        while at < end and len(out) <= size:
            code = data[at]
            at += 1
            if code < 32:
                out += data[at : at + code + 1]
                at += code + 1
                continue
            length = code >> 5
            if length == 7:
                length += data[at]
                at += 1
            length += 2
            start = len(out) - ((code & 31) << 8) - data[at] - 1
            at += 1
            if start < 0:
                raise damaged("a tile of the Krita document refers to nothing")
            some = out[start : start + length]
            # What is copied may be a part of the copy itself.
            out += (some * (length // len(some) + 1))[:length]
    except IndexError:
        raise cut_off("a tile of the Krita document is not complete") from None
    if len(out) != size:
        raise cut_off("a tile of the Krita document is not complete")
    return bytes(out)


def written(pixels: Array) -> bytes:
    """Return the tiles of pixels ``(H, W, C)``, without those that are all zeros."""
    height, width, channels = pixels.shape
    size = channels * pixels.dtype.itemsize
    tiles = []
    for top in range(0, height, SIDE):
        for left in range(0, width, SIDE):
            part = pixels[top : top + SIDE, left : left + SIDE]
            if not part.any():
                continue
            tile = np.zeros((SIDE, SIDE, channels), pixels.dtype)
            tile[: part.shape[0], : part.shape[1]] = part
            head = f"{left},{top},LZF,{tile.nbytes + 1}\n".encode()
            tiles.append(head + bytes([_RAW]) + tile.tobytes())
    start = f"VERSION 2\nTILEWIDTH {SIDE}\nTILEHEIGHT {SIDE}\nPIXELSIZE {size}\nDATA {len(tiles)}\n"
    return start.encode() + b"".join(tiles)
