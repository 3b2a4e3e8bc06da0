"""Clean line art drawn again with a pencil."""

from __future__ import annotations

import numpy as np
import pytest

from line_drawings import f1, ink, page
from nijigen import Picture
from nijigen.core.run import Run
from nijigen.lines import rough as module
from nijigen.lines.rough import rough


def test_without_any_roughness_the_lines_are_where_they_were() -> None:
    made = rough(
        page(), strokes=1, jitter=0, overshoot=0, construction=0, grain=0, smudges=0, pressure=1
    )
    assert f1(ink(made, 210), ink(page()), near=1.5) > 0.97


def test_jitter_takes_strokes_away_from_the_line() -> None:
    def score(jitter: float) -> float:
        made = rough(page(), jitter=jitter, strokes=3, overshoot=0, construction=0, pressure=1)
        return f1(ink(made), ink(page()), near=1)

    assert score(0.1) > score(2) + 0.1


def test_construction_is_in_its_own_color() -> None:
    def colored(amount: float) -> int:
        made = rough(page(), construction=amount, construction_pencil="red", grain=0).pixels
        return int((np.ptp(made.astype(int), axis=2) > 30).sum())

    assert colored(0) == 0
    assert colored(1) > 40


def test_seed_draws_it_again() -> None:
    one, same, other = (rough(page(), seed=seed).pixels for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("paper", ["white", "ruled", "squared", "black"])
def test_paper(paper: str) -> None:
    made = rough(page(), paper=paper, grain=0, smudges=0).pixels  # type: ignore[arg-type]
    assert (np.median(made) < 60) == (paper == "black")


def test_shadow_darkens_a_part_of_the_page() -> None:
    lit, shaded = (rough(page(), shadow=depth, grain=0).pixels.astype(int) for depth in (0, 1))
    assert (lit - shaded).max() > 80


@pytest.mark.parametrize("level", [0, 255])
def test_a_page_without_lines_stays_one(level: int) -> None:
    made = rough(Picture(np.full((30, 40), level, np.uint8)), grain=0, construction=1, smudges=0)
    assert np.ptp(made.pixels) <= 0


def test_large_pages_are_drawn_smaller_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 80)
    made = rough(page())
    assert made.size == (160, 160)
    assert f1(ink(made, 210), ink(page()), near=3) > 0.8
    run = Run()
    rough(page(), run=run)
    assert [note.text for note in run.notes] == ["drawn at 80 × 80 pixels and enlarged"]
