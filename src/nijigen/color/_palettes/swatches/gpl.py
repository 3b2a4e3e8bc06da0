"""GPL: the palettes of GIMP, Krita and Inkscape."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import rgb, written
from nijigen.core.errors import InputError

_MAGIC = b"GIMP Palette"
_HEADER = re.compile(r"\s*[A-Za-z][\w -]*:")
"""``Name:``, ``Columns:``, and what other programs add."""
_ALPHA = re.compile(r"\s*channels:\s*rgba\b", re.I)


def accepts(content: bytes) -> bool:
    """Return whether the content begins like a GPL palette."""
    return content.removeprefix(b"\xef\xbb\xbf").startswith(_MAGIC)


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors.

    Unknown headers are skipped: programs add their own, such as ``Channels: RGBA`` of Aseprite,
    after which colors have four numbers; entirely transparent entries are left out.

    Raises:
        InputError: A line is not a color.
    """
    swatches = []
    most = 3
    for line in content.decode("utf-8-sig", "replace").splitlines()[1:]:
        if _ALPHA.match(line):
            most = 4
        if not line.strip() or line.lstrip().startswith("#") or _HEADER.match(line):
            continue
        numbers, name = _parts(line, most)
        if len(numbers) < 3:
            raise InputError(f"{line[:80]!r} is not a color of a GIMP palette")
        if not all(0 <= number <= 255 for number in numbers):
            raise InputError(f"{line[:80]!r} has channels outside of 0 to 255")
        red, green, blue, *alpha = numbers
        if alpha != [0]:
            swatches.append(Swatch(name, written(red, green, blue)))
    return tuple(swatches)


def _parts(line: str, most: int) -> tuple[list[int], str]:
    """Return the leading numbers of a line, at most so many, and the name after them."""
    numbers: list[int] = []
    rest = line.strip()
    while rest and len(numbers) < most:
        word, *after = rest.split(maxsplit=1)
        if not re.fullmatch(r"-?[0-9]{1,9}", word):
            break
        numbers.append(int(word))
        rest = after[0] if after else ""
    return numbers, rest


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a palette."""
    lines = [_MAGIC.decode(), f"Name: {' '.join(title.split())}", "Columns: 8", "#"]
    for swatch in swatches:
        red, green, blue = rgb(swatch.color)
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{' '.join(swatch.name.split())}")
    return "".join(line + "\n" for line in lines).encode()
