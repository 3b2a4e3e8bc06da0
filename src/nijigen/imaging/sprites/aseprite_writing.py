"""Writing of Aseprite files: RGBA, with layers and groups, or with frames, linked cels and tags."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from nijigen.core.strict import printable
from nijigen.imaging.sprites import aseprite
from nijigen.imaging.sprites.sprite import (
    DIRECTIONS,
    Cel,
    Sprite,
    SpriteLayer,
    colors_of,
)

LONGEST = 65535
_SRGB = 1


def write(sprite: Sprite) -> bytes:
    """Return the bytes of a file; a palette is stored if there are at most 256 colors."""
    palette = sprite.palette or colors_of(sprite)
    flat = list(_flat(sprite.layers, 0))
    ends = [0, *(round(end) for end in accumulate(sprite.durations))]
    parts = []
    written: dict[tuple[int, int], int] = {}
    for number, (start, end) in enumerate(pairwise(ends)):
        chunks = []
        if number == 0:
            chunks.append(_chunk(aseprite.PROFILE, struct.pack("<HHI8x", _SRGB, 0, 0)))
            if palette:
                chunks.append(_palette(palette))
            chunks += [_layer(layer, level) for layer, level in flat]
            if sprite.tags:
                chunks.append(_tags(sprite))
        for place, (layer, _) in enumerate(flat):
            if number in layer.cels:
                cel = layer.cels[number]
                source = written.setdefault((place, id(cel)), number)
                chunks.append(_cel(place, cel, source if source < number else None))
        parts.append(_frame(chunks, min(max(end - start, 1), 65535)))
    body = b"".join(parts)
    flags = aseprite.WITH_OPACITY
    if any(_is_isolated(layer) for layer, _ in flat):
        flags |= aseprite.WITH_GROUPS
    head = struct.pack(
        "<IHHHHHI", 128 + len(body), aseprite.FILE, len(sprite.durations), *sprite.size, 32, flags
    )
    head += struct.pack("<H8xB3xH", 100, 0, len(palette)) + bytes([1, 1])
    return head.ljust(128, b"\0") + body


def _flat(layers: Sequence[SpriteLayer], level: int) -> list[tuple[SpriteLayer, int]]:
    """Return layers and groups with their levels, a group before what is in it."""
    found: list[tuple[SpriteLayer, int]] = []
    for layer in layers:
        found.append((layer, level))
        found += _flat(layer.layers or (), level + 1)
    return found


def _is_isolated(layer: SpriteLayer) -> bool:
    """Return whether a group does not just pass through, which is a matter of the whole file."""
    return layer.layers is not None and (layer.blend != "pass-through" or layer.opacity < 1)


def _chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<IH", len(data) + 6, kind) + data


def _frame(chunks: Sequence[bytes], duration: int) -> bytes:
    body = b"".join(chunks)
    old = min(len(chunks), 0xFFFF)
    head = struct.pack("<IHHH2xI", len(body) + 16, aseprite.FRAME, old, duration, len(chunks))
    return head + body


def _text(text: str) -> bytes:
    data = printable(text).encode()[:65535]
    return struct.pack("<H", len(data)) + data


def _layer(layer: SpriteLayer, level: int) -> bytes:
    kind = aseprite.IMAGE if layer.layers is None else aseprite.GROUP
    known = layer.blend in aseprite.BLENDS
    blend = aseprite.BLENDS.index(layer.blend) if known else 0
    # 2: it can be edited.
    flags = 2 | (aseprite.VISIBLE if layer.visible else 0)
    numbers = (flags, kind, level, 0, 0, blend, round(layer.opacity * 255))
    return _chunk(aseprite.LAYER, struct.pack("<HHHHHHB3x", *numbers) + _text(layer.name))


def _palette(colors: Sequence[tuple[int, int, int, int]]) -> bytes:
    head = struct.pack("<III8x", len(colors), 0, len(colors) - 1)
    entries = b"".join(struct.pack("<H4B", 0, *color) for color in colors)
    return _chunk(aseprite.PALETTE, head + entries)


def _tags(sprite: Sprite) -> bytes:
    parts = [struct.pack("<H8x", len(sprite.tags))]
    for tag in sprite.tags:
        numbers = (tag.first, tag.last, DIRECTIONS.index(tag.direction), tag.repeat)
        parts.append(struct.pack("<HHBH6x4x", *numbers) + _text(tag.name))
    return _chunk(aseprite.TAGS, b"".join(parts))


def _cel(place: int, cel: Cel, linked: int | None) -> bytes:
    kind = aseprite.PACKED if linked is None else aseprite.LINKED
    numbers = (place, cel.left, cel.top, round(cel.opacity * 255), kind, 0)
    head = struct.pack("<HhhBHh5x", *numbers)
    if linked is not None:
        return _chunk(aseprite.CEL, head + struct.pack("<H", linked))
    height, width = cel.pixels.shape[:2]
    packed = zlib.compress(np.ascontiguousarray(cel.pixels).tobytes())
    return _chunk(aseprite.CEL, head + struct.pack("<HH", width, height) + packed)
