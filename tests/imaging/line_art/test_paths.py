"""Skeletons cut into lines and put together again."""

from __future__ import annotations

import cv2
import numpy as np

from nijigen.imaging.line_art.paths import joined, paths_of
from nijigen.imaging.line_art.skeleton import skeleton


def test_a_line_has_its_pixels_in_order() -> None:
    thin = np.zeros((20, 40), np.bool_)
    thin[10, 5:35] = True
    (path,) = paths_of(thin)
    assert not path.closed
    steps = np.abs(np.diff(path.points, axis=0))
    assert len(path.points) == 30
    assert steps.max() == 1


def test_rings_inside_of_rings_are_found() -> None:
    canvas = np.zeros((100, 100), np.uint8)
    for radius in (40, 25, 10):
        cv2.circle(canvas, (50, 50), radius, 1, 1)
    paths = paths_of(skeleton(canvas.view(np.bool_)))
    assert [path.closed for path in paths] == [True] * 3
    reached = sorted(float(np.hypot(*(path.points - 50).T).mean()) for path in paths)
    np.testing.assert_allclose(reached, [10, 25, 40], atol=0.6)


def test_a_line_goes_on_over_a_crossing() -> None:
    thin = np.zeros((61, 61), np.bool_)
    thin[30, 5:56] = thin[5:56, 30] = True
    parts = paths_of(thin)
    assert len(parts) == 4
    whole = joined(parts)
    assert sorted(len(path.points) for path in whole) == sorted(
        len(a.points) + len(b.points) for a, b in ((parts[0], parts[3]), (parts[1], parts[2]))
    )
    for path in whole:
        # All in one row or column.
        assert np.ptp(path.points, axis=0).min() == 0


def test_a_line_does_not_go_around_a_corner_of_a_junction() -> None:
    thin = np.zeros((61, 61), np.bool_)
    thin[30, 5:56] = thin[30:56, 30] = True
    lengths = sorted(len(path.points) for path in joined(paths_of(thin)))
    assert lengths == [24, 48]


def test_nothing_is_made_of_nothing() -> None:
    assert paths_of(np.zeros((5, 5), np.bool_)) == []
    assert joined([]) == []
