"""Sheets of many characters: by seed or by group, bounded, stoppable."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from nijigen import Picture, get
from nijigen.core.errors import Cancelled, SettingsError
from nijigen.core.run import Run

draw = get("generate.character")
SMALL = {"width": 48, "height": 40, "background": "plain"}


def test_the_seeds_that_follow_stand_row_by_row() -> None:
    page = draw(seed=9, show="sheet", count=3, columns=2, **SMALL)
    assert page.size == (96, 80)
    for number in range(3):
        row, column = divmod(number, 2)
        cell = page.pixels[row * 40 : row * 40 + 40, column * 48 : column * 48 + 48]
        assert np.array_equal(cell, draw(seed=9 + number, **SMALL).pixels)
    assert (page.pixels[40:, 48:] == 255).all()


def test_a_group_varies_alone() -> None:
    page = draw(seed=9, vary="expression", vary_seed=4, show="sheet", count=2, **SMALL)
    assert page.size == (96, 40)
    second = draw(seed=9, vary="expression", vary_seed=5, **SMALL)
    assert np.array_equal(page.pixels[:, 48:], second.pixels)


@pytest.mark.parametrize(
    ("settings", "channels"),
    [({"rendering": "manga"}, 1), ({"background": "none"}, 4), ({"rendering": "flat"}, 3)],
)
def test_renderings_and_transparency_are_kept(settings: dict[str, str], channels: int) -> None:
    page = draw(show="sheet", count=3, columns=2, **SMALL | settings)
    assert page.channels == channels
    if channels == 4:
        assert (page.pixels[40:, 48:] == 0).all()


def test_a_sheet_of_backgrounds_and_none_is_opaque() -> None:
    page = draw(show="sheet", count=40, columns=8, width=16, height=16)
    assert page.channels == 3


def test_too_large_a_sheet_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(SettingsError, match="64 million") as caught:
        draw(show="sheet", count=400, width=4096, height=4096)
    assert caught.value.field == "width"
    assert "400×400 fit" in caught.value.hint


def test_progress_is_told_and_it_can_be_stopped() -> None:
    told: list[float] = []
    seen: list[Picture] = []
    run = Run(told.append, viewer=lambda look: seen.append(look()))
    draw(show="sheet", count=4, run=run, **SMALL)
    assert told[-4:] == [0.25, 0.5, 0.75, 1.0]
    assert [picture.size for picture in seen] == [(192, 40)] * 4
    stop = threading.Event()

    def listen(done: float) -> None:
        if done >= 0.5:
            stop.set()

    with pytest.raises(Cancelled):
        draw(show="sheet", count=4, run=Run(listen, stop), **SMALL)
