"""Gaps in lines, found on their skeletons."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.imaging.line_art.ends import ends_of
from nijigen.imaging.line_art.gaps import closings, separating
from nijigen.imaging.line_art.skeleton import skeleton

Mask = NDArray[np.bool_]


def lines(*paths: tuple[tuple[int, int], ...], width: int = 3, side: int = 120) -> Mask:
    canvas = np.zeros((side, side), np.uint8)
    for path in paths:
        cv2.polylines(canvas, [np.array(path, np.int32)[:, None]], False, 1, width)
    return canvas > 0


def ends(mask: Mask) -> list[tuple[int, int]]:
    thickness = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 5)
    return [(int(x), int(y)) for x, y in ends_of(skeleton(mask), thickness, 14).at]


@pytest.mark.parametrize("width", [1, 3, 6])
def test_a_skeleton_is_one_pixel_wide_and_whole(width: int) -> None:
    mask = lines(((10, 20), (60, 90), (110, 30)), width=width)
    thin = skeleton(mask)
    assert (thin <= mask).all()
    blocks = thin[:-1, :-1] & thin[1:, :-1] & thin[:-1, 1:] & thin[1:, 1:]
    assert not blocks.any()
    count, _ = cv2.connectedComponents(thin.view(np.uint8), connectivity=8)
    assert count == 2


@pytest.mark.parametrize("width", [1, 3, 5, 8])
def test_a_line_has_two_ends(width: int) -> None:
    found = ends(lines(((20, 30), (90, 80)), width=width))
    assert len(found) == 2
    assert min(np.hypot(x - 20, y - 30) for x, y in found) < width + 2
    assert min(np.hypot(x - 90, y - 80) for x, y in found) < width + 2


def test_a_ring_and_a_dot_have_no_ends() -> None:
    canvas = np.zeros((100, 100), np.uint8)
    cv2.circle(canvas, (50, 50), 30, 1, 3)
    canvas[50, 50] = 1
    assert ends(canvas > 0) == []


@pytest.mark.parametrize("gap", [3, 6, 10])
@pytest.mark.parametrize("slope", [0, 0.4, 1.0])
def test_two_ends_that_aim_at_each_other_are_joined(gap: int, slope: float) -> None:
    mask = lines(((0, 20), (119, round(20 + 119 * slope * 0.7))))
    mask[:, 58 : 58 + gap] = False
    mask[:2] = mask[-2:] = mask[:, :2] = mask[:, -2:] = True
    found = closings(mask, 12)
    assert any(separating(mask, [one.points]) == [True] for one in found)


def test_a_wide_gap_stays_unless_both_lines_aim_well() -> None:
    straight = lines(((0, 60), (50, 60)), ((70, 60), (119, 60)))
    assert closings(straight, 12)
    askew = lines(((0, 60), (50, 60)), ((70, 75), (119, 110)))
    assert not [one for one in closings(askew, 12) if len(one.ends) == 2]


@pytest.mark.parametrize("radius", [7, 9, 10])
def test_an_arc_is_closed_to_a_ring(radius: int) -> None:
    canvas = np.zeros((120, 120), np.uint8)
    cv2.ellipse(canvas, (60, 60), (radius, radius), 0, 40, 320, 1, 2)
    made = closings(canvas > 0, 14)
    assert separating(canvas > 0, [item.points for item in made]) == [True]


def test_lines_that_would_meet_in_a_corner_are_joined() -> None:
    mask = lines(((20, 20), (20, 91)), ((32, 100), (100, 100), (100, 20), (20, 20)))
    made = closings(mask, 18)
    assert [len(item.ends) for item in made] == [2]
    assert separating(mask, [made[0].points]) == [True]


def test_parallel_hatching_is_not_joined() -> None:
    hatching = lines(*(((x, 30), (x, 90)) for x in range(30, 90, 8)), width=2)
    assert not [one for one in closings(hatching, 14) if len(one.ends) == 2]


def test_an_end_goes_on_to_the_line_before_it() -> None:
    mask = lines(((60, 0), (60, 90)), ((0, 100), (119, 100)))
    found = closings(mask, 12)
    assert separating(mask, [one.points for one in found]).count(True) == 1


def test_a_stroke_that_stops_at_the_rim_goes_on_to_it() -> None:
    found = closings(lines(((60, 4), (60, 60)), side=120), 8)
    assert any(min(y for _, y in one.points) <= 0 for one in found)


def test_nothing_to_close() -> None:
    assert closings(np.zeros((30, 30), np.bool_), 10) == []
    assert closings(np.ones((30, 30), np.bool_), 10) == []
    assert closings(lines(((5, 60), (50, 60)), ((55, 60), (115, 60))), 0) == []


def test_two_ends_find_each_other_beside_a_nearer_line() -> None:
    # A lock of hair that bends a little, and the next one beside it.
    mask = lines(((41, 0), (60, 54)), ((60, 66), (41, 119)), ((65, 0), (65, 119)), width=2)
    made = closings(mask, 14)
    assert [len(item.ends) for item in made if 50 < item.points[0][1] < 70] == [2]


def test_a_ring_is_closed_where_the_way_across_is_longer_than_the_gap_may_be() -> None:
    canvas = np.zeros((120, 120), np.uint8)
    cv2.ellipse(canvas, (60, 60), (10, 10), 0, 40, 320, 1, 2)
    made = closings(canvas > 0, 11)
    assert separating(canvas > 0, [item.points for item in made]) == [True]
