"""Ink apart from paper."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from color.drawn import boxes, guided
from nijigen import Picture
from nijigen.imaging.line_art import ink
from nijigen.imaging.line_art.ink import LineArt, line_art, without_guides

LINES = 255 - boxes(3).pixels[:, :, 0].astype(np.float32)
"""Coverage of the drawing that most tests print on some paper."""


def printed(paper: NDArray[np.float32] | tuple[int, ...], ink: tuple[int, ...]) -> Picture:
    """The same lines in some ink on some paper, which may differ from place to place."""
    cover = LINES[:, :, None] / 255
    ground = np.broadcast_to(np.asarray(paper, np.float32), (*LINES.shape, 3))
    return Picture(np.rint(ground + (np.array(ink) - ground) * cover).astype(np.uint8))


def agrees(art: LineArt) -> bool:
    """Whether lines are where they were drawn and nowhere else."""
    return bool((art.ink[LINES > 250] > 200).all() and (art.ink[LINES == 0] == 0).all())


@pytest.mark.parametrize("paper", [(255, 255, 255), (170, 170, 170), (250, 232, 190)])
def test_paper_is_taken_off(paper: tuple[int, int, int]) -> None:
    art = line_art(printed(paper, (0, 0, 0)))
    assert agrees(art)
    assert np.abs(np.array(art.paper) - paper).max() <= 1


def test_uneven_light_is_taken_off() -> None:
    y, x = np.mgrid[: LINES.shape[0], : LINES.shape[1]]
    ground = (150 + 100 * x / x.max())[:, :, None] * np.array([1, 0.97, 0.9]) - y[:, :, None] * 0.2
    assert agrees(line_art(printed(ground.astype(np.float32), (20, 20, 20))))


def test_light_lines_on_black_are_recognised() -> None:
    art = line_art(printed((0, 0, 0), (255, 255, 255)))
    assert agrees(art)
    assert art.paper == (0, 0, 0)
    assert (art.color[LINES > 250] > 250).all()


def test_lines_on_nothing() -> None:
    pixels = np.zeros((*LINES.shape, 4), np.uint8)
    pixels[:, :, 3] = LINES.astype(np.uint8)
    pixels[:, :, 0] = 200
    art = line_art(Picture(pixels))
    assert agrees(art)
    assert (art.color[LINES > 0] == (200, 0, 0)).all()


def test_a_cut_out_figure_stands_on_white() -> None:
    pixels = np.full((80, 80, 4), 255, np.uint8)
    pixels[:, :, 3] = 0
    pixels[10:70, 10:70, 3] = 255
    pixels[10:70, 10:13, :3] = pixels[10:70, 67:70, :3] = 0
    art = line_art(Picture(pixels))
    assert art.ink[40, 40] == 0
    assert art.ink[40, 11] == 255


def test_lines_keep_their_own_color() -> None:
    art = line_art(printed((255, 250, 240), (180, 40, 30)))
    assert agrees(art)
    half = (LINES > 60) & (LINES < 200)
    assert half.any()
    # Unmixed from the paper: as red where a pixel is half covered as in the middle.
    assert np.abs(art.color[half | (LINES > 250)].astype(int) - (180, 40, 30)).max() <= 12


def test_ink_over_paper_is_what_was_drawn() -> None:
    picture = printed((240, 230, 200), (60, 90, 160))
    art = line_art(picture)
    cover = art.ink[:, :, None] / 255
    again = np.array(art.paper) * (1 - cover) + art.color * cover
    assert np.abs(again - picture.pixels).max() <= 16


def test_pale_pencil_counts_as_ink() -> None:
    assert agrees(line_art(printed((255, 255, 255), (150, 150, 150))))


def test_specks_and_grain_are_cleaned() -> None:
    picture = printed((235, 235, 235), (10, 10, 10))
    noise = np.random.default_rng(1).normal(0, 2.5, picture.pixels.shape[:2])[:, :, None]
    pixels = np.clip(picture.pixels + noise, 0, 255).astype(np.uint8)
    pixels[5, 5] = pixels[6, 60] = 0
    art = line_art(Picture(pixels))
    assert (art.ink[LINES == 0] == 0).mean() > 0.999
    assert art.ink[5, 5] == art.ink[6, 60] == 0


def test_traces_of_jpeg_are_no_ink() -> None:
    picture = printed((255, 255, 255), (0, 0, 0))
    _, data = cv2.imencode(".jpg", picture.pixels, [cv2.IMWRITE_JPEG_QUALITY, 70])
    read = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert read is not None
    art = line_art(Picture(read))
    far = cv2.dilate((LINES > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert (art.ink[far] == 0).mean() > 0.995
    assert (art.ink[LINES > 250] > 170).mean() > 0.99


@pytest.mark.parametrize("value", [0, 120, 255])
def test_a_bare_page_has_no_ink(value: int) -> None:
    art = line_art(Picture(np.full((40, 60, 3), value, np.uint8)))
    assert not art.ink.any()
    assert art.paper == (value, value, value)


@pytest.mark.parametrize(
    ("guides", "blue", "red"),
    [("keep", True, True), ("blue", False, True), ("red", True, False), ("colored", False, False)],
)
def test_guide_lines_are_left_out_by_their_color(guides: str, blue: bool, red: bool) -> None:
    art = without_guides(line_art(guided()), guides)
    assert (art.ink[58, 30] > 0) == blue
    assert (art.ink[30, 40] > 0) == red
    # The black box is whole, also where guides cross it.
    assert art.ink[20, 20:100].min() > 200
    assert art.ink[20:100, 98].min() > 200


def test_components_are_the_same_in_bands_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(2)
    page = np.full((120, 90), 255, np.uint8)
    for _ in range(60):
        one, two = draw.integers(0, 90, (2, 2)).tolist()
        cv2.line(page, one, two, int(draw.integers(100, 250)), 1)
    noise = draw.random(page.shape) < 0.02
    page[noise] = 120
    whole = line_art(Picture(page)).ink
    monkeypatch.setattr(ink, "_ROWS", 7)
    monkeypatch.setattr(ink, "_LABELED", 1)
    banded = line_art(Picture(page[:, ::-1])).ink[:, ::-1]
    assert 0 < (whole > 0).sum() < (page < 255).sum()
    assert np.array_equal(whole > 0, banded > 0)
