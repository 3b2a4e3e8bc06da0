"""Palette: the main colors of a picture, as data or as a swatch file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Literal

from nijigen.color._palettes.swatches import Swatch, formats
from nijigen.color._palettes.swatches.sheet import sheet
from nijigen.core.binary import Binary
from nijigen.core.colors import CMYK, RGB, Traditional, cmyk, rgb, traditional
from nijigen.core.document import Value
from nijigen.core.errors import InputError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.strict import printable
from nijigen.core.values import Color
from nijigen.imaging.main_colors import extract


class Named(Value):
    """The traditional Chinese color nearest to another color."""

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
    """Share of the visible picture, 0 to 1."""
    nearest: Named


class MainColors(Value):
    """The main colors of a picture, the most frequent first."""

    colors: tuple[MainColor, ...]


@operation(alpha="own", version=1)
def palette(
    picture: Picture,
    *,
    colors: Annotated[int, Setting(ge=1, le=64)] = 12,
    format: Literal["json", "gpl", "ase", "aco", "css", "pal", "act", "hex", "kpl", "png"] = "json",
) -> MainColors | Binary | Picture:
    """Find the main colors of a picture, as data or as a swatch file.

    Colors that look different are separated (clusters in OKLab); small ones that stand out, such as
    irises, are kept. Flat colors are returned exactly as painted. Each color is named after the
    nearest traditional Chinese color (CIEDE2000). Takes about 1 s; pictures above 2 megapixels are
    subsampled.

    Args:
        picture: Any size, color or gray; transparent parts have no color.
        colors: Maximum number of colors; there are fewer if the picture has fewer distinct ones.
        format: JSON with RGB, CMYK (naive, without a profile), share and nearest traditional
            color; GPL palette (GIMP, Krita, Inkscape); Adobe Swatch Exchange; Photoshop color
            swatches (ACO); CSS custom properties; PAL of Paint Shop Pro and HEX, which pixel
            artists exchange; Photoshop color table (ACT); Krita palette (KPL); or a picture of
            labeled swatches.

    Returns:
        The colors, the most frequent first.

    Raises:
        InputError: Every pixel of the picture is transparent.

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
    title = printable(PurePath(picture.info.history.source or "Palette").stem)
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
