"""Writing PSD and PSB: 8 bits, gray or RGB, run-length coded, with groups and a merged picture.

Source: Adobe Photoshop File Formats Specification (November 2019).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Group, Layer, Mixing
from nijigen.core.blending import PLAIN, WHOLE
from nijigen.core.errors import UnsupportedFormat
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.document import Document, every_layer, flattened
from nijigen.imaging.artworks.psd import keys
from nijigen.imaging.artworks.psd.packbits import packed
from nijigen.imaging.codecs.content import Array
from nijigen.imaging.codecs.modes import with_channels

LONGEST = 30_000
"""Maximum pixels of a side in PSD."""
LONGEST_LARGE = 300_000
"""The same in PSB."""
_MOST_LAYERS = 30_000

_KEYS = {mode: key for key, mode in keys.MODES.items()} | {"pass-through": keys.PASS}
_RAW, _RUNS = b"\0\0", b"\0\1"
_ALPHA = -1


@dataclass(frozen=True)
class _Channel:
    """One channel of one layer, coded."""

    id: int
    data: bytes


@dataclass(frozen=True)
class _Layout:
    """What differs between PSD and PSB."""

    version: int
    longest: int
    wide: str
    """Of the lengths of layers and of their channels."""
    count: str
    """Of the packed length of a row."""


_NORMAL = _Layout(1, LONGEST, ">I", ">u2")
_LARGE = _Layout(2, LONGEST_LARGE, ">Q", ">u4")


def write(document: Document) -> bytes:
    """Write a PSD; pixels of 16 bits are reduced to 8.

    Raises:
        UnsupportedFormat: A side of a layer has more than 30,000 pixels, or there are more
            than 4 GB or 30,000 layers of them.
    """
    return _written(document, _NORMAL)


def write_large(document: Document) -> bytes:
    """Write a PSB; pixels of 16 bits are reduced to 8.

    Raises:
        UnsupportedFormat: A side of a layer has more than 300,000 pixels, or there are more than
            30,000 layers.
    """
    return _written(document, _LARGE)


def _written(document: Document, layout: _Layout) -> bytes:
    # Without layers, programs treat the merged picture as a layer that hides everything.
    nodes = document.layers or (Layer("Layer 1", Picture(np.zeros((1, 1, 4), np.uint8))),)
    leaves = list(every_layer(nodes))
    for layer in leaves:
        if max(*layer.pixels.size, *map(abs, layer.box)) > 2 * layout.longest:
            raise UnsupportedFormat(
                f"PSD cannot hold a layer of {layer.pixels.width}×{layer.pixels.height} pixels",
                "write ORA, or make the layer smaller",
            )
    gray = all(layer.pixels.channels == 1 for layer in leaves) and bool(leaves)
    merged = flattened(document).reduced()
    records: list[bytes] = []
    pixels: list[bytes] = []
    _add(nodes, gray, layout, records, pixels)
    if len(records) > _MOST_LAYERS:
        raise UnsupportedFormat(f"PSD cannot hold {len(records)} layers", "merge some of them")
    colors = 1 if gray else 3
    alpha = merged.channels == 4
    # A negative count means that the first extra channel is the alpha of the merged picture.
    count = -len(records) if alpha else len(records)
    layers = b"".join([struct.pack(">h", count), *records, *pixels])
    layers += bytes(-len(layers) % 4)
    section = _long(layers, layout.wide) + _long(b"")
    tail = _long(section, layout.wide) + _merged(merged, colors, layout)
    header = struct.pack(
        ">4sH6xHIIHH",
        keys.SIGNATURE,
        layout.version,
        colors + alpha,
        document.size[1],
        document.size[0],
        8,
        keys.GRAY if gray else keys.RGB,
    )
    return header + _long(b"") + _long(_resources(document, tail)) + tail


def _long(data: bytes, layout: str = ">I") -> bytes:
    """Return bytes with their length before them."""
    if len(data) > 2**32 - 1 and layout == ">I":
        raise UnsupportedFormat("PSD cannot hold more than 4 GB", "write PSB or ORA")
    return struct.pack(layout, len(data)) + data


def _resources(document: Document, tail: bytes) -> bytes:
    name = "Nijigen".encode("utf-16-be")
    text = struct.pack(">I", len(name) // 2) + name
    parts = [_resource(keys.VERSION, struct.pack(">IB", 1, 1) + text + text + b"\0\0\0\1")]
    if document.dpi is not None:
        across, down = (round(min(max(side, 1 / 65536), 32767) * 65536) for side in document.dpi)
        parts.insert(
            0, _resource(keys.RESOLUTION, struct.pack(">IHHIHH", across, 1, 1, down, 1, 1))
        )
    if document.history is not None:
        proof = hashlib.sha256(tail).digest()
        parts.append(_resource(keys.HISTORY, proof + document.history.encode()))
    return b"".join(parts)


def _resource(kind: int, data: bytes) -> bytes:
    return keys.BLOCK + struct.pack(">HH", kind, 0) + _long(data) + bytes(len(data) % 2)


def _add(
    layers: Sequence[Layer | Group],
    gray: bool,
    layout: _Layout,
    records: list[bytes],
    pixels: list[bytes],
) -> None:
    """Append records and pixels, the lowest layer first; a group is enclosed by two records."""
    for node in layers:
        if isinstance(node, Layer):
            channels = _channels(node.pixels.reduced(), gray, layout)
            left, top, right, bottom = node.box
            box = top, left, bottom, right
            records.append(_record(node, box, channels, b"", layout, node.mixing))
        else:
            channels = [_Channel(id, _RAW) for id in (_ALPHA, *range(1 if gray else 3))]
            end = Group("</Layer group>")
            records.append(_record(end, (0, 0, 0, 0), channels, _divider(keys.END, b""), layout))
            pixels += [channel.data for channel in channels]
            _add(node.layers, gray, layout, records, pixels)
            divider = _divider(keys.OPEN, keys.BLOCK + _KEYS[node.blend])
            records.append(_record(node, (0, 0, 0, 0), channels, divider, layout))
        pixels += [channel.data for channel in channels]


def _record(
    node: Layer | Group,
    box: tuple[int, int, int, int],
    channels: Sequence[_Channel],
    divider: bytes,
    layout: _Layout,
    mixing: Mixing = PLAIN,
) -> bytes:
    flags = (0 if node.visible else keys.HIDDEN) | (keys.NO_PIXELS if divider else 8)
    short = node.name.encode("mac_roman", "replace")[:255]
    name = bytes([len(short)]) + short
    name += bytes(-len(name) % 4)
    wide = node.name.encode("utf-16-be", "replace")
    unicode = struct.pack(">I", len(wide) // 2) + wide
    unicode += bytes(-len(unicode) % 4)
    ranges = b""
    if mixing.own or mixing.under:
        # Of gray, of each color and of alpha, which is always there.
        places = range(len(channels) + 1)
        ranges = b"".join(
            bytes(side[n] if n < min(len(side), len(channels)) else WHOLE)
            for n in places
            for side in (mixing.own, mixing.under)
        )
    # No mask, an empty part.
    extra = _long(b"") + _long(ranges) + name + keys.BLOCK + b"luni" + _long(unicode) + divider
    if mixing.fill < 1 or mixing.glowing:
        extra += keys.BLOCK + b"iOpa" + _long(bytes([round(mixing.fill * 255), 0, 0, 0]))
    if mixing.glowing:
        extra += keys.BLOCK + b"tsly" + _long(bytes(4))
    parts = [struct.pack(">4iH", *box, len(channels))]
    head = ">h" + layout.wide[1:]
    parts += [struct.pack(head, channel.id, len(channel.data)) for channel in channels]
    opacity = round(node.opacity * 255)
    parts.append(keys.BLOCK + _KEYS[node.blend] + bytes([opacity, node.clipped, flags, 0]))
    return b"".join([*parts, _long(extra)])


def _divider(kind: int, blend: bytes) -> bytes:
    return keys.BLOCK + b"lsct" + _long(struct.pack(">I", kind) + blend)


def _channels(picture: Picture, gray: bool, layout: _Layout) -> list[_Channel]:
    pixels: Array = picture.pixels if gray else with_channels(picture.pixels, 4)
    found = [_Channel(n, _coded(pixels[:, :, n], layout)) for n in range(1 if gray else 3)]
    alpha = np.full(pixels.shape[:2], 255, np.uint8) if gray else pixels[:, :, 3]
    return [_Channel(_ALPHA, _coded(alpha, layout)), *found]


def _coded(plane: NDArray[np.uint8], layout: _Layout) -> bytes:
    counts, data = packed(np.ascontiguousarray(plane))
    return _RUNS + np.array(counts, layout.count).tobytes() + data


def _merged(picture: Picture, colors: int, layout: _Layout) -> bytes:
    """Return the picture for programs without layer support: colors over white."""
    flat = picture.rgb().pixels[:, :, :colors]
    planes = [flat[:, :, n] for n in range(colors)]
    if picture.channels == 4:
        planes.append(picture.pixels[:, :, 3])
    coded = [packed(np.ascontiguousarray(plane)) for plane in planes]
    counts = [count for lengths, _ in coded for count in lengths]
    rows = np.array(counts, layout.count).tobytes()
    return b"".join([_RUNS, rows, *(data for _, data in coded)])
