"""Swatches: named colors, with a module for each file format."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from nijigen.color._palettes.swatches.swatch import Format, Swatch
from nijigen.core.errors import InputError
from nijigen.core.values import PALETTE_SCHEMA, Palette

__all__ = ["Format", "Swatch", "Swatches", "formats", "read"]


def formats() -> dict[str, Format]:
    """Return the formats by file extension."""
    from nijigen.color._palettes.swatches import aco, act, ase, css, gpl, hexes, kpl, pal

    # A CSS file can begin with anything, so it comes last.
    return {
        "ase": ase,
        "gpl": gpl,
        "act": act,
        "aco": aco,
        "pal": pal,
        "kpl": kpl,
        "hex": hexes,
        "css": css,
    }


def read(content: bytes) -> tuple[Swatch, ...]:
    """Read the colors of a swatch file of any format.

    Raises:
        InputError: No format is known, or the file is damaged or has no colors.
    """
    for format in formats().values():
        if format.accepts(content):
            swatches = format.read(content)
            if not swatches:
                raise InputError("the swatch file has no colors")
            return swatches
    raise InputError("this is not a swatch file", "known: " + ", ".join(formats()))


def _colors(given: Any) -> Any:
    """Return the colors of the content of a swatch file; return other values unchanged."""
    if not isinstance(given, str):
        return given
    try:
        if given.startswith("data:") and ";base64," in given:
            content = base64.b64decode(given.partition(";base64,")[2], validate=True)
        elif _is_file(given):
            content = given.encode()
        else:
            return given
        return [swatch.color for swatch in read(content)]
    except binascii.Error:
        raise ValueError("the swatch file is not valid base64") from None
    except InputError as error:
        # Pydantic expects a ValueError.
        raise ValueError(error.message) from None


def _is_file(text: str) -> bool:
    """Return whether a text is the content of a swatch file, not a list or a name of colors."""
    known = formats()
    is_list = "\n" in text.strip() and known["hex"].accepts(text.encode())
    return is_list or "--" in text or any(known[n].accepts(text.encode()) for n in ("gpl", "pal"))


Swatches = Annotated[
    Palette,
    BeforeValidator(_colors),
    WithJsonSchema({**PALETTE_SCHEMA, "contentMediaType": "application/octet-stream"}),
]
"""A palette that may also be the content of a swatch file; the command line takes the file's name.

GPL, PAL (of Paint Shop Pro), HEX and CSS are passed as text; others as ``data:;base64,…``.
"""
