"""HEX: a color a line, as the palettes of Lospec."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nijigen.color._palettes.swatches.swatch import Swatch

_LINE = re.compile(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")


def accepts(content: bytes) -> bool:
    """Return whether each line is a color."""
    lines = content[: 2**16].decode("utf-8-sig", "replace").split()
    return bool(lines) and all(map(_LINE.fullmatch, lines))


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors; alpha is left out."""
    found = map(_LINE.fullmatch, content.decode("utf-8-sig", "replace").split())
    return tuple(Swatch("", f"#{match[1].lower()}") for match in found if match)


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a file; it has neither a title nor names."""
    return "".join(f"{swatch.color[1:]}\n" for swatch in swatches).encode()
