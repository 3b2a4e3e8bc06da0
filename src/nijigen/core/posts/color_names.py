"""Names of colors that posts and queries share."""

from __future__ import annotations

from typing import Literal, get_args

from nijigen.core.colors import rgb

ColorName = Literal[
    "red", "orange", "yellow", "green", "aqua", "blue", "purple", "pink", "brown", "black",
    "gray", "white",
]  # fmt: skip
COLOR_NAMES: tuple[ColorName, ...] = get_args(ColorName)
_REFERENCES: dict[ColorName, str] = {
    "red": "#dc2828",
    "orange": "#f08c28",
    "yellow": "#f5dc46",
    "green": "#3ca046",
    "aqua": "#46d2d2",
    "blue": "#3264d2",
    "purple": "#8240b4",
    "pink": "#f596be",
    "brown": "#80502d",
    "black": "#141414",
    "gray": "#828282",
    "white": "#f8f8f8",
}


def color_name(color: str) -> ColorName:
    """Return which of the twelve names a color has: its own, or the nearest in Oklab.

    Raises:
        ValueError: It is not a color in any notation.
    """
    word = color.strip().lower()
    for name in COLOR_NAMES:
        if word in (name, {"gray": "grey", "aqua": "cyan"}.get(name)):
            return name
    place = _oklab(color)
    return min(
        COLOR_NAMES,
        key=lambda name: _difference(place, _oklab(_REFERENCES[name])),
    )


def _difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Compare two colors; lightness counts half, so that navy is blue and not black."""
    weights = (0.25, 1.0, 1.0)
    return sum(w * (a - b) ** 2 for w, a, b in zip(weights, one, other, strict=True))


def _oklab(color: str) -> tuple[float, float, float]:
    """Return a color in Oklab. Source: Björn Ottosson, "A perceptual color space", 2020."""
    red, green, blue = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (channel / 255 for channel in rgb(color))
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
