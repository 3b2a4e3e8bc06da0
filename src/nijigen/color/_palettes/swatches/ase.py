"""ASE: Adobe Swatch Exchange, read by Illustrator, InDesign, Photoshop and Affinity.

Source: the layout as found in published files: big-endian blocks of type, length and content.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import hex_of, rgb, written
from nijigen.core.errors import InputError
from nijigen.imaging.color_spaces import from_lab, to_bytes

_MAGIC = b"ASEF"
_COLOR, _GROUP, _GROUP_END = 0x0001, 0xC001, 0xC002
_CHANNELS = {b"RGB ": 3, b"CMYK": 4, b"LAB ": 3, b"Gray": 1}
_NORMAL = 2
"""Neither a global nor a spot color."""


def accepts(content: bytes) -> bool:
    """Return whether the content begins like an ASE file."""
    return content.startswith(_MAGIC)


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors of all groups.

    Raises:
        InputError: The file is damaged or has an unknown color model.
    """
    try:
        (count,) = struct.unpack_from(">I", content, 8)
        at, swatches = 12, []
        for _ in range(count):
            kind, length = struct.unpack_from(">HI", content, at)
            block = content[at + 6 : at + 6 + length]
            if len(block) < length:
                raise InputError("the ASE file ends too early")
            if kind == _COLOR:
                swatches.append(_swatch(block))
            at += 6 + length
    except struct.error:
        raise InputError("the ASE file ends too early") from None
    return tuple(swatches)


def _swatch(block: bytes) -> Swatch:
    (units,) = struct.unpack_from(">H", block)
    name = block[2 : 2 + 2 * units].decode("utf-16-be", "replace").rstrip("\0")
    model = block[2 + 2 * units : 6 + 2 * units]
    if model not in _CHANNELS:
        raise InputError(f"the ASE file has an unknown color model {model!r}")
    values = struct.unpack_from(f">{_CHANNELS[model]}f", block, 6 + 2 * units)
    if not np.isfinite(values).all():
        raise InputError(f"the ASE color {name[:80]!r} has no value")
    if model == b"CMYK":
        inks = ", ".join(f"{min(max(ink, 0), 1) * 100:.4f}" for ink in values)
        return Swatch(name, hex_of(f"cmyk({inks})"))
    if model == b"LAB ":
        channels = to_bytes(from_lab(np.array([values[0] * 100, *values[1:]]), white="D50"))
    else:
        channels = to_bytes(np.array([*values, *values, *values][:3]))
    return Swatch(name, written(*channels))


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a file with one group."""
    blocks = [_block(_GROUP, _name(title))]
    for swatch in swatches:
        channels = (channel / 255 for channel in rgb(swatch.color))
        value = b"RGB " + struct.pack(">3fH", *channels, _NORMAL)
        blocks.append(_block(_COLOR, _name(swatch.name) + value))
    blocks.append(_block(_GROUP_END, b""))
    return _MAGIC + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def _name(text: str) -> bytes:
    encoded = text[:200].encode("utf-16-be") + b"\0\0"
    return struct.pack(">H", len(encoded) // 2) + encoded
