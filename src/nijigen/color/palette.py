"""Palette: the colors that a picture is made of, as data or as a swatch file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Literal

from nijigen.color._palettes.extract import extract
from nijigen.color._palettes.swatches import Swatch, formats
from nijigen.color._palettes.swatches.sheet import sheet
from nijigen.core.binary import Binary
from nijigen.core.colors import CMYK, RGB, Traditional, cmyk, rgb, traditional
from nijigen.core.document import Value
from nijigen.core.errors import InputError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.values import Color


class Named(Value):
    """The traditional Chinese color that looks most like another."""

    name: str
    pinyin: str
    color: Color
    difference: float
    """CIEDE2000."""


class MainColor(Value):
    """One of the main colors of a picture."""

    hex: Color
    rgb: RGB
    cmyk: CMYK
    share: float
    """Of all that is seen, 0 to 1."""
    nearest: Named


class MainColors(Value):
    """The main colors of a picture, the commonest first."""

    colors: tuple[MainColor, ...]


@operation(alpha="own", version=1)
def palette(
    picture: Picture,
    *,
    colors: Annotated[int, Setting(ge=1, le=64)] = 12,
    format: Literal["json", "gpl", "ase", "aco", "css", "png"] = "json",
) -> MainColors | Binary | Picture:
    """Find the main colors of a picture, as data or as a swatch file.

    Colors that differ for the eye are told apart (clusters in OKLab); small ones that stand out,
    such as irises, are kept. What was painted flat comes out exactly as it was painted. Each color
    is named after the traditional Chinese color that is nearest to it by CIEDE2000. Takes about
    1 s; of pictures above 2 megapixels every second or third row and column is looked at.

    Args:
        picture: Any size, color or gray; transparent parts have no color.
        colors: How many at most; there are fewer where a picture has fewer that differ.
        format: JSON with RGB, CMYK (plain, without a profile), share and nearest traditional
            color; a palette of GIMP, Krita and Inkscape; Adobe Swatch Exchange; color swatches of
            Photoshop; CSS custom properties; or a picture of labelled swatches.

    Returns:
        The colors, the commonest first.

    Raises:
        InputError: Nothing of the picture is seen.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.palette import palette
        >>> palette(Picture(np.full((8, 8, 3), 255, np.uint8))).colors[0].hex
        '#ffffff'

    Source: names and inks of traditional colors from zhongguose.com.
    """
    found = extract(picture, colors)
    if not len(found.bytes):
        raise InputError("every pixel of the picture is transparent", "there are no colors in it")
    named = [_named(color) for color in found.hex]
    if format == "json":
        return MainColors(
            colors=tuple(
                MainColor(
                    hex=color,
                    rgb=rgb(color),
                    cmyk=cmyk(color),
                    share=round(float(share), 4),
                    nearest=near,
                )
                for color, share, near in zip(found.hex, found.shares, named, strict=True)
            )
        )
    swatches = [
        Swatch(f"{near.name} {near.pinyin}", color)
        for color, near in zip(found.hex, named, strict=True)
    ]
    if format == "png":
        return sheet(swatches, [float(share) for share in found.shares])
    title = PurePath(picture.info.history.source or "Palette").stem
    return Binary(content=formats()[format].write(title, swatches), ending=format)


def _named(color: str) -> Named:
    entry, difference = nearest_traditional(color)
    return Named(
        name=entry.name, pinyin=entry.pinyin, color=entry.color, difference=round(difference, 2)
    )


def nearest_traditional(color: str) -> tuple[Traditional, float]:
    """Return the traditional Chinese color nearest to a color, and how far it is (CIEDE2000)."""
    import numpy as np

    from nijigen.imaging.color_spaces import delta_e2000, lab

    entries = traditional()
    values = lab(np.array([rgb(entry.color) for entry in entries], np.uint8))
    differences = delta_e2000(values, lab(np.array(rgb(color), np.uint8)))
    best = int(np.argmin(differences))
    return entries[best], float(differences[best])
