"""A hint on an open part of the figure does not color the paper around it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from color.drawn import regions
from nijigen import Picture
from nijigen.color._flats.hints import ColorHints
from nijigen.color._flats.spread import FillOptions, Flats, flats_of


def sleeve(mouth: int) -> Picture:
    """A sleeve that hangs open at its lower end, on 320×320 of paper."""
    page = Image.new("L", (320, 320), 255)
    pen = ImageDraw.Draw(page)
    left, right = 160 - mouth // 2, 160 + mouth // 2
    pen.line([(left, 220), (130, 90), (190, 90), (right, 220)], fill=0, width=3)
    return Picture(np.array(page))


def colored(*points: tuple[int, int, str | None], mouth: int = 20) -> Flats:
    told = [{"x": x + 0.5, "y": y + 0.5, "color": color} for x, y, color in points]
    hints = ColorHints.model_validate({"points": told})
    found = regions(sleeve(mouth))
    assert found.at(160, 120) == found.at(5, 5), "the sleeve is open"
    return flats_of(found, hints, FillOptions("leave", 30, (), 0))


def at(flats: Flats, x: int, y: int) -> str | None:
    return flats.hex()[int(flats.labels[y, x])]


@pytest.mark.parametrize("mouth", [20, 40])
def test_an_open_sleeve_is_colored_and_the_paper_is_not(mouth: int) -> None:
    flats = colored((160, 120, "red"), mouth=mouth)
    assert at(flats, 160, 120) == at(flats, 140, 95) == at(flats, 160, 190) == "#ff0000"
    assert [at(flats, *corner) for corner in ((2, 2), (317, 2), (160, 317), (110, 110))] == 4 * [
        None
    ]
    share = np.count_nonzero(flats.pixels()[:, :, 3]) / (130 * (60 + mouth) / 2)
    assert 0.85 < share < 1.05, "what the lines nearly enclose, and no more"


def test_a_hint_in_the_open_means_the_paper() -> None:
    flats = colored((40, 250, "skyblue"))
    assert at(flats, 2, 2) == at(flats, 317, 317) == at(flats, 160, 120) == "#87ceeb"


def test_sky_and_sleeve_part_at_the_mouth() -> None:
    flats = colored((40, 250, "skyblue"), (160, 120, "red"))
    assert at(flats, 160, 190) == "#ff0000"
    assert at(flats, 2, 2) == at(flats, 160, 240) == at(flats, 110, 110) == "#87ceeb"


def test_a_hint_that_slipped_beside_the_outline_is_only_itself() -> None:
    flats = colored((195, 85, "red"))
    assert at(flats, 195, 85) == "#ff0000"
    assert at(flats, 2, 2) is None
    assert (flats.pixels()[:, :, 3] > 0).sum() < 300


def test_empty_paper_told_so_stays_empty_beside_a_sleeve() -> None:
    flats = colored((40, 250, None), (160, 120, "red"))
    assert at(flats, 160, 120) == "#ff0000"
    assert at(flats, 2, 2) is None
