"""Lines made thinner."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from line_drawings import bar, ink, measured, page
from nijigen import Picture
from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines import _thickness
from nijigen.lines.thin import thin


@pytest.mark.parametrize("by", [0, 0.5, 1, 2, 3.25, 8])
def test_width_shrinks_by_so_many_pixels(by: float) -> None:
    assert measured(thin(bar(11), by=by)) == pytest.approx(11 - by, abs=0.02)


def test_no_line_vanishes() -> None:
    made = thin(page(width=2), by=10)
    middle = skeleton(ink(page(width=2)))
    gone = middle & ~cv2.dilate(ink(made).astype(np.uint8), np.ones((3, 3))).astype(bool)
    assert gone.sum() == 0
    assert 0 < ink(made).sum() < 0.8 * ink(page(width=2)).sum()


def test_bands_leave_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = thin(page(width=6), by=2.5).pixels
    monkeypatch.setattr(_thickness, "_BAND", 23)
    assert np.array_equal(thin(page(width=6), by=2.5).pixels, narrow)


def test_lines_beside_solid_black_do_not_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_thickness, "_BAND", 64)
    pixels = np.full((300, 90), 255, np.uint8)
    pixels[:120] = pixels[125, 10:80] = 0
    made = thin(Picture(pixels), by=3).pixels[:, :, 0]
    assert made[125, 12:78].max() == 0
    assert made[117, 45] == 0 < made[118, 45] < 255 == made[119, 45]


def test_paper_in_shadow() -> None:
    light = np.linspace(250, 110, 300)[:, None]
    pixels = np.repeat(light, 90, axis=1)
    pixels[:, 40:50] -= 80
    made = thin(Picture(pixels.astype(np.uint8)), by=4).pixels[:, :, 0]
    narrow = ((light - made) > 40).sum(axis=1)
    assert set(narrow[3:-3]) == {6}


def test_lines_wider_than_the_reach_of_skeletons() -> None:
    pixels = np.full((200, 60), 255, np.uint8)
    pixels[60:120] = 0
    assert measured(thin(Picture(pixels), by=40)) == pytest.approx(20, abs=0.02)
