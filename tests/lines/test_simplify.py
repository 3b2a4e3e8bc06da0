"""Rough drawings made clean."""

from __future__ import annotations

import numpy as np
import pytest

from line_drawings import f1, ink, page
from nijigen import Artwork, Picture
from nijigen.core.run import SILENT
from nijigen.lines import _cleaning
from nijigen.lines._network import find_lines
from nijigen.lines.rough import rough
from nijigen.lines.simplify import simplify


def cleaned(picture: Picture, **settings: object) -> Picture:
    made = simplify(picture, **settings)  # type: ignore[arg-type]
    assert isinstance(made, Picture)
    return made


@pytest.fixture(scope="module")
def sketch() -> Picture:
    """A rough drawing on gray paper with a shadow across."""
    return rough(page(256), strokes=3, jitter=0.7, paper="gray", shadow=0.8, smudges=0.8, seed=6)


def test_strokes_become_lines_again(sketch: Picture) -> None:
    made, truth = cleaned(sketch), ink(page(256))
    assert f1(ink(made), truth) > 0.85
    assert f1(ink(made), truth) > f1(ink(sketch), truth) + 0.1
    assert made.channels == 1


def test_binary(sketch: Picture) -> None:
    assert set(np.unique(cleaned(sketch, binary=True).pixels)) == {0, 255}


def test_strength_leaves_less(sketch: Picture) -> None:
    weak, strong = (ink(cleaned(sketch, strength=amount)).sum() for amount in (0, 1))
    assert strong < weak


def test_thickness(sketch: Picture) -> None:
    plain, wide = (ink(cleaned(sketch, thickness=by)) for by in (0, 2))
    assert wide.sum() > 1.3 * plain.sum()
    assert not (plain & ~wide).any()


def test_ink_is_the_page_in_alpha(sketch: Picture) -> None:
    made = cleaned(sketch, result="ink")
    assert np.array_equal(made.pixels[:, :, 3], 255 - cleaned(sketch).pixels[:, :, 0])


def test_pencils_get_a_layer_each() -> None:
    graphite = rough(page(256), construction=0, smudges=0, grain=0.3, pressure=1)
    pixels = graphite.pixels.copy()
    pixels[150:153, 20:230] = (60, 90, 220)
    made = simplify(Picture(pixels), result="layers", pencils="graphite")
    assert isinstance(made, Artwork)
    assert [layer.name for layer in made.layers] == ["paper", "blue", "graphite"]
    blue, black = made.layers[1:]
    assert (blue.visible, black.visible) == (False, True)
    assert blue.top > 140
    assert blue.top + blue.pixels.height < 163
    assert blue.pixels.pixels[0, 0, 2] > 150


def test_colored_pencils_can_be_left_out() -> None:
    drawing = rough(page(256), construction=1, construction_pencil="red", pressure=1, seed=2)
    kept, left = (ink(cleaned(drawing, pencils=which)).sum() for which in ("all", "graphite"))
    assert left < kept


def test_light_pencil_on_black_paper() -> None:
    drawing = rough(page(256), paper="black", construction=0, smudges=0, pressure=1, grain=0.2)
    made = cleaned(drawing)
    assert np.median(made.pixels) == 255
    assert f1(ink(made), ink(page(256))) > 0.7


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 90), (64, 40)])
def test_a_page_without_lines_stays_one(level: int, size: tuple[int, int]) -> None:
    made = cleaned(Picture(np.full(size, level, np.uint8)))
    assert made.pixels.shape == (*size, 1)
    assert made.pixels.min() == 255


def test_tiles_leave_no_seams(sketch: Picture) -> None:
    whole = find_lines(sketch.pixels, SILENT, model=_cleaning.MODEL)
    tiled = find_lines(sketch.pixels, SILENT, 64, _cleaning.MODEL)
    assert np.abs(whole.astype(int) - tiled).max() <= 2


def test_large_scans_have_lines_of_their_size(
    sketch: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_cleaning, "_WEAKEST", 1024)
    small = ink(cleaned(sketch, strength=1))
    grown = np.repeat(np.repeat(sketch.pixels, 5, axis=0), 5, axis=1)
    large = cleaned(Picture(grown).with_info(dpi=(300.0, 300.0)), strength=1)
    assert large.size == (1280, 1280)
    assert large.info.dpi == (300.0, 300.0)
    assert 0.8 < ink(large).mean() / small.mean() < 1.25


@pytest.mark.parametrize("result", ["page", "ink", "layers"])
@pytest.mark.parametrize("size", [(3000, 1), (1, 3000), (3000, 3)])
def test_narrow_pictures_keep_their_size(size: tuple[int, int], result: str) -> None:
    made = simplify(Picture(np.full(size, 255, np.uint8)), strength=1, result=result)  # type: ignore[arg-type]
    assert made.size == size[::-1]
