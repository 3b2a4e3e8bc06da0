"""View: framing and scale of the figure."""

from __future__ import annotations

from nijigen.generate._character.drawing.raster import View
from nijigen.generate._character.traits.parameters import Traits

# Side and center of the visible square, in figure units.
_FRAMES = {"face": (330.0, 0.0, 4.0), "bust": (400.0, 0.0, 26.0), "upper": (508.0, 0.0, 74.0)}
# How far things extend above the frame; constant, so that animations do not jump.
_TALL = {"rabbit": 52.0, "witch_hat": 42.0}


def framed(traits: Traits, width: int, height: int) -> View:
    """Return the view of a character; the square fits the shorter side of the picture."""
    who, framing = traits.identity, traits.scene.framing
    side, x, y = _FRAMES[framing]
    above = max(_TALL.get(who.ears, 0.0), _TALL.get(who.headwear, 0.0))
    side, y = side + above, y - above / 2
    if traits.style.style == "chibi":
        # A chibi is mostly head: it fills the frame.
        side, y = 0.88 * side, y - 0.02 * side
    scale = min(width, height) / side
    return View(x - width / scale / 2, y - height / scale / 2, scale, width, height)
