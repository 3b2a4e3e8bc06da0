from __future__ import annotations

import re

import numpy as np
import pytest
from known import drawn, page

from nijigen import Picture
from nijigen.faces import LANDMARKS, Faces
from nijigen.faces._drawing import FACE, HEAD
from nijigen.faces.overlay import overlay
from pictures import animation


def _has(picture: Picture, color: tuple[int, int, int]) -> np.ndarray:
    # Lines are smooth: their color is mixed with what they lie on.
    return np.asarray(np.abs(picture.pixels[:, :, :3].astype(int) - color).max(2) < 60)


def test_boxes_are_drawn_where_they_are() -> None:
    made = overlay(page(640, 480, [(300, 200, 64)]), points=False)
    rows, columns = np.nonzero(_has(made, FACE)[180:240, 250:345])
    assert columns.min() + 250 == pytest.approx(268, abs=2)
    assert columns.max() + 250 == pytest.approx(332, abs=2)
    assert rows.max() + 180 == pytest.approx(232, abs=2)
    assert _has(made, HEAD).any()
    assert not _has(overlay(page(640, 480, [(300, 200, 64)]), boxes=False), HEAD).any()


def test_points_are_drawn_as_given() -> None:
    truth, face = drawn(7)
    picture = Picture(truth.rgb)
    with_points = overlay(picture, given=Faces(faces=(face,)), boxes=False)  # type: ignore[arg-type]
    changed = (with_points.pixels != picture.pixels).any(2)
    for name, (x, y, visible) in zip(LANDMARKS, face.points.tolist(), strict=True):
        # Of irises there are a middle and an outline, the mean of both sides.
        if visible and 0 <= x < 320 and 0 <= y < 320 and not re.fullmatch(r"iris_.*_\d", name):
            assert changed[int(y), int(x)], name


def test_alpha_shows_what_is_drawn() -> None:
    pixels = np.zeros((100, 120, 4), np.uint8)
    made = overlay(Picture(pixels), given="[[20, 20, 80, 80]]")
    assert made.channels == 4
    assert made.pixels[20, 50, 3] == 255
    assert made.pixels[95, 110, 3] == 0


def test_frames_stay_frames() -> None:
    made = overlay(animation())  # type: ignore[arg-type]
    assert len(made.frames) == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("box", [[-1e5, -1e5, 1e5, 1e5], [0, 0, 1, 1], [200, 200, 210, 210]])
def test_boxes_beyond_the_picture(box: list[float]) -> None:
    picture = page(40, 30, [])
    assert overlay(picture, given=str([box])).size == (40, 30)
