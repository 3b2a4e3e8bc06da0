"""Reading PSD and PSB: 8 and 16 bits, gray and RGB, with groups, masks and blend modes.

What is not drawn (``features`` has the list) is left out of the layers; the file's own merged
picture is then what a flattened result shows, and notes say so.

Source: Adobe Photoshop File Formats Specification (November 2019).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from nijigen.core.artwork import Layer
from nijigen.core.errors import BadPicture, UnsupportedFormat
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.document import (
    Budget,
    Document,
    every_layer,
    notes_on_damage,
    notes_on_lacks,
)
from nijigen.imaging.artworks.psd import keys
from nijigen.imaging.artworks.psd.layers import read_layers
from nijigen.imaging.artworks.psd.pixels import Header, Reader, merged_picture
from nijigen.imaging.codecs.content import DEFLATE, check_filled, damaged
from nijigen.imaging.codecs.icc import to_srgb

_MODES = {0: "black and white", 2: "palette", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}


@dataclass
class _Found:
    """Image resources that are used."""

    dpi: tuple[float, float] | None = None
    icc: bytes | None = None
    history: bytes = b""
    is_photoshop: bool = False
    """Whether the file says what Photoshop says about its version; GIMP's do not."""
    has_merged: bool = True
    """False for a file saved without "maximize compatibility": its merged picture is blank."""
    skipped: bool = False
    """Whether a part of them could not be read."""


def read(data: bytes) -> Document:
    """Read a whole document.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels than the limit allows, all layers together.
        UnsupportedFormat: It is of another color mode or depth.
    """
    reader = Reader(data)
    header = _header(reader)
    size = header.width, header.height
    check_filled(size[0] * size[1], len(data), DEFLATE, f"{size[0]}×{size[1]} pixels")
    budget = Budget(*size, 8 * header.size)
    reader.part(">I")
    found = _resources(reader.part(">I"))
    tail = data[reader.at :]
    contents = read_layers(reader.part(reader.wide), header, budget, found.icc)
    # Always decoded: it is the end of the file, so that truncation is noticed.
    merged = merged_picture(reader, header, transparent=contents.transparent)
    merged = to_srgb(merged, found.icc)
    document = Document(size, tuple(contents.nodes), found.dpi, found.icc)
    if found.history[:32] == hashlib.sha256(tail).digest():
        document.history = found.history[32:].decode("utf-8", "replace")
    if not contents.nodes:
        document.layers = (Layer("Background", Picture(merged)),)
    if merged.shape[2] == 4 and not found.is_photoshop:
        # GIMP shows most modes only where there is something below.
        contents.lacks += [
            ("blending with transparent parts as its program does it", layer.name)
            for layer in every_layer(contents.nodes)
            if layer.visible and layer.blend != "normal"
        ]
    if contents.nodes and contents.lacks and found.has_merged:
        document.merged = merged
    document.notes = (
        *notes_on_lacks(contents.lacks, merged=document.merged is not None),
        *notes_on_damage(contents.damaged, skipped=found.skipped),
    )
    return document


def _header(reader: Reader) -> Header:
    signature, version, channels, height, width, depth, mode = reader.take(">4sH6xHIIHH")
    if signature != keys.SIGNATURE:
        raise damaged("the PSD does not start with its header")
    reader.large = version == 2
    if version not in (1, 2) or not 1 <= channels <= 56:
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
            # Nothing that is needed for the pixels; the length of all of them is known.
            found.skipped = True
            break
        try:
            reader.skip(length + (length + 1) % 2)
            data = reader.part(">I").rest()
        except BadPicture:
            found.skipped = True
            break
        if len(data) % 2:
            reader.skip(min(1, reader.left()))
        if kind == keys.RESOLUTION and len(data) >= 16:
            across, down = struct.unpack(">I4xI4x", data[:16])
            found.dpi = (across / 65536, down / 65536) if across and down else None
        elif kind == keys.ICC:
            found.icc = data or None
        elif kind == keys.VERSION and len(data) >= 5:
            found.is_photoshop, found.has_merged = True, bool(data[4])
        elif kind == keys.HISTORY:
            found.history = data
    return found
