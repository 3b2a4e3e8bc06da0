"""Lines of pictures whose lines are known: found where they are, and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.core.artwork import Artwork, Layer
from nijigen.core.run import SILENT
from nijigen.generate import sample
from nijigen.lines import _coverage
from nijigen.lines._blacks import solid_blacks
from nijigen.lines._network import KINDS, find_lines, working_size
from nijigen.lines.extract import extract

Bytes = NDArray[np.uint8]


def cel(seed: int = 11, size: int = 256) -> tuple[Picture, Bytes]:
    """A character in flat colors, and the coverage by its lines."""
    made = sample(seed, size=size, given={"background": "none"})
    ink = made.lines[:, :, None] / 255
    ground = np.where((made.parts != 0)[:, :, None], made.flat, 215)
    pixels = (ground * (1 - ink) + np.array((40, 24, 32)) * ink + 0.5).astype(np.uint8)
    return Picture(pixels), made.lines


def near(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    side = 2 * pixels + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def ink(page: Picture) -> Bytes:
    return np.asarray(255 - page.pixels[:, :, 0], np.uint8)


def bars(ground: int, line: int) -> Picture:
    """Three bars of two pixels, far from each other."""
    pixels = np.full((96, 128, 3), ground, np.uint8)
    for x in (24, 60, 100):
        pixels[10:86, x : x + 2] = line
    return Picture(pixels)


def test_lines_are_where_they_are_in_the_picture() -> None:
    picture, lines = cel()
    found = ink(extract(picture)) > 127
    drawn = lines > 127
    assert (found & near(drawn, 2)).sum() > 0.85 * found.sum()
    assert (drawn & near(found, 2)).sum() > 0.85 * drawn.sum()


@pytest.mark.parametrize(("ground", "line"), [(250, 10), (20, 240), (140, 20)])
def test_lines_may_be_lighter_than_the_ground(ground: int, line: int) -> None:
    found = ink(extract(bars(ground, line)))
    for x in (24, 60, 100):
        assert found[30:66, x - 1 : x + 3].max(axis=1).min() > 127
    assert found[:, [12, 40, 80, 118]].max() == 0


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_is_drawn_on_a_plain_ground(level: int) -> None:
    assert extract(Picture(np.full((90, 70, 3), level, np.uint8))).pixels.min() == 255


def test_grain_of_paper_is_no_line() -> None:
    noise = np.random.default_rng(5).normal(0, 8, (240, 320)).astype(np.float32)
    paper = 235 + cv2.GaussianBlur(noise, (0, 0), 1.2)
    found = ink(extract(Picture(np.rint(paper)[:, :, None].astype(np.uint8))))
    assert (found > 0).mean() < 0.002


def test_tiles_do_not_show() -> None:
    picture, _ = cel(12, 400)
    whole = find_lines(picture.pixels, SILENT)
    assert np.array_equal(find_lines(picture.pixels, SILENT, tile=112), whole)


def test_bands_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, _ = cel(12, 400)
    whole = extract(picture, detail=0, thickness=3)
    monkeypatch.setattr(_coverage, "BAND", 1)
    assert np.array_equal(extract(picture, detail=0, thickness=3).pixels, whole.pixels)


def test_layers_are_the_kinds_of_lines() -> None:
    picture, _ = cel()
    made = extract(picture, result="layers")
    assert isinstance(made, Artwork)
    names = [layer.name for layer in made.layers]
    assert names == ["paper", "shadow", "hatching", "interior", "contour"]
    assert sorted(names[1:]) == sorted(KINDS)
    assert made.size == picture.size
    shadow = made.layers[1]
    assert isinstance(shadow, Layer)
    assert not shadow.visible
    assert shadow.pixels.pixels[0, 0, :3].tolist() == [64, 128, 255]


def test_ink_on_paper_is_the_page() -> None:
    picture, _ = cel()
    made = extract(picture, result="ink")
    assert isinstance(made, Picture)
    assert made.channels == 4
    page = extract(picture)
    assert np.array_equal(255 - made.pixels[:, :, 3], page.pixels[:, :, 0])


def test_binary_ink_has_no_gray() -> None:
    picture, _ = cel()
    assert set(np.unique(extract(picture, binary=True).pixels)) == {0, 255}


def test_thicker_lines_have_more_ink() -> None:
    picture, _ = cel()
    thin, plain, thick = (
        int(ink(extract(picture, thickness=by)).sum(dtype=np.int64)) for by in (-1, 0, 2)
    )
    assert thin < plain < thick


def test_lines_have_the_color_of_the_picture() -> None:
    made = extract(bars(250, 10).with_pixels(_red(bars(250, 10).pixels)), color="original")
    assert isinstance(made, Picture)
    red, green, _ = made.pixels[40, 24].tolist()
    assert red > 120 > green


def _red(pixels: Bytes) -> Bytes:
    red = pixels.copy()
    red[red[:, :, 0] < 128] = (200, 30, 30)
    return red


def test_thicker_lines_have_their_color_up_to_the_edge() -> None:
    picture = bars(250, 10).with_pixels(_red(bars(250, 10).pixels))
    made = extract(picture, color="original", thickness=4, result="ink")
    assert isinstance(made, Picture)
    drawn = made.pixels[made.pixels[:, :, 3] > 200]
    assert len(np.unique(drawn[:, :3], axis=0)) == 1


def test_transparent_pixels_do_not_make_lines() -> None:
    picture, _ = cel()
    alpha = np.full((*picture.pixels.shape[:2], 1), 255, np.uint8)
    alpha[:, :100] = 0
    cut = Picture(np.concatenate([picture.pixels, alpha], axis=2))
    assert ink(extract(cut))[:, :90].max() == 0


def test_the_size_at_which_a_picture_is_looked_at() -> None:
    assert working_size((8000, 4000), 1) == (4096, 2048)
    assert working_size((8000, 4000), 0) == (512, 256)
    assert working_size((100, 1), 1) == (140, 1)
    assert working_size((20000, 1), 0) == (512, 1)


def blacks(ground: tuple[int, int, int], side: int) -> Bytes:
    """A black square on a light ground, beside another color."""
    pixels = np.full((120, 160, 3), 250, np.uint8)
    pixels[:, 80:] = ground
    pixels[20 : 20 + side, 90 : 90 + side] = 12
    return pixels


@pytest.mark.parametrize(
    ("ground", "side", "filled"),
    [
        ((250, 250, 250), 60, True),
        ((250, 180, 180), 14, True),
        ((250, 180, 180), 60, False),
        ((110, 30, 60), 14, False),
    ],
    ids=["page", "lettering", "area in color", "on dark"],
)
def test_solid_blacks(ground: tuple[int, int, int], side: int, filled: bool) -> None:
    found = solid_blacks(blacks(ground, side), np.zeros((120, 160), np.uint8))
    wanted = np.zeros((120, 160), np.bool_)
    wanted[20 : 20 + side, 90 : 90 + side] = filled
    assert np.array_equal(found, wanted)


def test_black_in_which_lines_are_drawn_stays_open() -> None:
    lines = np.zeros((120, 160), np.uint8)
    lines[50:53, 90:150] = 255
    assert not solid_blacks(blacks((250, 250, 250), 60), lines).any()


def test_blacks_are_filled_if_wanted() -> None:
    page = Picture(blacks((250, 250, 250), 60))
    inside = np.s_[30:70, 100:140]
    assert extract(page).pixels[inside].max() == 0
    assert extract(page, blacks=False).pixels[inside].min() == 255
