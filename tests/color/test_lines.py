"""Lines: colored by the flats beside them, their alpha as it was."""

from __future__ import annotations

import numpy as np
import pytest

from color.drawn import colored, whole
from nijigen import Artwork, Picture
from nijigen.color.lines import lines


def test_alpha_and_other_layers_stay() -> None:
    start = colored()
    made = lines(start)
    assert [one.name for one in made.layers] == [one.name for one in start.layers]
    assert np.array_equal(whole(made, "line")[:, :, 3], whole(start, "line")[:, :, 3])
    assert np.array_equal(whole(made, "flat"), whole(start, "flat"))


def test_a_line_mixes_both_sides() -> None:
    line = whole(lines(colored(), strength=1, contour=0), "line").astype(int)
    yellow, blue, between = line[60, 21], line[60, 138], line[60, 79]
    assert yellow[0] > yellow[2] + 20
    assert blue[2] > blue[0] + 20
    assert min(yellow[0], blue[0]) < between[0] < max(yellow[0], blue[0])
    # Darker than the flats on both sides.
    assert max(between[:3]) < 180


def test_the_outline_stays_darker() -> None:
    line = whole(lines(colored(), strength=1, contour=1), "line").astype(int)
    free = whole(lines(colored(), strength=1, contour=0), "line").astype(int)
    assert line[60, 20, :3].sum() < free[60, 20, :3].sum() - 20
    assert np.abs(line[60, 79] - free[60, 79]).max() <= 2


def test_colors_change_smoothly_along_a_line() -> None:
    line = whole(lines(colored(4), strength=1), "line").astype(int)
    assert np.abs(np.diff(line[80, 88:552, :3], axis=0)).max() <= 14


def test_no_strength_and_no_flats_change_nothing() -> None:
    start = colored()
    assert np.array_equal(whole(lines(start, strength=0), "line"), whole(start, "line"))
    page = np.full((40, 40), 255, np.uint8)
    page[10:30, 20] = 0
    bare: Artwork = lines(Picture(page))
    assert [one.name for one in bare.layers] == ["paper", "line"]


@pytest.mark.parametrize("value", [0, 90, 255])
def test_a_bare_page_stays_what_it_is(value: int) -> None:
    page = Picture(np.full((40, 40, 3), value, np.uint8))
    assert np.array_equal(lines(page).flatten().rgb().pixels, page.pixels)
