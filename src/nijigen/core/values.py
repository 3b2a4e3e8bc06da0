"""Value types that settings may have beside numbers, texts and choices."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from PIL import ImageColor
from pydantic import AfterValidator, WithJsonSchema


class RGB(NamedTuple):
    """A color as three numbers from 0 to 255."""

    red: int
    green: int
    blue: int


def _hex(text: str) -> str:
    try:
        red, green, blue = ImageColor.getrgb(text.strip())[:3]
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no color; write #rrggbb, rgb(…), hsl(…) or a CSS name"
        ) from error
    return f"#{red:02x}{green:02x}{blue:02x}"


Color = Annotated[str, AfterValidator(_hex), WithJsonSchema({"type": "string", "format": "color"})]
"""A color; any CSS notation goes in, ``#rrggbb`` comes out."""


def rgb(color: str) -> RGB:
    """Return the three channels of a :data:`Color`."""
    return RGB(*ImageColor.getrgb(color)[:3])
