"""GPL: the palettes of GIMP, Krita and Inkscape."""

from __future__ import annotations

from collections.abc import Sequence

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import rgb, written
from nijigen.core.errors import InputError

_MAGIC = b"GIMP Palette"


def accepts(content: bytes) -> bool:
    """Return whether the content begins like a GPL palette."""
    return content.removeprefix(b"\xef\xbb\xbf").startswith(_MAGIC)


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors.

    Raises:
        InputError: A line is not a color.
    """
    swatches = []
    for line in content.decode("utf-8-sig", "replace").splitlines()[1:]:
        words = line.split(maxsplit=3)
        if not words or words[0].startswith("#") or words[0] in ("Name:", "Columns:"):
            continue
        try:
            red, green, blue = (int(word) for word in words[:3])
        except ValueError:
            raise InputError(f"{line[:80]!r} is not a color of a GIMP palette") from None
        if not all(0 <= channel <= 255 for channel in (red, green, blue)):
            raise InputError(f"{line[:80]!r} has channels outside of 0 to 255")
        swatches.append(Swatch(words[3].strip() if words[3:] else "", written(red, green, blue)))
    return tuple(swatches)


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a palette."""
    lines = [_MAGIC.decode(), f"Name: {' '.join(title.split())}", "Columns: 8", "#"]
    for swatch in swatches:
        red, green, blue = rgb(swatch.color)
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{' '.join(swatch.name.split())}")
    return "".join(line + "\n" for line in lines).encode()
