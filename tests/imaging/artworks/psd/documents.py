"""A writer of PSD for tests, byte by byte from Adobe's specification, that knows none of ours."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen import Artwork
from nijigen.imaging.files import decode

Pixels = NDArray[np.uint8]


def plain(width: int, height: int, *color: int) -> Pixels:
    """Pixels of one color."""
    return np.full((height, width, len(color)), color, np.uint8)


def sized(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def block(key: bytes, data: bytes, *, padding: int = 2, signature: bytes = b"8BIM") -> bytes:
    return signature + key + sized(data) + bytes(-len(data) % padding)


def divider(kind: int, blend: bytes = b"norm") -> bytes:
    return block(b"lsct", struct.pack(">I", kind) + b"8BIM" + blend)


@dataclass
class Mask:
    """A layer mask with its settings, as they come in the file."""

    pixels: Pixels
    left: int = 0
    top: int = 0
    outside: int = 0
    flags: int = 0
    settings: bytes = b""
    channel: bool = True
    """False for the settings of a vector mask alone."""

    def header(self) -> bytes:
        height, width = self.pixels.shape
        flags = self.flags | (16 if self.settings else 0)
        box = struct.pack(">4i", self.top, self.left, self.top + height, self.left + width)
        data = box + bytes([self.outside, flags]) + self.settings
        return data + bytes(max(0, 20 - len(data)))


@dataclass
class Record:
    """A layer: RGB or RGBA; without pixels an end of a group, or an adjustment."""

    name: str | bytes
    pixels: Pixels | None = None
    left: int = 0
    top: int = 0
    blend: bytes = b"norm"
    opacity: int = 255
    clipped: bool = False
    hidden: bool = False
    blocks: bytes = b""
    mask: Mask | None = None
    ranges: bytes = b""

    def coded(self) -> tuple[bytes, bytes]:
        pixels = np.zeros((0, 0, 3), np.uint8) if self.pixels is None else self.pixels
        height, width = pixels.shape[:2]
        planes = {n: pixels[:, :, n] for n in range(3)}
        if pixels.shape[2] == 4:
            planes[-1] = pixels[:, :, 3]
        if self.mask is not None and self.mask.channel:
            planes[-2] = self.mask.pixels
        data = {n: b"\0\0" + np.ascontiguousarray(plane).tobytes() for n, plane in planes.items()}
        box = struct.pack(">4i", self.top, self.left, self.top + height, self.left + width)
        record = box + struct.pack(">H", len(data))
        record += b"".join(struct.pack(">hI", n, len(one)) for n, one in data.items())
        flags = 2 if self.hidden else 0
        record += b"8BIM" + self.blend + bytes([self.opacity, self.clipped, flags, 0])
        short = self.name if isinstance(self.name, bytes) else b"layer"
        name = bytes([len(short)]) + short
        extra = sized(self.mask.header() if self.mask else b"") + sized(self.ranges)
        extra += name + bytes(-len(name) % 4)
        if isinstance(self.name, str):
            wide = self.name.encode("utf-16-be")
            extra += block(b"luni", struct.pack(">I", len(wide) // 2) + wide)
        return record + sized(extra + self.blocks), b"".join(data.values())


def document(
    layers: Sequence[Record],
    merged: Pixels,
    *,
    has_merged: bool | None = True,
    resources: bytes = b"",
    after_layers: bytes = b"",
) -> bytes:
    """Return a PSD of 8 bits.

    Args:
        layers: Bottom first.
        merged: RGB or RGBA, with alpha over white.
        has_merged: What the file says of its merged picture; None for a program that says nothing.
        resources: Image resources that come first.
        after_layers: Bytes after the layers.
    """
    height, width, channels = merged.shape
    coded = [layer.coded() for layer in layers]
    count = -len(layers) if channels == 4 else len(layers)
    body = struct.pack(">h", count) + b"".join(record for record, _ in coded)
    body += b"".join(pixels for _, pixels in coded)
    if has_merged is not None:
        version = struct.pack(">IBII", 1, has_merged, 0, 0) + struct.pack(">I", 1) + b"\0"
        resources += b"8BIM" + struct.pack(">HH", 1057, 0) + sized(version)
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, channels, height, width, 8, 3)
    section = sized(body + bytes(len(body) % 2)) + sized(b"") + after_layers
    planes = np.ascontiguousarray(merged.transpose(2, 0, 1)).tobytes()
    return header + sized(b"") + sized(resources) + sized(section) + b"\0\0" + planes


def artwork_of(data: bytes) -> Artwork:
    found = decode(data)
    assert isinstance(found, Artwork)
    return found


def notes(art: Artwork) -> list[str]:
    return [note.text for note in art.info.notes]


# Settings as Photoshop has them: typed values under keys of four letters, or longer names.


def name(text: bytes) -> bytes:
    return struct.pack(">I", 0 if len(text) == 4 else len(text)) + text


def wide(text: str) -> bytes:
    return struct.pack(">I", len(text) + 1) + text.encode("utf-16-be") + b"\0\0"


def settings(kind: bytes, **values: bytes) -> bytes:
    """Return a descriptor; ``_`` in names stands for a space."""
    parts = b"".join(name(key.replace("_", " ").encode()) + value for key, value in values.items())
    return wide("") + name(kind) + struct.pack(">I", len(values)) + parts


def inner(kind: bytes, **values: bytes) -> bytes:
    return b"Objc" + settings(kind, **values)


def number(value: float) -> bytes:
    return b"doub" + struct.pack(">d", value)


def whole(value: int) -> bytes:
    return b"long" + struct.pack(">i", value)


def switch(on: bool) -> bytes:
    return b"bool" + bytes([on])
