"""Masks of PSD layers and groups, as the share of their pixels that is shown.

Source: Adobe Photoshop File Formats Specification (November 2019), "Layer mask data"; the order of
the fields is the one found in files, which the specification has otherwise.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.blending import Floats
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.psd.pixels import Header, Reader, plane
from nijigen.imaging.codecs.modes import with_channels

_OFF, _INVERTED, _FROM_VECTORS, _HAS_SETTINGS = 2, 4, 8, 16
_LENGTHS = (1, 8, 1, 8)
"""Bytes of density and feather of the mask, then of the vector mask."""
_REAL = 18
"""Bytes of the header of a second mask."""
Box = tuple[int, int, int, int]
"""Left, top, right and bottom."""


@dataclass(frozen=True)
class Softness:
    """Settings of a mask that can be changed after it was painted."""

    density: int = 255
    feather: float = 0.0
    """Standard deviation of the blur, in pixels."""

    @property
    def margin(self) -> int:
        """How far the blur reaches."""
        return int(3 * self.feather) + 1 if self.feather else 0

    @classmethod
    def of(cls, density: bytes | None, feather: bytes | None) -> Softness:
        """Return what the bytes of the file say; what is missing changes nothing."""
        blur = struct.unpack(">d", feather)[0] if feather else 0.0
        # Beyond Photoshop's limit, and NaN, it is no number to go by.
        return cls(density[0] if density else 255, blur if 0 < blur <= 1000 else 0.0)


@dataclass(frozen=True)
class Mask:
    """Header of a layer mask."""

    box: Box
    outside: int
    """Value outside of the box, 0 to 255."""
    disabled: bool
    inverted: bool = False
    from_vectors: bool = False
    """Whether its pixels are a rendering of the vector mask."""
    own: Softness = field(default_factory=Softness)
    vector: Softness = field(default_factory=Softness)
    """That of the vector mask, which is elsewhere."""


def read_mask(part: Reader, *, has_real: bool) -> Mask | None:
    """Read the header of a layer mask; None if there is none.

    Args:
        part: Its bytes.
        has_real: Whether the layer has a second mask, whose header comes first.
    """
    if part.left() < 18:
        return None
    top, left, bottom, right, outside, flags = part.take(">4iBB")
    mask = Mask(
        (left, top, right, bottom),
        outside,
        bool(flags & _OFF),
        bool(flags & _INVERTED),
        bool(flags & _FROM_VECTORS),
    )
    if has_real and part.left() >= _REAL:
        part.skip(_REAL)
    if not flags & _HAS_SETTINGS or not part.left():
        return mask
    given = part.take(">B")[0]
    found: list[bytes | None] = []
    for bit, length in enumerate(_LENGTHS):
        there = bool(given & 1 << bit) and part.left() >= length
        found.append(part.raw(length) if there else None)
    return replace(mask, own=Softness.of(*found[:2]), vector=Softness.of(*found[2:]))


@dataclass(frozen=True)
class Cover:
    """The share of pixels that is shown: inside of a box by pixel, outside of it by one value."""

    left: int
    top: int
    values: Floats
    """``(H, W)``, 0 to 1."""
    outside: float

    @classmethod
    def of(cls, mask: Mask, part: Reader | None, header: Header) -> Cover:
        """Decode a mask."""
        left, top, right, bottom = mask.box
        full = 65535 if header.size == 2 else 255
        outside = mask.outside / 255
        values: Floats = np.zeros((0, 0), np.float32)
        if part is not None and right > left and bottom > top:
            values = plane(part, bottom - top, right - left, header.size).astype(np.float32) / full
        return cls(left, top, values, outside).softened(mask.own)

    def softened(self, soft: Softness) -> Cover:
        """Return it blurred, then made thinner."""
        left, top, values = self.left, self.top, self.values
        if soft.feather and values.size:
            values = _feathered(values, soft, self.outside)
            left, top = left - soft.margin, top - soft.margin
        weight = np.float32(soft.density / 255)
        outside = 1 - float(weight) * (1 - self.outside)
        return Cover(left, top, 1 - weight * (1 - values), outside)

    @classmethod
    def of_box(cls, box: Box) -> Cover:
        """Return what shows the inside of a box only."""
        left, top, right, bottom = box
        size = max(0, bottom - top), max(0, right - left)
        # No memory: the size is whatever the file says.
        return cls(left, top, np.broadcast_to(np.float32(1), size), 0)

    @property
    def is_hard(self) -> bool:
        """Whether pixels are shown or hidden, nothing between."""
        return self.outside in (0, 1) and bool(np.isin(self.values, (0, 1)).all())

    def over(self, box: Box) -> Floats:
        """Return the share for every pixel ``(H, W)`` of a box."""
        left, top, right, bottom = box
        cover: Floats = np.full((bottom - top, right - left), self.outside, np.float32)
        height, width = self.values.shape
        x0, x1 = max(left, self.left), min(right, self.left + width)
        y0, y1 = max(top, self.top), min(bottom, self.top + height)
        if x0 < x1 and y0 < y1:
            inner = self.values[y0 - self.top : y1 - self.top, x0 - self.left : x1 - self.left]
            cover[y0 - top : y1 - top, x0 - left : x1 - left] = inner
        return cover


def _feathered(values: Floats, soft: Softness, outside: float) -> Floats:
    """Blur a mask, extended by its margin on all sides.

    A wide blur is done on a smaller mask: its cost grows with the width, what it needs does not.
    """
    import cv2
    from scipy import ndimage

    scale = max(1, int(soft.feather // 8))
    height, width = (side + 2 * soft.margin for side in values.shape)
    rest = [(soft.margin, soft.margin + -side % scale) for side in (height, width)]
    values = np.pad(values, rest, constant_values=outside)
    if scale > 1:
        values = values.reshape(values.shape[0] // scale, scale, -1, scale).mean(axis=(1, 3))
    sigma = soft.feather / scale
    values = ndimage.gaussian_filter(values, sigma, mode="constant", cval=outside, truncate=3)
    if scale > 1:
        size = values.shape[1] * scale, values.shape[0] * scale
        values = cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)
    return values[:height, :width]


def masked(layers: Sequence[Layer | Group], cover: Cover) -> tuple[Layer | Group, ...]:
    """Return layers whose alpha has a mask applied."""
    return tuple(
        replace(node, layers=masked(node.layers, cover))
        if isinstance(node, Group)
        else replace(node, pixels=Picture(with_cover(node.pixels.pixels, cover.over(node.box))))
        for node in layers
    )


def with_cover(pixels: Floats, cover: Floats) -> Floats:
    """Return pixels as RGBA, their alpha multiplied by a share ``(H, W)``."""
    pixels = np.array(with_channels(pixels, 4))
    full = np.iinfo(pixels.dtype).max
    alpha = pixels[:, :, 3] * cover
    pixels[:, :, 3] = (alpha + 0.5).clip(0, full).astype(pixels.dtype)
    return pixels
