"""Lines made thicker."""

from __future__ import annotations

import numpy as np
import pytest

from line_drawings import bar, measured, page
from nijigen import Picture
from nijigen.core.run import Run
from nijigen.lines import _thickness
from nijigen.lines.thicken import thicken
from pictures import drawing


@pytest.mark.parametrize("by", [0, 0.5, 1, 2, 3.25, 8])
def test_width_grows_by_so_many_pixels(by: float) -> None:
    assert measured(thicken(bar(9), by=by)) == pytest.approx(9 + by, abs=0.02)


def test_light_lines_on_dark_paper() -> None:
    negative = Picture(255 - page().pixels)
    assert np.array_equal(thicken(negative, by=2).pixels, 255 - thicken(page(), by=2).pixels)


def test_lines_in_alpha_keep_their_color() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[19:21] = (200, 30, 30, 255)
    made = thicken(Picture(pixels), by=4).pixels
    assert (made[:, 20, 3] > 0).sum() == 6
    assert (made[made[:, :, 3] > 0][:, :3] == (200, 30, 30)).all()


def test_a_colored_picture_is_told() -> None:
    for picture, told in ((page(), []), (drawing(64, 64, channels=3), ["assumed"])):
        run = Run()
        thicken(picture, by=2, run=run)
        assert [note.kind for note in run.notes] == told


def test_bands_leave_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = thicken(page(), by=5.5).pixels
    monkeypatch.setattr(_thickness, "_BAND", 23)
    assert np.array_equal(thicken(page(), by=5.5).pixels, whole)
