"""Export: a drawing with its vectors and layers, if its rendering has them."""

from __future__ import annotations

from functools import partial

from nijigen.core.drawing import Drawing
from nijigen.core.picture import Picture
from nijigen.generate._character.draw import drawn
from nijigen.generate._character.layers import artwork_of
from nijigen.generate._character.parameters import Rendering, Traits
from nijigen.generate._character.renderings import VECTORS
from nijigen.generate._character.svg import svg_of


def drawing(person: Traits, *, width: int, height: int, rendering: Rendering) -> Picture:
    """Return a drawing; pencil, manga and gray are pixels only."""
    pixels = drawn(person, width, height, rendering)
    if rendering not in VECTORS:
        return Picture(pixels)
    again = (person, width, height, rendering)
    return Drawing(pixels, svg=partial(svg_of, *again), artwork=partial(artwork_of, *again))
