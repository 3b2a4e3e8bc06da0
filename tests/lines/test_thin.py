"""Lines made thinner."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from line_drawings import bar, ink, measured, page
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
