"""Blending: blend modes by the names used in painting programs, and compositing.

Source: W3C Compositing and Blending Level 1, sections 5 to 10, whose formulas are those of PDF
(ISO 32000-2, 11.3.5). The modes from add on, fill and Blend If are those of Photoshop documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import BadPicture

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
    "divide",
    "vivid-light",
    "linear-light",
    "pin-light",
    "hard-mix",
    "darker-color",
    "lighter-color",
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


def _vivid_light(below: Floats, above: Floats) -> Floats:
    # Unlike dodge and burn alone, black makes black and white makes white of anything.
    burnt = 1 - np.minimum(1, (1 - below) / np.maximum(2 * above, _LEAST))
    dodged = np.minimum(1, below / np.maximum(2 - 2 * above, _LEAST))
    mixed = np.where(above <= 0.5, burnt, dodged)
    return np.where(above <= 0, 0, np.where(above >= 1, 1, mixed))


def _hard_mix(below: Floats, above: Floats) -> Floats:
    # Where they sum up to exactly 1, Photoshop rounds the color below.
    total = below + above - 1
    return np.where(np.abs(total) < 1e-6, below > 0.5, total > 0).astype(np.float32)


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
    "divide": lambda below, above: np.minimum(below / np.maximum(above, _LEAST), 1),
    "vivid-light": _vivid_light,
    "linear-light": lambda below, above: np.clip(below + 2 * above - 1, 0, 1),
    "pin-light": lambda below, above: np.where(
        above <= 0.5, np.minimum(below, 2 * above), np.maximum(below, 2 * above - 1)
    ),
    "hard-mix": _hard_mix,
    "darker-color": lambda below, above: np.where(
        _luminosity(above) < _luminosity(below), above, below
    ),
    "lighter-color": lambda below, above: np.where(
        _luminosity(above) > _luminosity(below), above, below
    ),
}
"""Each takes the colors ``(H, W, 3)`` below and above, in 0..1, and returns the mixed color."""

_NEUTRAL: Mapping[Blend, float] = {
    "color-dodge": 0,
    "add": 0,
    "difference": 0,
    "color-burn": 1,
    "linear-burn": 1,
    "vivid-light": 0.5,
    "linear-light": 0.5,
}
FILLED: frozenset[Blend] = frozenset({*_NEUTRAL, "hard-mix"})
"""The modes in which fill is not the same as opacity."""


def neutral(blend: Blend) -> float | None:
    """Return the color that changes nothing in a mode with a fill of its own.

    Fill moves the color of the layer towards it. None for other modes, and for hard mix, where
    fill is the slope of the step instead.
    """
    return _NEUTRAL.get(blend)


def _filled(blend: Blend, below: Floats, above: Floats, fill: Any) -> Floats:
    """Blend in a mode of :data:`FILLED` with a fill of 0 to 1, a number or ``(H, W, 1)``."""
    if blend == "hard-mix":
        slope = (below - fill * (1 - above)) / np.maximum(1 - fill, _LEAST)
        return np.where(fill >= 1, _hard_mix(below, above), np.clip(slope, 0, 1))
    start = np.float32(_NEUTRAL[blend])
    blended: Floats = FUNCTIONS[blend](below, start + (above - start) * fill)
    return blended


Range = tuple[int, int, int, int]
"""Values of 0 to 255: shown from the second to the third, fading to the first and the fourth."""
WHOLE: Range = (0, 0, 255, 255)
_GRAY = np.array([[0.299], [0.59], [0.111]], np.float32)


def shown_share(color: Floats, ranges: tuple[Range, ...]) -> Floats:
    """Return the share ``(H, W, 1)`` that ranges of gray, red, green and blue leave of colors."""
    share = np.ones_like(color[:, :, :1])
    values = np.concatenate([color @ _GRAY, color], axis=2) * 255
    for n, (black, dark, light, white) in enumerate(ranges):
        if (black, dark, light, white) == WHOLE:
            continue
        # To the nearest of 256 steps, since the ends of the ranges are steps too.
        value = np.floor(values[:, :, n : n + 1] + 0.5)
        # Both ends of a fading part count: the first step is shown a little.
        up = (value - black + 1) / (dark - black + 1)
        down = (white - value + 1) / (white - light + 1)
        share *= np.clip(np.minimum(up, down), 0, 1)
    return share


@dataclass(frozen=True)
class Mixing:
    """How a layer mixes beyond its blend mode: "advanced blending" in Photoshop.

    Args:
        fill: 0 to 1. In the eight modes of :data:`FILLED` it acts on the color, in others like
            opacity.
        glowing: In the eight modes, alpha acts like fill: a soft brush glows instead of covering.
            Clip Studio and SAI call such modes "glow"; in Photoshop it is a layer whose
            transparency does not shape it.
        own: Where the color of the layer is outside of these ranges (of gray, red, green, blue),
            the layer is hidden: "Blend If: This Layer". No ranges: never.
        under: The same for the color below it: "Blend If: Underlying Layer".

    Raises:
        BadPicture: A number is out of range.
    """

    fill: float = 1.0
    glowing: bool = False
    own: tuple[Range, ...] = ()
    under: tuple[Range, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.fill <= 1:
            raise BadPicture(f"the fill of a layer is {self.fill}", "use 0 to 1")
        for black, dark, light, white in (*self.own, *self.under):
            if not (0 <= black <= dark <= 255 and 0 <= light <= white <= 255):
                raise BadPicture(
                    f"a Blend If range of a layer is {black}, {dark}, {light}, {white}",
                    "use ascending numbers of 0 to 255",
                )


PLAIN = Mixing()
"""As the blend mode says, nothing else."""


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
        self,
        color: Floats,
        alpha: Floats,
        blend: Blend,
        area: Any = ...,
        *,
        opacity: float = 1.0,
        mixing: Mixing = PLAIN,
        clip: bool = False,
    ) -> None:
        """Composite straight color over an area; with ``clip``, only onto existing alpha.

        Args:
            color: Straight color, ``(H, W, 3)``.
            alpha: Alpha of the layer, ``(H, W, 1)``.
            blend: Its blend mode.
            area: Where it is on the canvas.
            opacity: Its opacity.
            mixing: Its other properties.
            clip: Whether it is clipped to what is on the canvas.
        """
        below, cover = self.color[area], self.alpha[area]
        alpha = alpha * np.float32(opacity)
        known: Any = None
        if blend != "normal" or mixing.under:
            known = np.clip(below / np.maximum(cover, _LEAST), 0, 1)
        if mixing.own:
            alpha = alpha * shown_share(color, mixing.own)
        if mixing.under:
            alpha = alpha * (1 - cover + cover * shown_share(known, mixing.under))
        # What reaches the color below, and what is added where there is none.
        reach = alpha
        fill: Any = np.float32(mixing.fill)
        if blend in FILLED and mixing != PLAIN:
            if mixing.glowing:
                reach = np.where(alpha > 0, np.float32(opacity), np.float32(0))
                fill = fill * alpha / np.maximum(reach, _LEAST)
            blended = _filled(blend, known, color, fill)
            alpha = reach * fill
        else:
            alpha = reach = alpha * fill
            blended = color if blend == "normal" else FUNCTIONS[blend](known, color)
        rest = (1 - reach) * below
        if clip:
            self.color[area] = cover * reach * blended + rest
            return
        if blend == "normal":
            self.color[area] = alpha * color + rest
        else:
            self.color[area] = alpha * (1 - cover) * color + reach * cover * blended + rest
        self.alpha[area] = alpha + cover * (1 - alpha)

    def fade(self, before: Canvas, opacity: float) -> None:
        """Blend back to an earlier copy, so that later drawing has the given opacity."""
        self.color = before.color + (self.color - before.color) * np.float32(opacity)
        self.alpha = before.alpha + (self.alpha - before.alpha) * np.float32(opacity)
