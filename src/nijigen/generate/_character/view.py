"""What of the figure is seen: framing, and the scale it is drawn at."""

from __future__ import annotations

from nijigen.generate._character.raster import View

# Side of the square that is seen, and its middle, in figure units.
_FRAMES = {"face": (304.0, 0.0, 2.0), "bust": (400.0, 0.0, 12.0), "upper": (560.0, 0.0, 92.0)}


def framed(framing: str, width: int, height: int) -> View:
    """Return the view of a framing; the shorter side of the picture holds its square."""
    side, x, y = _FRAMES[framing]
    scale = min(width, height) / side
    return View(x - width / scale / 2, y - height / scale / 2, scale, width, height)
