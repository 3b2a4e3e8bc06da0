"""Skeletons cut into edges and put together to strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines._skeleton.graph import graph_of
from nijigen.lines._skeleton.junctions import Junctions
from nijigen.lines._skeleton.thinning import Thinned


def strokes(thin: NDArray[np.bool_]) -> list[tuple[NDArray[np.float64], bool]]:
    """Return the points of each stroke and whether it is closed."""
    centers = Thinned.of(thin, np.ones(thin.shape, np.float32))
    found = Junctions(graph_of(centers, thin.shape[1]), centers).strokes()
    return [(centers.places[stroke.pixels] - 0.5, stroke.closed) for stroke in found]


def test_a_line_has_its_pixels_in_order() -> None:
    thin = np.zeros((20, 40), np.bool_)
    thin[10, 5:35] = True
    [(points, closed)] = strokes(thin)
    assert not closed
    assert len(points) == 30
    assert np.abs(np.diff(points, axis=0)).max() == 1


def test_rings_inside_of_rings_are_found() -> None:
    canvas = np.zeros((100, 100), np.uint8)
    for radius in (40, 25, 10):
        cv2.circle(canvas, (50, 50), radius, 1, 1)
    found = strokes(skeleton(canvas.view(np.bool_)))
    assert [closed for _, closed in found] == [True] * 3
    reached = sorted(float(np.hypot(*(points - 50).T).mean()) for points, _ in found)
    np.testing.assert_allclose(reached, [10, 25, 40], atol=0.6)


def test_a_line_goes_on_over_a_crossing() -> None:
    thin = np.zeros((61, 61), np.bool_)
    thin[30, 5:56] = thin[5:56, 30] = True
    found = strokes(thin)
    assert len(found) == 2
    for points, _ in found:
        # All in one row or column, from end to end.
        assert sorted(np.ptp(points, axis=0).tolist()) == [0, 50]


def test_a_line_does_not_go_around_a_corner_of_a_junction() -> None:
    thin = np.zeros((61, 61), np.bool_)
    thin[30, 5:56] = thin[30:56, 30] = True
    spans = sorted(tuple(np.ptp(points, axis=0).tolist()) for points, _ in strokes(thin))
    assert spans == [(0, 25), (50, 0)]


def test_nothing_is_made_of_nothing() -> None:
    assert strokes(np.zeros((5, 5), np.bool_)) == []
