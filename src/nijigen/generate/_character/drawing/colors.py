"""Colors as ``#rrggbb``: mixing, and painterly shadow and light colors."""

from __future__ import annotations

import colorsys
import functools

from nijigen.core.colors import RGB, written

# Cached: a head has few colors, but every lock needs their shades.
_remembered = functools.lru_cache(4096)


@_remembered
def parsed(color: str) -> RGB:
    """Return the channels of ``#rrggbb``."""
    return RGB(int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16))


def hsv(hue: float, saturation: float, value: float) -> str:
    """Return the color of a hue (0 to 1, cyclic), saturation and value."""
    return written(*(255 * c for c in colorsys.hsv_to_rgb(hue % 1, saturation, value)))


@_remembered
def mixed(first: str, second: str, share: float) -> str:
    """Return a color between two; ``share`` 0 is the first."""
    a, b = parsed(first), parsed(second)
    return written(*(x + (y - x) * share for x, y in zip(a, b, strict=True)))


def multiplied(first: str, second: str) -> str:
    """Return the color of one transparent film over another."""
    a, b = parsed(first), parsed(second)
    return written(*(x * y / 255 for x, y in zip(a, b, strict=True)))


def luma(color: str) -> float:
    """Return the luma of a color, 0 to 1 (Rec. 601)."""
    red, green, blue = parsed(color)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@_remembered
def shaded(color: str, depth: float = 1.0) -> str:
    """Return the color in shadow: darker, more saturated, shifted to violet."""
    film = mixed("#ffffff", "#b8a4cf", depth)
    deep = multiplied(color, film)
    hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in parsed(deep)))
    full = min(1.0, saturation * (1 + 0.12 * depth)) if saturation > 0.06 else saturation
    return hsv(hue, full, value)


def skin_shaded(color: str, depth: float = 1.0) -> str:
    """Return skin in shadow: warm, because of subsurface scattering."""
    return multiplied(color, mixed("#ffffff", "#e5b5a8", depth))


@_remembered
def lit(color: str, strength: float = 1.0) -> str:
    """Return the color in light."""
    return mixed(color, "#fffaf2", (0.32 + 0.25 * luma(color)) * strength)


@_remembered
def ink(color: str, base: str, share: float) -> str:
    """Return the color of a line: ``base``, tinted by the area that it bounds."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in parsed(color)))
    dark = hsv(hue, min(1.0, saturation * 1.25 + 0.12), value * 0.38)
    return mixed(base, dark, share)
