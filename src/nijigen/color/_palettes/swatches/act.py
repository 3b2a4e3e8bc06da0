"""ACT: the color tables of Photoshop, always of 256 entries.

Source: Adobe Photoshop File Formats Specification, "Color Table".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from nijigen.color._palettes.swatches import aco
from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import rgb, written

_TABLE = 768
_NO_COLOR = 0xFFFF


def accepts(content: bytes) -> bool:
    """Return whether the content has the size of a table, with or without a count.

    It may begin like an ACO, if its first color is nearly black, but that would be shorter.
    """
    is_swatches = aco.accepts(content) and 4 + 10 * int.from_bytes(content[2:4], "big") < _TABLE
    return len(content) in (_TABLE, _TABLE + 4) and not is_swatches


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors: as many as the file counts, without the transparent one."""
    count, clear = 256, _NO_COLOR
    if len(content) > _TABLE:
        count, clear = struct.unpack_from(">HH", content, _TABLE)
    colors = [content[3 * n : 3 * n + 3] for n in range(min(count or 256, 256)) if n != clear]
    return tuple(Swatch("", written(*color)) for color in colors)


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a table with a count; it has neither a title nor names."""
    colors = b"".join(bytes(rgb(swatch.color)) for swatch in swatches[:256])
    return colors.ljust(_TABLE, b"\0") + struct.pack(">HH", min(len(swatches), 256), _NO_COLOR)
