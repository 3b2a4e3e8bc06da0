"""Hints: what is read, what is refused, and how they fit a picture of another size."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nijigen.color._flats.hints import ColorHints
from nijigen.core.errors import InputError, SettingsError
from nijigen.core.registry import get

EVERYTHING = {
    "version": 1,
    "size": [100, 50],
    "points": [{"x": 10, "y": 20, "color": "gold"}, {"x": 1, "y": 2, "color": None}],
    "strokes": [{"points": [[0, 0], [10, 10]], "width": 4, "color": "rgb(1, 2, 3)"}],
    "areas": [{"points": [[0, 0], [10, 0], [10, 10]], "color": "#abc"}],
    "anchors": [{"color": "red"}, {"color": "blue", "x": 5, "y": 5, "reach": 20}],
    "merge": [[[1, 1], [5, 5]]],
    "split": [{"points": [[0, 0], [9, 9]]}],
    "close": [[[3, 3], [4, 4]]],
    "open": [[7, 7]],
}


def test_all_kinds_are_read_and_written() -> None:
    hints = ColorHints.from_json(json.dumps(EVERYTHING))
    assert [point.color for point in hints.points] == ["#ffd700", None]
    assert hints.strokes[0].color == "#010203"
    assert ColorHints.from_json(hints.to_json()) == hints


@pytest.mark.parametrize(
    "color", ["#ff000000", "#f008", "rgba(0, 0, 255, 0.5)", "0, 0, 255, 0.5", "transparent"]
)
def test_a_color_that_is_see_through_is_refused(color: str) -> None:
    with pytest.raises(InputError, match="null leaves its place"):
        ColorHints.from_json({"points": [{"x": 1, "y": 2, "color": color}]})
    opaque = {"points": [{"x": 1, "y": 2, "color": "rgb(0 0 255 / 100%)"}]}
    assert ColorHints.from_json(opaque).points[0].color == "#0000ff"


def test_another_size_moves_all_places() -> None:
    hints = ColorHints.from_json(EVERYTHING).fitted(200, 50)
    assert hints.points[0].x == 20
    assert hints.points[0].y == 20
    assert hints.strokes[0].points[1] == (20, 10)
    assert hints.strokes[0].width == pytest.approx(4 * 2**0.5)
    assert hints.areas[0].points[2] == (20, 10)
    assert hints.anchors[0].x is None
    assert hints.anchors[1].reach == pytest.approx(20 * 2**0.5)
    assert hints.merge == (((2, 1), (10, 5)),)
    assert hints.split[0].points == ((0, 0), (18, 9))
    assert hints.close == (((6, 3), (8, 4)),)
    assert hints.open == ((14, 7),)
    assert hints.fitted(200, 50) is hints


def test_style2paints_counts_in_shares_from_below() -> None:
    hints = ColorHints.from_json("[[0.25, 0.75, 255, 0, 16], [0.5, 1, 0, 0, 0, 2]]")
    first, second = hints.fitted(400, 200).points
    assert (first.x, first.y, first.color) == (pytest.approx(100), pytest.approx(50), "#ff0010")
    assert (second.x, second.y) == (pytest.approx(200), pytest.approx(0))


def test_its_marks_of_figure_and_background_are_no_colors() -> None:
    assert ColorHints.from_json([[0.5, 0.5, 1, 233, 0], [0.5, 0.5, 0, 233, 1]]).points == ()


def test_a_list_in_pixels_counts_from_above() -> None:
    hints = ColorHints.from_json([[30, 7, 1, 2, 3], [0.5, 0.5, 4, 5, 6]])
    assert [(point.x, point.y) for point in hints.points] == [(30, 7), (0.5, 0.5)]


WRONG: list[tuple[Any, str]] = [
    ("{", "not hints"),
    ('"gold"', "not hints"),
    ({"points": [{"x": 1, "y": 2, "color": "no such color"}]}, "points.0.color: 'no such color'"),
    ({"points": [{"x": "left", "y": 2, "color": "red"}]}, "points.0.x"),
    ({"points": [{"x": 1e9, "y": 2, "color": "red"}]}, "points.0.x"),
    ({"strokes": [{"points": [], "color": "red"}]}, "strokes.0.points"),
    ({"strokes": [{"points": [[0, 1e9]], "color": "red"}]}, "out of bounds"),
    ({"strokes": [{"points": [[0, 0]], "width": 0, "color": "red"}]}, "strokes.0.width"),
    ({"blobs": []}, "blobs"),
    ({"version": 2}, "version"),
    ({"size": [0, 10]}, "size.0"),
    ([[1, 2, 3]], "row 1 is not x, y, red, green, blue"),
    ([[0.5, 0.5, 1, 2, 300]], "row 1: colors must be from 0 to 255"),
    ([[float("nan"), 0.5, 1, 2, 3]], "row 1"),
    ([["a", 0.5, 1, 2, 3]], "row 1"),
]


@pytest.mark.parametrize(("said", "why"), WRONG)
def test_what_is_wrong_is_told(said: Any, why: str) -> None:
    with pytest.raises(InputError) as caught:
        ColorHints.from_json(said)
    assert why in caught.value.message
    assert "points" in caught.value.hint


def test_as_a_setting() -> None:
    flat = get("color.flat")
    with pytest.raises(SettingsError, match="points"):
        flat.check({"hints": '{"points": 5}'})
    text = flat.check({"hints": EVERYTHING})["hints"]
    assert ColorHints.from_json(text) == ColorHints.from_json(EVERYTHING)
    assert flat.check({"hints": text})["hints"] == text
    assert flat.check({"hints": ""})["hints"] is None


@given(
    st.recursive(
        st.none() | st.floats() | st.text(),
        lambda x: (
            st.lists(x) | st.dictionaries(st.sampled_from([*EVERYTHING, "x", "y", "color"]), x)
        ),
        max_leaves=12,
    )
)
def test_anything_else_is_refused_cleanly(said: Any) -> None:
    try:
        hints = ColorHints.from_json(said)
    except InputError:
        return
    assert ColorHints.from_json(hints.to_json()) == hints
