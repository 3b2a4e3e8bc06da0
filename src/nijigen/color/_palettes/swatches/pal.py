"""PAL: palettes of Paint Shop Pro (JASC), which pixel artists exchange, and those of Microsoft.

Source: the layout as found in files of Aseprite, and Microsoft's description of RIFF.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import rgb, written
from nijigen.core.errors import InputError

_JASC, _VERSION = b"JASC-PAL", "0100"


def accepts(content: bytes) -> bool:
    """Return whether the content begins like one of the two kinds."""
    return content.startswith(_JASC) or (content[:4] == b"RIFF" and content[8:12] == b"PAL ")


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors, without names, which neither kind has.

    Raises:
        InputError: The file is damaged.
    """
    if content.startswith(_JASC):
        return _from_text(content.decode("utf-8", "replace"))
    try:
        start = content.index(b"data", 12)
        version, count = struct.unpack_from("<HH", content, start + 8)
    except (ValueError, struct.error):
        raise InputError("the PAL file ends too early") from None
    colors = content[start + 12 : start + 12 + 4 * count]
    if version != 0x0300 or len(colors) < 4 * count:
        raise InputError("the PAL file ends too early")
    parts = (colors[at : at + 3] for at in range(0, len(colors), 4))
    return tuple(Swatch("", written(red, green, blue)) for red, green, blue in parts)


def _from_text(text: str) -> tuple[Swatch, ...]:
    lines = text.split("\n")[1:]
    try:
        count = int(lines[1])
        rows = [[int(part) for part in line.split()[:3]] for line in lines[2 : 2 + count]]
        if len(rows) < count or any(not 0 <= value <= 255 for row in rows for value in row):
            raise InputError("the PAL file ends too early, or has channels outside of 0 to 255")
        return tuple(Swatch("", written(red, green, blue)) for red, green, blue in rows)
    except (ValueError, IndexError):
        raise InputError("the PAL file has lines that are no colors") from None


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a JASC palette; it has neither a title nor names."""
    lines = [_JASC.decode(), _VERSION, str(len(swatches))]
    lines += [" ".join(map(str, rgb(swatch.color))) for swatch in swatches]
    return "".join(f"{line}\r\n" for line in lines).encode()
