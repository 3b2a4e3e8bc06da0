"""ACO: the color swatches of Photoshop, version 1 without names and version 2 with them.

Source: Adobe Photoshop File Formats Specification, "Color Swatches".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import hex_of, rgb, written
from nijigen.core.errors import InputError
from nijigen.imaging.color_spaces import from_lab, to_bytes

_RGB, _HSB, _CMYK, _LAB, _GRAY = 0, 1, 2, 7, 8


def accepts(content: bytes) -> bool:
    """Return whether the content begins with one of the two versions."""
    return content[:2] in (b"\0\1", b"\0\2")


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors, with names if there is a section of version 2.

    Raises:
        InputError: The file is damaged or has an unknown color space.
    """
    try:
        first, end = _part(content, 0)
        if content[:2] == b"\0\1" and content[end : end + 2] == b"\0\2":
            first, _ = _part(content, end)
    except struct.error:
        raise InputError("the ACO file ends too early") from None
    return first


def _part(content: bytes, at: int) -> tuple[tuple[Swatch, ...], int]:
    version, count = struct.unpack_from(">HH", content, at)
    at += 4
    swatches = []
    for _ in range(count):
        space, *values = struct.unpack_from(">5H", content, at)
        at += 10
        name = ""
        if version == 2:
            (units,) = struct.unpack_from(">I", content, at)
            name = content[at + 4 : at + 4 + 2 * units].decode("utf-16-be", "replace")
            at += 4 + 2 * units
        swatches.append(Swatch(name.rstrip("\0"), _color(space, values)))
    if at > len(content):
        raise InputError("the ACO file ends too early")
    return tuple(swatches), at


def _color(space: int, values: Sequence[int]) -> str:
    shares = [value / 65535 for value in values]
    if space == _RGB:
        channels = to_bytes(np.array(shares[:3]))
    elif space == _GRAY:
        channels = to_bytes(np.full(3, 1 - min(values[0], 10000) / 10000))
    elif space == _LAB:
        signed = [value - 65536 if value > 32767 else value for value in values[1:3]]
        colors = np.array([values[0], *signed]) / 100
        channels = to_bytes(from_lab(colors, white="D50"))
    elif space == _HSB:
        return hex_of(f"hsv({shares[0] * 360:.4f}, {shares[1]:.4%}, {shares[2]:.4%})")
    elif space == _CMYK:
        # 0 is full ink here.
        return hex_of("cmyk(" + ", ".join(f"{(1 - share) * 100:.4f}" for share in shares) + ")")
    else:
        raise InputError(f"the ACO file has an unknown color space {space}")
    return written(*channels)


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a file with both versions, as Photoshop writes it; it has no title."""
    plain, named = [], []
    for swatch in swatches:
        record = struct.pack(">5H", _RGB, *(channel * 257 for channel in rgb(swatch.color)), 0)
        name = swatch.name[:200].encode("utf-16-be") + b"\0\0"
        plain.append(record)
        named.append(record + struct.pack(">I", len(name) // 2) + name)
    count = len(swatches)
    return (
        struct.pack(">HH", 1, count)
        + b"".join(plain)
        + struct.pack(">HH", 2, count)
        + b"".join(named)
    )
