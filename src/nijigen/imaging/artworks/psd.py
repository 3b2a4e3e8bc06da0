"""Reading PSD: 8 and 16 bits, gray and RGB, with groups, masks and blend modes.

Unsupported features (adjustments, effects, vector masks, unknown blend modes) are left out of the
layers; the merged picture of the file is then used for what it shows.

Source: Adobe Photoshop File Formats Specification (November 2019).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.errors import UnsupportedFormat
from nijigen.core.picture import Picture
from nijigen.imaging.artworks import psd_keys as keys
from nijigen.imaging.artworks.document import Budget, Document
from nijigen.imaging.artworks.psd_pixels import Header, Reader, merged_picture, plane
from nijigen.imaging.artworks.psd_record import Record, read_record
from nijigen.imaging.codecs.content import DEFLATE, Array, check_filled, damaged
from nijigen.imaging.codecs.icc import to_srgb

_MODES = {0: "black and white", 2: "palette", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}
_MASK = -2


@dataclass
class _Found:
    """Image resources that are used."""

    dpi: tuple[float, float] | None = None
    icc: bytes | None = None
    history: bytes = b""
    has_merged: bool = True


@dataclass
class _Contents:
    """Layers, and properties of the layer section."""

    layers: tuple[Layer | Group, ...] = ()
    undrawn: bool = False
    """Whether they have unsupported features."""
    transparent: bool = False
    """Whether the merged picture has alpha."""


def read(data: bytes) -> Document:
    """Read a whole document.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels than the limit allows, all layers together.
        UnsupportedFormat: It is a PSB or of another color mode or depth.
    """
    reader = Reader(data)
    header = _header(reader)
    size = header.width, header.height
    check_filled(size[0] * size[1], len(data), DEFLATE, f"{size[0]}×{size[1]} pixels")
    budget = Budget(*size, 8 * header.size)
    reader.part(">I")
    found = _resources(reader.part(">I"))
    tail = data[reader.at :]
    contents = _layers(reader.part(">I"), header, budget, found.icc)
    # Always decoded: it is the end of the file, so that truncation is noticed.
    merged = merged_picture(reader, header, transparent=contents.transparent)
    merged = to_srgb(merged, found.icc)
    document = Document(size, contents.layers, found.dpi, found.icc)
    if found.history[:32] == hashlib.sha256(tail).digest():
        document.history = found.history[32:].decode("utf-8", "replace")
    if not contents.layers:
        document.layers = (Layer("Background", Picture(merged)),)
    elif contents.undrawn and found.has_merged:
        document.merged = merged
    return document


def _header(reader: Reader) -> Header:
    signature, version, channels, height, width, depth, mode = reader.take(">4sH6xHIIHH")
    if signature != keys.SIGNATURE:
        raise damaged("the PSD does not start with its header")
    if version == 2:
        raise UnsupportedFormat(
            "a large Photoshop document (PSB), which is not read here",
            "save it as PSD; sides have at most 30,000 pixels there",
        )
    if version != 1 or not 1 <= channels <= 56:
        raise damaged("the header of the PSD makes no sense")
    if mode in _MODES or mode not in (keys.GRAY, keys.RGB):
        raise UnsupportedFormat(
            f"a Photoshop document in {_MODES.get(mode, 'an unknown color mode')}, "
            "which is not read here",
            "change its mode to RGB with 8 bits, or save it as PNG",
        )
    if depth not in (8, 16):
        raise UnsupportedFormat(
            f"a Photoshop document of {depth} bits, which is not read here",
            "change it to 8 or 16 bits, or save it as PNG",
        )
    colors = 1 if mode == keys.GRAY else 3
    if channels < colors:
        raise damaged("the PSD has too few channels")
    return Header(width, height, channels, colors, depth // 8)


def _resources(reader: Reader) -> _Found:
    found = _Found()
    while reader.left() >= 12:
        signature, kind, length = reader.take(">4sHB")
        if signature not in (keys.BLOCK, b"MeSa", b"PHUT", b"AgHg", b"DCSR"):
            raise damaged("a resource of the PSD has no name")
        reader.skip(length + (length + 1) % 2)
        body = reader.part(">I")
        data = body.rest()
        if len(data) % 2:
            reader.skip(min(1, reader.left()))
        if kind == keys.RESOLUTION and len(data) >= 16:
            across, down = struct.unpack(">I4xI4x", data[:16])
            found.dpi = (across / 65536, down / 65536) if across and down else None
        elif kind == keys.ICC:
            found.icc = data or None
        elif kind == keys.VERSION and len(data) >= 5:
            found.has_merged = bool(data[4])
        elif kind == keys.HISTORY:
            found.history = data
    return found


def _layers(section: Reader, header: Header, budget: Budget, icc: bytes | None) -> _Contents:
    if section.left() < 4:
        return _Contents()
    info = section.part(">I")
    if info.left() < 2 and section.left() >= 4:
        # Documents of 16 bits keep their layers in a block after the global mask.
        section.part(">I")
        info = _deep_layers(section)
    if info.left() < 2:
        return _Contents()
    count = info.take(">h")[0]
    budget.count(abs(count))
    records = [read_record(info) for _ in range(abs(count))]
    stack: list[list[Layer | Group]] = [[]]
    for record in records:
        pixels = _pixels(record, info, header, budget, icc)
        if record.divider == keys.END:
            stack.append([])
            budget.enter(len(stack))
        elif record.divider in (keys.OPEN, keys.CLOSED):
            if len(stack) < 2:
                raise damaged("a group of the PSD has no beginning")
            children = stack.pop()
            stack[-1].append(record.group(children))
        else:
            stack[-1].append(record.layer(pixels))
    if len(stack) > 1:
        raise damaged("a group of the PSD has no end")
    return _Contents(tuple(stack[0]), any(record.undrawn for record in records), count < 0)


def _deep_layers(section: Reader) -> Reader:
    while section.left() >= 12:
        signature, key = section.take(">4s4s")
        if signature not in (keys.BLOCK, b"8B64"):
            break
        block = section.part(">I")
        section.skip(min(-block.left() % 4, section.left()))
        if key in (b"Lr16", b"Layr"):
            return block
    return Reader(b"")


def _pixels(
    record: Record, info: Reader, header: Header, budget: Budget, icc: bytes | None
) -> Array | None:
    """Return the pixels of a layer with its mask applied; None if it has no pixels."""
    parts = {id: Reader(info.raw(length)) for id, length in record.channels}
    width, height = record.right - record.left, record.bottom - record.top
    if width < 1 or height < 1 or record.divider:
        return None
    budget.spend(width, height, 8 * header.size)
    if 0 not in parts or (header.colors == 3 and not {1, 2} <= parts.keys()):
        raise damaged("a layer of the PSD has too few channels")
    planes = [plane(parts[id], height, width, header.size) for id in range(header.colors)]
    pixels = to_srgb(np.dstack(planes), icc)
    alpha = plane(parts[-1], height, width, header.size) if -1 in parts else None
    cover = _mask(record, parts.get(_MASK), header, budget)
    if alpha is None and cover is None:
        return pixels
    full = np.iinfo(pixels.dtype).max
    if alpha is None:
        alpha = np.full((height, width), full, pixels.dtype)
    if cover is not None:
        mixed = alpha.astype(np.float32) * cover.astype(np.float32) / full
        alpha = (mixed + 0.5).astype(pixels.dtype)
    if header.colors == 1 and alpha.min() == full:
        return pixels
    color = pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)
    return np.dstack([color, alpha])


def _mask(record: Record, part: Reader | None, header: Header, budget: Budget) -> Array | None:
    """Return the mask of a layer, as large as the layer."""
    mask = record.mask
    if mask is None or part is None or mask.disabled:
        return None
    wide = 257 if header.size == 2 else 1
    dtype = np.uint16 if header.size == 2 else np.uint8
    height, width = record.bottom - record.top, record.right - record.left
    cover = np.full((height, width), mask.outside * wide, dtype)
    rows, columns = mask.bottom - mask.top, mask.right - mask.left
    if rows < 1 or columns < 1:
        return cover
    budget.spend(columns, rows, 8 * header.size)
    values = plane(part, rows, columns, header.size)
    y0, y1 = max(mask.top, record.top), min(mask.bottom, record.bottom)
    x0, x1 = max(mask.left, record.left), min(mask.right, record.right)
    if y0 < y1 and x0 < x1:
        inner = values[y0 - mask.top : y1 - mask.top, x0 - mask.left : x1 - mask.left]
        cover[y0 - record.top : y1 - record.top, x0 - record.left : x1 - record.left] = inner
    return cover
