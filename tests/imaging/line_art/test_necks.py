"""Necks between corners and junctions of lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.imaging.line_art.gaps import separating
from nijigen.imaging.line_art.necks import necks

Mask = NDArray[np.bool_]


def lines(*paths: tuple[tuple[int, int], ...]) -> Mask:
    canvas = np.zeros((120, 120), np.uint8)
    for path in paths:
        cv2.polylines(canvas, [np.array(path, np.int32)[:, None]], False, 1, 2)
    return canvas > 0


@pytest.mark.parametrize("gap", [4, 8, 11])
def test_corners_whose_line_is_missing_between_them_are_joined(gap: int) -> None:
    left, right = 60 - gap // 2, 60 - gap // 2 + gap
    mask = lines(((0, 60), (left, 60), (left, 119)), ((119, 60), (right, 60), (right, 0)))
    found = necks(mask, 14)
    assert len(found) == 1
    assert separating(mask, found) == [True]
    (x, y), (u, v) = found[0]
    assert abs(x - u) <= gap
    assert abs(y - 60) <= 2
    assert abs(v - 60) <= 2


def test_what_is_wider_than_the_reach_stays_open() -> None:
    assert necks(lines(((0, 60), (50, 60), (50, 119)), ((119, 60), (70, 60), (70, 0))), 14) == []


def test_corridors_stay_open() -> None:
    assert necks(lines(((0, 50), (119, 50)), ((0, 60), (119, 60))), 14) == []


def test_a_notch_stays_open() -> None:
    notch = lines(((0, 50), (54, 50), (60, 62), (66, 50), (119, 50)))
    assert necks(notch, 16) == []


def test_lines_that_stop_at_both_sides_of_a_strap_are_not_joined_across_it() -> None:
    strap = ((50, 0), (50, 119)), ((60, 0), (60, 119))
    assert necks(lines(*strap, ((0, 60), (50, 60)), ((60, 60), (119, 60))), 14) == []


def test_solid_black_is_no_line() -> None:
    mask = np.zeros((120, 120), np.bool_)
    mask[50:70, :55] = mask[50:70, 65:] = True
    assert necks(mask, 14) == []


def test_no_ink_and_no_paper() -> None:
    assert necks(np.zeros((30, 30), np.bool_), 10) == []
    assert necks(np.ones((30, 30), np.bool_), 10) == []
    assert necks(lines(((0, 60), (119, 60))), 0) == []
