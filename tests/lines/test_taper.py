"""Lines that end in points."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from line_drawings import ink, page
from nijigen import Picture
from nijigen.lines import _linework
from nijigen.lines.taper import taper


def strokes() -> Picture:
    """A free stroke, one that leaves the picture, and a ring."""
    pixels = np.full((120, 200), 240, np.uint8)
    pixels[30:37, 40:160] = 20
    pixels[60:67, 80:] = 20
    cv2.circle(pixels, (40, 90), 18, 20, 5)
    return Picture(pixels)


def widths(picture: Picture, rows: slice) -> np.ndarray:
    return np.asarray((picture.pixels[rows, :, 0] < 130).sum(axis=0))


def test_free_ends_become_points_and_others_stay() -> None:
    before, made = strokes(), taper(strokes(), length=40)
    free = widths(made, slice(25, 42))
    assert free[44] < free[60] < free[100] == 7
    assert free[156] < free[140] < free[100]
    leaving = widths(made, slice(55, 72))
    assert leaving[199] == 7
    assert leaving[84] < 4
    ring = np.s_[66:115, 15:65]
    assert np.array_equal(made.pixels[ring], before.pixels[ring])
    # What is taken away is paper.
    assert set(np.unique(made.pixels[33:34, 36:44])) <= set(range(20, 241))
    assert made.pixels[33, 39, 0] == 240


def test_a_drawing_without_ends_is_not_changed() -> None:
    pixels = np.full((80, 80), 255, np.uint8)
    cv2.circle(pixels, (40, 40), 25, 0, 4)
    assert np.array_equal(taper(Picture(pixels)).pixels[:, :, 0], pixels)


def test_lines_in_alpha() -> None:
    pixels = np.zeros((600, 200, 4), np.uint8)
    pixels[26:33, 40:160] = (200, 30, 30, 255)
    made = taper(Picture(pixels), length=40).pixels[:, :, 3]
    assert (made[:, 44] > 128).sum() < (made[:, 100] > 128).sum() == 7


def test_light_on_dark() -> None:
    negative = Picture(255 - strokes().pixels)
    made = taper(negative, length=40).pixels.astype(int)
    assert np.abs(made - (255 - taper(strokes(), length=40).pixels.astype(int))).max() <= 1


def test_large_pages_are_followed_at_a_reduced_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_linework, "LARGEST", 100)
    free = widths(taper(strokes(), length=40), slice(25, 42))
    assert free[44] < free[100] == 7


def test_the_ink_that_stays_is_the_same() -> None:
    made = taper(page(), length=20)
    assert not (ink(made) & ~ink(page())).any()


def test_paper_comes_from_beside_the_line() -> None:
    pixels = np.full((300, 300), 200, np.uint8)
    pixels[:140, :200] = 0
    pixels[200:206, 60:240] = 0
    pixels[160:185, 60:100] = 255
    made = taper(Picture(pixels), length=30).pixels[195:, :, 0]
    assert made[5, 61] == 200
    assert made.max() == 200


def test_points_on_large_pages_have_no_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_linework, "LARGEST", 200)
    pixels = np.full((600, 600), 250, np.uint8)
    for start, end in (((60, 60), (500, 300)), ((90, 200), (300, 560)), ((60, 540), (200, 470))):
        cv2.line(pixels, start, end, 20, 13, cv2.LINE_AA)
    made = taper(Picture(pixels), length=150, point=0.1)
    assert cv2.connectedComponents(ink(made, 150).astype(np.uint8))[0] - 1 == 3
    assert ink(made).sum() < 0.9 * ink(Picture(pixels)).sum()
