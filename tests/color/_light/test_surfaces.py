"""Surfaces: what is one flat, and which of the flats are hair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.color._light.surfaces import Surfaces, surfaces_of

Bytes = NDArray[np.uint8]
SKIN, BROWN, BLUE = (253, 222, 200), (176, 122, 99), (84, 105, 154)


def strands(top: int, bottom: int, left: int, right: int) -> Bytes:
    """Lines from above to below, 12 pixels apart."""
    ink = np.zeros((300, 300), np.uint8)
    ink[top:bottom, left:right:12] = ink[top:bottom, left + 1 : right : 12] = 255
    return ink


def found(flat: Bytes, ink: Bytes) -> Surfaces:
    return surfaces_of(flat, ink, np.zeros(ink.shape, np.int32))


def figure(hair: tuple[int, int, int]) -> Bytes:
    """Hair over a face over a skirt."""
    flat = np.zeros((300, 300, 4), np.uint8)
    flat[20:110, 80:220] = (*hair, 255)
    flat[110:180, 90:210] = (*SKIN, 255)
    flat[180:290, 60:240] = (*BLUE, 255)
    return flat


def hairy(surfaces: Surfaces) -> list[bool]:
    """Whether the upper, middle and lower of the figure are hair."""
    return [bool(surfaces.strands[surfaces.bodies[row, 150]]) for row in (60, 150, 240)]


def test_pleats_are_no_hair_beside_hair_in_the_color_of_skin() -> None:
    ink = strands(26, 104, 86, 216) | strands(186, 284, 66, 236)
    made = found(figure(BROWN), ink)
    assert hairy(made) == [True, False, False]
    assert made.skin[made.zones[60, 150]] == 0
    assert made.skin[made.zones[150, 150]] > 0.5


def test_hair_in_the_color_of_skin_needs_no_strands() -> None:
    made = found(figure(BROWN), np.zeros((300, 300), np.uint8))
    assert hairy(made) == [True, False, False]
    assert made.skin[made.zones[60, 150]] == 0


def test_a_hat_does_not_make_the_dress_hair() -> None:
    """A hat and a skirt of one color, both with folds, and hair between the hat and the face."""
    flat = figure((190, 160, 220))
    flat[20:60, 60:240] = (*BLUE, 255)
    ink = strands(24, 56, 64, 236) | strands(64, 106, 84, 216) | strands(186, 284, 66, 236)
    made = found(flat, ink)
    assert made.strands[made.bodies[85, 150]]
    assert not made.strands[made.bodies[40, 150]]
    assert not made.strands[made.bodies[240, 150]]


def test_a_bow_on_hair_does_not_shine_as_hair() -> None:
    flat = figure((100, 200, 90))
    flat[50:70, 100:130] = (224, 80, 110, 255)
    made = found(flat, strands(26, 104, 86, 216))
    assert made.bodies[60, 115] == made.bodies[30, 115]
    assert 60 * 300 + 115 not in made.hair
    assert 30 * 300 + 115 in made.hair


def test_the_steps_of_a_gradient_are_one_flat() -> None:
    flat = figure((100, 200, 90))
    # As the tips of hair are painted: a color of its own for each row.
    flat[40:110, 80:220, 0] = 100 + np.arange(70)[:, None]
    made = found(flat, np.zeros((300, 300), np.uint8))
    assert len(np.unique(made.zones[20:110, 80:220])) == 1
    assert len(made.colors) == 4
    # Nothing runs together with what is left empty, whatever color that has.
    flat[flat[:, :, 3] == 0] = (100, 200, 90, 0)
    assert np.array_equal(found(flat, np.zeros((300, 300), np.uint8)).figure, flat[:, :, 3] > 0)
