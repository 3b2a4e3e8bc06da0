"""Layer records of PSD: the properties of a layer, or of one end of a group."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nijigen.core.artwork import Group, Layer, Mixing
from nijigen.core.blending import FILLED, WHOLE, Blend, Range
from nijigen.core.errors import BadPicture
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.psd import features, keys, vectors
from nijigen.imaging.artworks.psd.blocks import Blocks
from nijigen.imaging.artworks.psd.masks import Box, Mask, read_mask
from nijigen.imaging.artworks.psd.pixels import Reader
from nijigen.imaging.codecs.content import Array, damaged

_MOST_CHANNELS = 56


@dataclass
class Record:
    """One layer, or one end of a group."""

    box: Box
    channels: list[tuple[int, int]]
    """Id and number of bytes of each."""
    blend: bytes
    opacity: int
    clipped: bool
    visible: bool
    raw_name: bytes = b""
    mask: Mask | None = None
    ranges: bytes = b""
    blocks: dict[bytes, bytes] = field(default_factory=dict)
    is_damaged: bool = False
    """Whether a part of its properties could not be read."""

    @property
    def name(self) -> str | None:
        """Its name in Unicode, if the file has that."""
        data = self.blocks.get(b"luni", b"")
        if len(data) < 4:
            return None
        length = 2 * int.from_bytes(data[:4], "big")
        return data[4 : 4 + length].decode("utf-16-be", "replace").rstrip("\0")

    @property
    def divider(self) -> int:
        """0 for a layer, else which end of a group it is."""
        kind = int.from_bytes(self._divider[:4], "big")
        return kind if kind <= keys.END else 0

    @property
    def _divider(self) -> bytes:
        return self.blocks.get(b"lsct") or self.blocks.get(b"lsdk") or b""

    @property
    def _mode(self) -> bytes:
        return self._divider[8:12] if len(self._divider) >= 12 else self.blend

    @property
    def _has_vectors(self) -> bool:
        return any(key in self.blocks for key in vectors.KEYS)

    def not_drawn(self, *, is_base: bool) -> list[str]:
        """Return names of the features that are not drawn.

        Args:
            is_base: Whether other layers are clipped to it.
        """
        found = features.not_drawn(self.blocks, is_base=is_base)
        if self._mode not in (*keys.MODES, keys.PASS):
            found.append(features.blend_mode(self._mode))
        if self.mask is not None and not self.mask.disabled:
            if self.mask.inverted:
                found.append("inverted mask")
            has_real = any(id == keys.REAL_MASK for id, _ in self.channels)
            if has_real or (self.mask.from_vectors and self._has_vectors):
                # Programs disagree about which of them is part of which.
                found.append("vector mask with a rendering of it")
        if self.divider:
            found += ["Blend If of a group"] if any(_blend_if(self.ranges)) else []
            _, mixing = self._strength(keys.MODES.get(self._mode, "normal"))
            found += ["fill of a group"] if mixing.fill < 1 or mixing.glowing else []
        return found

    def layer(self, name: str, pixels: Array | None) -> Layer:
        """Return the layer; one without pixels becomes one transparent pixel."""
        if pixels is None:
            pixels = np.zeros((1, 1, 4), np.uint8)
        blend = keys.MODES.get(self._mode, "normal")
        opacity, mixing = self._strength(blend)
        return Layer(
            name,
            Picture(pixels),
            *self.box[:2],
            blend,
            opacity,
            self.visible,
            self.clipped,
            mixing,
        )

    def _strength(self, blend: Blend) -> tuple[float, Mixing]:
        """Return opacity and mixing; outside of the eight modes, fill is opacity."""
        fill = self.blocks.get(b"iOpa", b"\xff")[:1] or b"\xff"
        opacity, inner = self.opacity / 255, fill[0] / 255
        own, under = _blend_if(self.ranges)
        if blend not in FILLED:
            return opacity * inner, Mixing(own=own, under=under)
        return opacity, Mixing(inner, self.blocks.get(b"tsly", b"\1")[:1] == b"\0", own, under)

    def group(self, name: str, layers: Sequence[Layer | Group], *, isolated: bool) -> Group:
        """Return the group whose top this record is.

        Args:
            name: Its name.
            layers: Its layers and groups.
            isolated: Whether it cannot pass through.
        """
        mode: Any = "pass-through"
        if isolated or self._mode != keys.PASS:
            mode = keys.MODES.get(self._mode, "normal")
        opacity, _ = self._strength("normal")
        return Group(name, tuple(layers), mode, opacity, self.visible, self.clipped)


def _blend_if(data: bytes) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """Return the ranges of the layer and of what is below it; none if they hide nothing.

    For gray and then for each channel there are four values of the layer and four of what is
    below. Nothing but zeros is from a program that leaves them out.
    """
    if not any(data):
        return (), ()
    rows = [struct.unpack_from(">8B", data, at) for at in range(0, min(len(data) - 7, 32), 8)]
    sides = [tuple(_ordered(row[at : at + 4]) for row in rows) for at in (0, 4)]
    own, under = (() if all(one == WHOLE for one in side) else side for side in sides)
    return own, under


def _ordered(found: tuple[int, ...]) -> Range:
    black, dark, light, white = found
    return black, max(black, dark), min(light, white), white


def read_record(info: Reader) -> Record:
    """Read one record.

    Whatever is odd in its properties costs that property only: their length is known.

    Raises:
        BadPicture: It is damaged or cut off, so that the pixels cannot be found.
    """
    top, left, bottom, right, count = info.take(">4iH")
    if count > _MOST_CHANNELS:
        raise damaged("a layer of the PSD has too many channels")
    layout = ">hQ" if info.large else ">hI"
    channels = [(id, length) for id, length in (info.take(layout) for _ in range(count))]
    signature, blend, opacity, clipping, flags = info.take(">4s4sBBBx")
    if signature not in (keys.BLOCK, b"8B64"):
        raise damaged("a layer of the PSD has no blend mode")
    box = left, top, right, bottom
    seen = not flags & keys.HIDDEN
    record = Record(box, channels, blend, opacity, bool(clipping), seen)
    extra = info.part(">I")
    try:
        has_real = any(id == keys.REAL_MASK for id, _ in channels)
        record.mask = read_mask(extra.part(">I"), has_real=has_real)
        record.ranges = extra.part(">I").rest()
        length = extra.take(">B")[0]
        record.raw_name = extra.raw(length).rstrip(b"\0")
        extra.skip(min(-(length + 1) % 4, extra.left()))
        blocks = Blocks(extra.rest(), info.large)
        record.blocks = dict(blocks)
        record.is_damaged = blocks.skipped
    except BadPicture:
        record.is_damaged = True
    return record
