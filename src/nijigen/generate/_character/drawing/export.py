"""Export: a drawing with its vectors and layers, if its rendering has them."""

from __future__ import annotations

from functools import partial

from nijigen.core.drawing import Drawing
from nijigen.core.picture import Picture
from nijigen.generate._character.drawing.draw import drawn
from nijigen.generate._character.drawing.layers import artwork_of
from nijigen.generate._character.drawing.renderings import VECTORS
from nijigen.generate._character.drawing.svg import svg_of
from nijigen.generate._character.traits.parameters import Rendering, Traits


def drawing(person: Traits, *, width: int, height: int, rendering: Rendering) -> Picture:
    """Return a drawing; pencil, manga and gray are pixels only."""
    pixels = drawn(person, width, height, rendering)
    if rendering not in VECTORS:
        return Picture(pixels)
    again = (person, width, height, rendering)
    return Drawing(pixels, svg=partial(svg_of, *again), artwork=partial(artwork_of, *again))
