from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nijigen.faces._merging import Proposals, merge, overlaps


def _proposals(rows: list[tuple[float, float, float, float, float]]) -> Proposals:
    table = np.array(rows, np.float32).reshape(-1, 5)
    return Proposals(table[:, 0], table[:, 1:], table[:, 0], table[:, 1:])


def test_neighbours_vote_by_the_square_of_their_confidence() -> None:
    found = merge(_proposals([(0.9, 0, 0, 100, 100), (0.45, 10, 0, 110, 100)]))
    assert found.confidence.tolist() == pytest.approx([0.9])
    assert found.boxes[0] == pytest.approx([2, 0, 102, 100], abs=1e-4)


def test_parts_of_a_face_are_suppressed_and_neighbours_are_not() -> None:
    found = merge(
        _proposals(
            [
                (0.9, 0, 0, 100, 100),
                (0.8, 20, 30, 45, 55),
                (0.7, 90, 0, 190, 100),
                (0.6, 0, 0, 300, 300),
            ]
        )
    )
    assert found.confidence.tolist() == pytest.approx([0.9, 0.7])


def test_overlaps() -> None:
    boxes = np.array([(0, 0, 10, 10), (5, 0, 15, 10), (20, 20, 30, 30)], np.float32)
    shared, own, first = overlaps(boxes[0], boxes)
    assert shared == pytest.approx([1, 1 / 3, 0])
    assert own == pytest.approx([1, 0.5, 0])
    assert first == pytest.approx([1, 0.5, 0])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0625, 1, width=32),
            st.floats(0, 500, width=32),
            st.floats(0, 500, width=32),
            st.floats(2, 200, width=32),
        ),
        max_size=40,
    )
)
def test_what_is_left_is_sorted_apart_and_as_certain_as_the_best(
    rows: list[tuple[float, float, float, float]],
) -> None:
    given = _proposals([(c, x, y, x + side, y + side) for c, x, y, side in rows])
    found = merge(given)
    assert len(found.confidence) <= len(rows)
    assert bool(len(found.confidence)) == bool(rows)
    assert (np.diff(found.confidence) <= 0).all()
    if rows:
        assert found.confidence[0] == given.confidence.max()


def test_nested_boxes_stay_where_nobody_knows_which_is_the_face() -> None:
    boxes = np.array([[0, 0, 100, 100], [30, 30, 60, 60], [1, 1, 101, 101]], np.float32)
    sure = np.array([0.9, 0.8, 0.7], np.float32)
    proposals = Proposals(sure, boxes, sure, boxes)
    assert merge(proposals).confidence.tolist() == pytest.approx([0.9])
    assert merge(proposals, nested=True).confidence.tolist() == pytest.approx([0.9, 0.8])
