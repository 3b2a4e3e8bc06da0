"""PSD data: a reader of bytes, and the decoding of pixel planes."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from nijigen.imaging.artworks.psd.packbits import unpacked
from nijigen.imaging.codecs.content import Array, cut_off, damaged

_RAW, _RUNS, _ZIP, _ZIP_DIFFERENCES = range(4)


@dataclass(frozen=True)
class Header:
    """Size and kind of a document."""

    width: int
    height: int
    channels: int
    colors: int
    """1 for gray, 3 for RGB; further channels are alpha and spots."""
    size: int
    """Bytes of a sample."""


class Reader:
    """A cursor in a run of bytes; reading past the end raises an error.

    Args:
        data: The bytes.
        large: Whether they are of a PSB, where some lengths have twice as many bytes.
    """

    def __init__(self, data: bytes, large: bool = False) -> None:
        self._data, self.large = data, large
        self.at = 0

    @property
    def wide(self) -> str:
        """The layout of a length that is twice as long in a PSB."""
        return ">Q" if self.large else ">I"

    def counts(self, rows: int) -> Array:
        """Read the packed length of so many rows."""
        size = 4 if self.large else 2
        return np.frombuffer(self.raw(size * rows), f">u{size}").astype(np.int64)

    def left(self) -> int:
        """Return how many bytes are left."""
        return len(self._data) - self.at

    def raw(self, count: int) -> bytes:
        """Read some bytes.

        Raises:
            BadPicture: There are fewer.
        """
        if count > self.left():
            raise cut_off("the PSD ends too early")
        self.at += count
        return self._data[self.at - count : self.at]

    def skip(self, count: int) -> None:
        """Skip some bytes."""
        self.raw(count)

    def take(self, layout: str) -> tuple[Any, ...]:
        """Read values in a :mod:`struct` format."""
        return struct.unpack(layout, self.raw(struct.calcsize(layout)))

    def part(self, layout: str) -> Reader:
        """Read a length and as many bytes."""
        return Reader(self.raw(self.take(layout)[0]), self.large)

    def rest(self) -> bytes:
        """Read the rest."""
        return self.raw(self.left())


def plane(reader: Reader, height: int, width: int, size: int) -> Array:
    """Decode one channel of a layer.

    Args:
        reader: Its bytes, beginning with the compression code.
        height: Rows.
        width: Samples of a row.
        size: Bytes of a sample: 1 or 2.

    Raises:
        BadPicture: It is damaged or cut off.
    """
    code = reader.take(">H")[0]
    if code == _RUNS:
        counts = reader.counts(height)
        # Checked before memory is allocated for the pixels.
        return _samples(unpacked(reader.raw(int(counts.sum())), height, width * size), size)
    return _plain(reader, code, height, width, size)


def merged_picture(reader: Reader, header: Header, *, transparent: bool) -> Array:
    """Decode the merged picture: gray, RGB or RGBA, straight alpha.

    Args:
        reader: The end of the file.
        header: Header of the file.
        transparent: Whether the channel after the colors is alpha, not a saved selection.

    Raises:
        BadPicture: It is damaged or cut off.
    """
    code = reader.take(">H")[0]
    alone = not transparent or header.channels == header.colors
    # Saved selections, up to 53 of them, are not decoded.
    wanted = header.colors if alone else header.colors + 1
    rows, width = header.height * wanted, header.width
    if code == _RUNS:
        counts = reader.counts(header.height * header.channels)
        packed = reader.raw(int(counts.sum()))[: int(counts[:rows].sum())]
        flat = _samples(unpacked(packed, rows, width * header.size), header.size)
    else:
        flat = _plain(reader, code, rows, width, header.size)
        if code == _RAW:
            reader.skip(header.height * (header.channels - wanted) * width * header.size)
    planes = flat.reshape(wanted, header.height, width)
    color = planes[: header.colors].transpose(1, 2, 0)
    if alone:
        return np.ascontiguousarray(color)
    alpha = planes[header.colors]
    full = np.iinfo(flat.dtype).max
    if alpha.min() == full:
        return np.ascontiguousarray(color)
    # Colors are composited over white; undo that for straight alpha.
    cover = alpha[:, :, None].astype(np.float32) / full
    straight = (color - full * (1 - cover)) / np.maximum(cover, 1e-6)
    color = (straight.clip(0, full) + 0.5).astype(flat.dtype) * (cover > 0)
    color = color if header.colors == 3 else np.repeat(color, 3, axis=2)
    return np.dstack([color, alpha])


def _plain(reader: Reader, code: int, height: int, width: int, size: int) -> Array:
    count = height * width * size
    if code == _RAW:
        data = reader.raw(count)
    elif code in (_ZIP, _ZIP_DIFFERENCES):
        try:
            data = zlib.decompressobj().decompress(reader.rest(), count)
        except zlib.error as error:
            raise damaged("the compressed pixels of the PSD are damaged") from error
        if len(data) < count:
            raise cut_off("the pixels of the PSD end too early")
    else:
        raise damaged("the pixels of the PSD have an unknown compression")
    samples = _samples(np.frombuffer(data, np.uint8).reshape(height, width * size), size)
    if code == _ZIP_DIFFERENCES:
        return np.cumsum(samples, axis=1, dtype=samples.dtype)
    return samples


def _samples(rows: Array, size: int) -> Array:
    """Return rows of bytes as rows of samples."""
    if size == 1:
        return rows
    return np.ascontiguousarray(rows).view(">u2").astype(np.uint16)
