"""Layer records of PSD: the properties of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.picture import Picture
from nijigen.imaging.artworks import psd_keys as keys
from nijigen.imaging.artworks.psd_pixels import Reader
from nijigen.imaging.codecs.content import Array, damaged

_MOST_CHANNELS = 56


@dataclass(frozen=True)
class Mask:
    """Place of a layer mask, and its value outside of that."""

    top: int
    left: int
    bottom: int
    right: int
    outside: int
    disabled: bool


@dataclass
class Record:
    """One layer, or one end of a group."""

    top: int
    left: int
    bottom: int
    right: int
    channels: list[tuple[int, int]]
    """Id and number of bytes of each."""
    blend: bytes
    opacity: float
    clipped: bool
    visible: bool
    name: str = ""
    mask: Mask | None = None
    divider: int = 0
    undrawn: bool = False
    """Whether it has unsupported features."""

    def layer(self, pixels: Array | None) -> Layer:
        """Return the layer; one without pixels becomes one transparent pixel."""
        if pixels is None:
            pixels = np.zeros((1, 1, 4), np.uint8)
        return Layer(
            self.name,
            Picture(pixels),
            self.left,
            self.top,
            keys.MODES.get(self.blend, "normal"),
            self.opacity,
            self.visible,
            self.clipped,
        )

    def group(self, layers: Sequence[Layer | Group]) -> Group:
        """Return the group whose top this record is."""
        through = self.blend == keys.PASS
        blend = "pass-through" if through else keys.MODES.get(self.blend, "normal")
        return Group(self.name, tuple(layers), blend, self.opacity, self.visible, self.clipped)


def read_record(info: Reader) -> Record:
    """Read one record.

    Raises:
        BadPicture: It is damaged or cut off.
    """
    top, left, bottom, right, count = info.take(">4iH")
    if count > _MOST_CHANNELS:
        raise damaged("a layer of the PSD has too many channels")
    channels = [(id, length) for id, length in (info.take(">hI") for _ in range(count))]
    signature, blend, opacity, clipping, flags = info.take(">4s4sBBBx")
    if signature not in (keys.BLOCK, b"8B64"):
        raise damaged("a layer of the PSD has no blend mode")
    seen = not flags & keys.HIDDEN
    record = Record(top, left, bottom, right, channels, blend, opacity / 255, bool(clipping), seen)
    extra = info.part(">I")
    record.mask = _mask(extra.part(">I"))
    extra.part(">I")
    length = extra.take(">B")[0]
    record.name = extra.raw(length).decode("mac_roman")
    extra.skip(min(-(length + 1) % 4, extra.left()))
    _blocks(extra, record)
    if record.divider in (keys.OPEN, keys.CLOSED) and record.mask is not None:
        record.undrawn |= not record.mask.disabled
    if record.divider != keys.END and record.blend not in (*keys.MODES, keys.PASS):
        record.undrawn = True
    record.undrawn &= record.visible
    return record


def _mask(part: Reader) -> Mask | None:
    if part.left() < 18:
        return None
    top, left, bottom, right, outside, flags = part.take(">4iBB")
    return Mask(top, left, bottom, right, outside, bool(flags & 2))


def _blocks(extra: Reader, record: Record) -> None:
    """Read the tagged blocks that follow a name."""
    while extra.left() >= 12:
        signature, key = extra.take(">4s4s")
        if signature not in (keys.BLOCK, b"8B64"):
            raise damaged("a part of a layer of the PSD has no name")
        block = extra.part(">I")
        size = block.left()
        if key == b"luni" and size >= 4:
            length = block.take(">I")[0]
            text = block.raw(min(2 * length, block.left()))
            record.name = text.decode("utf-16-be", "replace").rstrip("\0")
        elif key in (b"lsct", b"lsdk") and size >= 4:
            record.divider = block.take(">I")[0]
            if record.divider > keys.END:
                record.divider = 0
            if block.left() >= 8:
                record.blend = block.take(">4s4s")[1]
        elif key == b"iOpa" and size:
            record.opacity *= block.take(">B")[0] / 255
        elif key in keys.UNDRAWN:
            record.undrawn = True
        extra.skip(min(size % 2, extra.left()))
