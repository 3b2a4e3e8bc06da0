from __future__ import annotations

import numpy as np
import pytest
from known import page

from nijigen import Run
from nijigen.faces._merging import NOTHING, Proposals
from nijigen.faces._page import Page
from nijigen.faces._verifying import MOST, SURE, log_odds, shift_boxes, verify

BOX = np.array([[10, 20, 50, 60]], np.float32)


def proposals(confidence: list[float]) -> Proposals:
    sure = np.array(confidence, np.float32)
    boxes = np.repeat(BOX, len(sure), axis=0)
    return Proposals(sure, boxes, sure, boxes)


def says(monkeypatch: pytest.MonkeyPatch, row: list[float]) -> list[int]:
    """Let the verifier say the same of all; return how many it is asked about."""
    asked: list[int] = []

    def network(batch: np.ndarray) -> np.ndarray:
        asked.append(len(batch))
        return np.repeat(np.array([row], np.float32), len(batch), axis=0)

    monkeypatch.setattr("nijigen.faces._reading.open_session", lambda model: network)
    return asked


def test_moves_are_in_sides_and_logarithms() -> None:
    assert shift_boxes(BOX, np.zeros((1, 4), np.float32)) == pytest.approx(BOX)
    move = np.array([[0.25, -0.5, np.log(2), np.log(0.5)]], np.float32)
    assert shift_boxes(BOX, move) == pytest.approx(
        np.array([[0, 10, 80, 30]], np.float32), abs=1e-4
    )


def test_the_verifier_raises_and_lowers_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = Page(page(100, 100, []))
    for belief, sign in ((0.99, 1), (0.01, -1)):
        says(monkeypatch, [belief, 0, 0, 0, 0])
        found = verify(drawing, proposals([0.5, 0.2]), Run())
        assert (np.sign(found.confidence - (0.5, 0.2)) == sign).all()
        assert found.boxes == pytest.approx(np.repeat(BOX, 2, axis=0))


def test_the_box_is_the_mean_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, [0.999, 0.5, 0, 0, 0])
    found = verify(Page(page(100, 100, [])), proposals([0.5]), Run())
    assert found.boxes[0] == pytest.approx((20, 20, 60, 60))


def test_only_the_surest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = says(monkeypatch, [0.999, 0, 0, 0, 0])
    weak = [SURE / 2] * 50
    assert len(verify(Page(page(100, 100, [])), proposals(weak), Run()).confidence) == MOST
    assert sum(asked) == MOST
    strong = [SURE + 0.1] * 30
    # On a crowded page those who are sure take no place from those who are not.
    found = verify(Page(page(100, 100, [])), proposals(weak + strong), Run())
    assert len(found.confidence) == 30 + MOST


def test_nothing_is_looked_at_where_nothing_is_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = says(monkeypatch, [0.5, 0, 0, 0, 0])
    assert len(verify(Page(page(8, 8, [])), NOTHING, Run()).confidence) == 0
    assert asked == []


def test_log_odds_stay_finite() -> None:
    odds = log_odds(np.array([0, 0.5, 1], np.float32))
    assert np.isfinite(odds).all()
    assert odds[1] == 0
    assert odds[0] == pytest.approx(-odds[2], rel=1e-3)
