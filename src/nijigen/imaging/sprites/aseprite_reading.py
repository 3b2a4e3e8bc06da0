"""Reading of Aseprite files: RGB, gray, indexed; layers, groups, linked cels, tags, tile maps."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nijigen.core.run import Note
from nijigen.core.strict import printable
from nijigen.imaging.artworks.document import Document
from nijigen.imaging.codecs.content import Array, Content, check_size, cut_off, damaged
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.sprites import aseprite
from nijigen.imaging.sprites.sprite import (
    DIRECTIONS,
    Cel,
    Direction,
    Sprite,
    SpriteBudget,
    SpriteLayer,
    Tag,
)

_MASK = 0x1FFFFFFF
"""Bits of a tile that are its number, where the file does not say."""


def read(data: bytes, *, first: bool) -> Content | Document:
    """Read a sprite: one frame as layers, several as an animation.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more frames, layers or pixels than the limits allow.
    """
    return read_sprite(data).content(first=first)


class _Bytes:
    """A reader of little-endian numbers."""

    def __init__(self, data: memoryview) -> None:
        self._data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """Return numbers."""
        size = struct.calcsize("<" + layout)
        if self.at + size > len(self._data):
            raise cut_off("the Aseprite file ends too early")
        self.at += size
        return struct.unpack_from("<" + layout, self._data, self.at - size)

    def raw(self, size: int) -> memoryview:
        """Return the next bytes."""
        if size < 0 or self.at + size > len(self._data):
            raise cut_off("the Aseprite file ends too early")
        self.at += size
        return self._data[self.at - size : self.at]

    def rest(self) -> memoryview:
        """Return all bytes that follow."""
        return self.raw(len(self._data) - self.at)

    def text(self) -> str:
        """Return a string with its length before it."""
        (size,) = self.take("H")
        return printable(bytes(self.raw(size)).decode("utf-8", "replace"))


@dataclass
class _Tileset:
    size: tuple[int, int]
    tiles: Array
    """``(N, H, W, 4)``."""


@dataclass
class _Layer:
    """A layer while the file is read."""

    layer: SpriteLayer
    flags: int
    tileset: int = -1


@dataclass
class _Reading:
    sprite: Sprite
    budget: SpriteBudget
    pixel_bytes: int
    transparent: int
    flags: int
    layers: list[_Layer] = field(default_factory=list)
    parents: list[list[SpriteLayer]] = field(default_factory=list)
    """Layers at each depth that a layer may be added to."""
    tilesets: dict[int, _Tileset] = field(default_factory=dict)
    has_palette: bool = False
    orders: bool = False
    """Whether a cel is moved in the order of layers."""


def read_sprite(data: bytes) -> Sprite:
    """Read a sprite as it is.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more frames, layers or pixels than the limits allow.
    """
    file = _Bytes(memoryview(data))
    _, magic, frames, width, height, bits, flags = file.take("IHHHHHI")
    speed, index = file.take("H8xB")
    wide, high = file.take("5xBB")
    file.raw(128 - file.at)
    if magic != aseprite.FILE or bits not in (8, 16, 32) or not frames:
        raise damaged("the header of the Aseprite file makes no sense")
    sprite = Sprite((width, height), [])
    if wide and high and wide != high:
        sprite.notes.append(Note("assumed", f"pixels of {wide}:{high} are shown as squares"))
    budget = SpriteBudget((width, height), frames)
    reading = _Reading(sprite, budget, bits // 8, index, flags, parents=[sprite.layers])
    waiting: list[tuple[int, list[_Bytes]]] = []
    for number in range(frames):
        size, mark, old, duration, new = file.take("IHHH2xI")
        if mark != aseprite.FRAME:
            raise damaged("a frame of the Aseprite file does not begin like one")
        frame = _Bytes(file.raw(size - 16))
        sprite.durations.append(duration or speed or 100)
        cels = []
        for _ in range(new or old):
            length, kind = frame.take("IH")
            chunk = _Bytes(frame.raw(length - 6))
            if kind == aseprite.CEL:
                cels.append(chunk)
            elif kind in _READERS:
                _READERS[kind](reading, chunk)
        waiting.append((number, cels))
    # After all palettes and layers are known.
    for number, cels in waiting:
        for chunk in cels:
            _read_cel(reading, number, chunk)
    if reading.orders:
        sprite.notes.append(Note("layers", "the order of cels within a frame was not used"))
    return sprite


def _read_layer(reading: _Reading, chunk: _Bytes) -> None:
    flags, kind, level, blend, opacity = chunk.take("HHH4xHB3x")
    name = chunk.text()
    tileset = chunk.take("I")[0] if kind == aseprite.TILES else -1
    if level >= len(reading.parents) or kind not in (0, 1, 2):
        raise damaged("the layers of the Aseprite file make no sense")
    reading.budget.count(level + 1)
    layer = SpriteLayer(name, visible=bool(flags & aseprite.VISIBLE))
    if flags & aseprite.REFERENCE:
        # A picture to draw after, which is no part of the sprite.
        layer.visible = False
    if blend >= len(aseprite.BLENDS):
        note = f"layer {name[:40]!r} has an unknown blend mode, and is shown as normal"
        reading.sprite.notes.append(Note("layers", note))
        blend = 0
    layer.blend = aseprite.BLENDS[blend]
    if reading.flags & aseprite.WITH_OPACITY:
        layer.opacity = opacity / 255
    del reading.parents[level + 1 :]
    reading.parents[level].append(layer)
    if kind == aseprite.GROUP:
        layer.layers = []
        reading.parents.append(layer.layers)
        if not reading.flags & aseprite.WITH_GROUPS:
            layer.blend, layer.opacity = "pass-through", 1.0
    reading.layers.append(_Layer(layer, flags, tileset))


def _read_palette(reading: _Reading, chunk: _Bytes) -> None:
    _, start, last = chunk.take("III8x")
    if last > 65535 or start > last:
        raise damaged("the palette of the Aseprite file makes no sense")
    reading.has_palette = True
    palette = reading.sprite.palette
    palette.extend([(0, 0, 0, 255)] * (last + 1 - len(palette)))
    for number in range(start, last + 1):
        flags, *color = chunk.take("H4B")
        palette[number] = (color[0], color[1], color[2], color[3])
        if flags & 1:
            chunk.text()


def _read_old_palette(reading: _Reading, chunk: _Bytes) -> None:
    if reading.has_palette:
        return
    palette = reading.sprite.palette
    at = 0
    for _ in range(chunk.take("H")[0]):
        skip, count = chunk.take("BB")
        at += skip
        for _ in range(count or 256):
            red, green, blue = chunk.take("BBB")
            palette.extend([(0, 0, 0, 255)] * (at + 1 - len(palette)))
            palette[at] = (red, green, blue, 255)
            at += 1


def _read_tags(reading: _Reading, chunk: _Bytes) -> None:
    (count,) = chunk.take("H8x")
    last = reading.sprite.tags
    for _ in range(count):
        start, end, direction, repeat = chunk.take("HHBH6x")
        chunk.take("4x")
        kind: Direction = DIRECTIONS[direction] if direction < len(DIRECTIONS) else "forward"
        last.append(Tag(chunk.text(), start, end, kind, repeat))


def _read_profile(reading: _Reading, chunk: _Bytes) -> None:
    kind, _, _ = chunk.take("HHI8x")
    if kind == 2:
        reading.sprite.icc = bytes(chunk.raw(chunk.take("I")[0]))


def _read_tileset(reading: _Reading, chunk: _Bytes) -> None:
    id, flags, count, width, height = chunk.take("IIIHH")
    chunk.take("h14x")
    chunk.text()
    if flags & 1:
        chunk.take("II")
    if not flags & 2:
        note = "tiles in another file were not drawn"
        reading.sprite.notes.append(Note("layers", note))
        return
    chunk.take("I")
    reading.budget.spend(width, height * count)
    pixels = _pixels(reading, chunk.rest(), width, height * count, is_background=False)
    reading.tilesets[id] = _Tileset((width, height), pixels.reshape(count, height, width, 4))


_READERS = {
    aseprite.LAYER: _read_layer,
    aseprite.PALETTE: _read_palette,
    aseprite.OLD_PALETTE: _read_old_palette,
    aseprite.TAGS: _read_tags,
    aseprite.PROFILE: _read_profile,
    aseprite.TILESET: _read_tileset,
}


def _read_cel(reading: _Reading, number: int, chunk: _Bytes) -> None:
    place, left, top, opacity, kind, order = chunk.take("HhhBHh5x")
    if place >= len(reading.layers):
        raise damaged("a cel of the Aseprite file has no layer")
    owner = reading.layers[place]
    reading.orders |= order != 0
    is_background = bool(owner.flags & aseprite.BACKGROUND)
    if kind == aseprite.LINKED:
        (source,) = chunk.take("H")
        linked = owner.layer.cels.get(source)
        if linked is not None:
            owner.layer.cels[number] = linked
        return
    width, height = chunk.take("HH")
    if kind == aseprite.PACKED_TILES:
        pixels = _tiles(reading, owner, chunk, width, height)
    elif kind in (aseprite.RAW, aseprite.PACKED):
        reading.budget.spend(width, height)
        data = chunk.rest()
        is_packed = kind == aseprite.PACKED
        pixels = _pixels(
            reading, data, width, height, is_background=is_background, is_packed=is_packed
        )
    else:
        raise damaged("a cel of the Aseprite file has an unknown type")
    owner.layer.cels[number] = Cel(pixels, left, top, opacity / 255)


def _pixels(
    reading: _Reading,
    data: memoryview,
    width: int,
    height: int,
    *,
    is_background: bool,
    is_packed: bool = True,
) -> Array:
    """Return pixels as RGBA in sRGB."""
    size = width * height * reading.pixel_bytes
    flat = np.frombuffer(_inflated(data, size) if is_packed else data[:size], np.uint8)
    if flat.size < size:
        raise cut_off("a cel of the Aseprite file is not complete")
    pixels: Array
    if reading.pixel_bytes == 4:
        pixels = flat.reshape(height, width, 4)
    elif reading.pixel_bytes == 2:
        pair = flat.reshape(height, width, 2)
        pixels = pair[:, :, [0, 0, 0, 1]]
    else:
        table = np.zeros((256, 4), np.uint8)
        known = reading.sprite.palette[:256]
        table[: len(known)] = known
        if not is_background:
            table[reading.transparent] = 0
        pixels = table[flat.reshape(height, width)]
    return to_srgb(pixels, reading.sprite.icc)


def _inflated(data: memoryview, size: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, size)
    except zlib.error as error:
        raise damaged(f"a cel of the Aseprite file: {error}") from error


def _tiles(reading: _Reading, owner: _Layer, chunk: _Bytes, across: int, down: int) -> Array:
    """Return a tile map as pixels."""
    bits, mask, flip_x, flip_y, turned = chunk.take("HIIII10x")
    tileset = reading.tilesets.get(owner.tileset)
    if bits != 32:
        raise damaged("the tiles of the Aseprite file have no 32 bits")
    check_size(across, down)
    flat = np.frombuffer(_inflated(chunk.rest(), across * down * 4), "<u4")
    if flat.size < across * down:
        raise cut_off("a tile map of the Aseprite file is not complete")
    if tileset is None:
        return np.zeros((1, 1, 4), np.uint8)
    width, height = tileset.size
    reading.budget.spend(across * width, down * height)
    pixels: Array = np.zeros((down * height, across * width, 4), np.uint8)
    for place, entry in enumerate(flat.tolist()):
        tile = entry & (mask or _MASK)
        if not 0 < tile < len(tileset.tiles):
            continue
        drawn = tileset.tiles[tile]
        if entry & turned and width == height:
            drawn = drawn.transpose(1, 0, 2)
        if entry & flip_x:
            drawn = drawn[:, ::-1]
        if entry & flip_y:
            drawn = drawn[::-1]
        row, column = divmod(place, across)
        area = np.s_[row * height : (row + 1) * height, column * width : (column + 1) * width]
        pixels[area] = drawn
    return pixels
