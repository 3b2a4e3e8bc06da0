"""Blending: blend modes by the names used in painting programs, and compositing.

Source: W3C Compositing and Blending Level 1, sections 5 to 10, whose formulas are those of PDF
(ISO 32000-2, 11.3.5). Add, linear burn and subtract are those of Photoshop documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""``float32``; numpy's type hints lose track of it in arithmetic."""
Function = Callable[[Any, Any], Any]

_LEAST = np.float32(1e-12)
"""Replaces zero in a divisor."""

Blend = Literal[
    "normal",
    "multiply",
    "screen",
    "overlay",
    "darken",
    "lighten",
    "color-dodge",
    "color-burn",
    "hard-light",
    "soft-light",
    "difference",
    "exclusion",
    "hue",
    "saturation",
    "color",
    "luminosity",
    "add",
    "linear-burn",
    "subtract",
]
"""Blend modes of a layer."""


def _screen(below: Floats, above: Floats) -> Floats:
    lighter: Floats = below + above - below * above
    return lighter


def _hard_light(below: Floats, above: Floats) -> Floats:
    return np.where(above <= 0.5, below * 2 * above, _screen(below, 2 * above - 1))


def _dodge(below: Floats, above: Floats) -> Floats:
    quotient = np.minimum(1, below / np.maximum(1 - above, _LEAST))
    return np.where(below <= 0, 0, np.where(above >= 1, 1, quotient))


def _burn(below: Floats, above: Floats) -> Floats:
    quotient = 1 - np.minimum(1, (1 - below) / np.maximum(above, _LEAST))
    return np.where(below >= 1, 1, np.where(above <= 0, 0, quotient))


def _soft_light(below: Floats, above: Floats) -> Floats:
    dark = below - (1 - 2 * above) * below * (1 - below)
    curve = np.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, np.sqrt(below))
    light = below + (2 * above - 1) * (curve - below)
    mixed: Floats = np.where(above <= 0.5, dark, light)
    return mixed


def _luminosity(color: Floats) -> Floats:
    light: Floats = color @ np.array([[0.3], [0.59], [0.11]], np.float32)
    return light


def _with_luminosity(color: Floats, wanted: Floats) -> Floats:
    """Set the luminosity of a color, then clip to 0..1 while preserving the luminosity."""
    color = color + (wanted - _luminosity(color))
    light = _luminosity(color)
    low, high = color.min(axis=2, keepdims=True), color.max(axis=2, keepdims=True)
    lifted = light + (color - light) * light / np.maximum(light - low, _LEAST)
    color = np.where(low < 0, lifted, color)
    lowered = light + (color - light) * (1 - light) / np.maximum(high - light, _LEAST)
    return np.where(high > 1, lowered, color)


def _spread(color: Floats) -> Floats:
    span: Floats = color.max(axis=2, keepdims=True) - color.min(axis=2, keepdims=True)
    return span


def _with_saturation(color: Floats, wanted: Floats) -> Floats:
    whole = np.maximum(_spread(color), _LEAST)
    scaled: Floats = (color - color.min(axis=2, keepdims=True)) / whole * wanted
    return scaled


FUNCTIONS: Mapping[Blend, Function] = {
    "normal": lambda below, above: above,
    "multiply": lambda below, above: below * above,
    "screen": _screen,
    "overlay": lambda below, above: _hard_light(above, below),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _dodge,
    "color-burn": _burn,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda below, above: np.abs(below - above),
    "exclusion": lambda below, above: below + above - 2 * below * above,
    "hue": lambda below, above: _with_luminosity(
        _with_saturation(above, _spread(below)), _luminosity(below)
    ),
    "saturation": lambda below, above: _with_luminosity(
        _with_saturation(below, _spread(above)), _luminosity(below)
    ),
    "color": lambda below, above: _with_luminosity(above, _luminosity(below)),
    "luminosity": lambda below, above: _with_luminosity(below, _luminosity(above)),
    "add": lambda below, above: np.minimum(below + above, 1),
    "linear-burn": lambda below, above: np.maximum(below + above - 1, 0),
    "subtract": lambda below, above: np.maximum(below - above, 0),
}
"""Each takes the colors ``(H, W, 3)`` below and above, in 0..1, and returns the mixed color."""


class Canvas:
    """A compositing buffer: premultiplied color and alpha, in 0..1."""

    def __init__(self, height: int, width: int) -> None:
        self.color: Floats = np.zeros((height, width, 3), np.float32)
        self.alpha: Floats = np.zeros((height, width, 1), np.float32)

    def copy(self) -> Canvas:
        """Return an independent copy."""
        other = Canvas(0, 0)
        other.color, other.alpha = self.color.copy(), self.alpha.copy()
        return other

    def straight(self) -> Floats:
        """Return the color with straight alpha; black where alpha is 0."""
        straight: Floats = self.color / np.maximum(self.alpha, _LEAST)
        return straight

    def draw(
        self, color: Floats, alpha: Floats, blend: Blend, area: Any = ..., *, clip: bool = False
    ) -> None:
        """Composite straight color over an area; with ``clip``, only onto existing alpha."""
        below, cover = self.color[area], self.alpha[area]
        if blend == "normal":
            mixed = color
        else:
            known = np.clip(below / np.maximum(cover, _LEAST), 0, 1)
            blended = FUNCTIONS[blend](known, color)
            mixed = blended if clip else (1 - cover) * color + cover * blended
        if clip:
            self.color[area] = cover * alpha * mixed + (1 - alpha) * below
        else:
            self.color[area] = alpha * mixed + (1 - alpha) * below
            self.alpha[area] = alpha + cover * (1 - alpha)

    def fade(self, before: Canvas, opacity: float) -> None:
        """Blend back to an earlier copy, so that later drawing has the given opacity."""
        self.color = before.color + (self.color - before.color) * np.float32(opacity)
        self.alpha = before.alpha + (self.alpha - before.alpha) * np.float32(opacity)
