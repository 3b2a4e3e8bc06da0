"""Regions between the lines of a drawing."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from color.drawn import boxes, middle, regions
from nijigen import Picture
from nijigen.color._regions.regions import regions_of
from nijigen.generate.character import character
from nijigen.imaging.line_art.ink import LineArt, line_art

LINEART = Path(__file__).parents[4] / "shared" / "data" / "lineart"


def places(count: int = 3) -> list[tuple[float, float]]:
    return [(at["x"], at["y"]) for at in map(middle, range(count))]


def test_each_box_is_a_region() -> None:
    found = regions(boxes(3))
    assert found.count == 4
    assert len({found.at(x, y) for x, y in places()}) == 3
    assert found.outside.tolist() == [True, False, False, False]
    assert found.at(-5, 500) == 0


def test_regions_meet_in_the_middle_of_lines() -> None:
    found = regions(boxes(2, side=40, line=6))
    row = found.labels[40]
    changes = np.nonzero(np.diff(row))[0] + 1
    # Lines are 6 px wide, drawn inwards: the outer ones from 20 to 26, one from 54 to 66 between.
    assert np.abs(changes - [23, 60, 97]).max() <= 1
    assert (found.labels >= 0).all()


def test_graph_and_measures() -> None:
    found = regions(boxes(3))
    assert found.edges.tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [2, 3]]
    assert found.areas.sum() == found.labels.size
    assert (found.borders.barriers > 0.5).all()
    assert found.lengths[3] == pytest.approx(38, abs=3)
    for number, (x, y) in enumerate(found.points.tolist()):
        assert found.labels[y, x] == number
        assert found.ink[y, x] == 0
    left, top, right, bottom = found.boxes[1].tolist()
    assert (found.labels[top:bottom, left:right] == 1).mean() > 0.9


@pytest.mark.parametrize("hole", [2, 4, 8])
def test_gaps_are_closed_and_told(hole: int) -> None:
    found = regions(boxes(3, hole=hole), gap=10)
    assert found.count == 4
    walls = [one for one in found.gaps if one.closed]
    assert {round(float(np.mean([x for x, _ in one.points])) / 10) for one in walls} == {6, 10}
    plain = regions(boxes(3, hole=hole), gap=0)
    assert plain.count == 2
    assert plain.gaps == ()


def test_hatching_makes_no_crumbs() -> None:
    page = boxes(1, side=80).pixels[:, :, 0].copy()
    for x in range(34, 90, 6):
        cv2.line(page, (x, 50), (x + 10, 70), 0, 1)
    assert regions(Picture(page), gap=5).count == 2


def test_a_pupil_of_few_pixels_is_kept_where_wanted() -> None:
    page = np.full((80, 80), 255, np.uint8)
    cv2.circle(page, (40, 40), 30, 0, 2)
    cv2.circle(page, (40, 40), 4, 0, 2)
    art = line_art(Picture(page))
    assert regions_of(art, gap=0, smallest=8).count == 3
    assert regions_of(art, gap=0, smallest=200).count == 2


def test_faint_lines_bound_too() -> None:
    page = boxes(3).pixels[:, :, 0].copy()
    inner = page[30:50, 22:138]
    inner[inner < 255] = 170
    assert regions(Picture(page), gap=6).count == 4


def test_the_hair_of_a_character_does_not_run_into_the_face() -> None:
    lines = character(seed=3, width=512, height=512, rendering="lines", framing="bust")
    assert isinstance(lines, Picture)
    found = regions_of(line_art(lines))
    assert 15 < found.count < 250
    assert found.outside.sum() >= 1


def test_noise_and_specks_have_an_end() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (400, 400, 3)).astype(np.uint8)
    assert regions_of(line_art(Picture(noise))).count < 20_001
    specks = np.full((900, 900), 255, np.uint8)
    specks[::3, ::3] = 0
    assert regions_of(line_art(Picture(specks))).count == 1


def test_a_scan_is_looked_at_reduced_and_its_borders_are_in_its_lines() -> None:
    page = np.full((2300, 3000), 255, np.uint8)
    cv2.ellipse(page, (1500, 1150), (1000, 700), 20, 0, 357, 0, 9)
    found = regions_of(line_art(Picture(page)))
    assert found.count == 2
    border = found.labels[:, :-1] != found.labels[:, 1:]
    away = cv2.distanceTransform((page > 128).astype(np.uint8), cv2.DIST_L2, 5)[:, :-1][border]
    # All of it, but for the gap.
    assert (away < 2).mean() > 0.97


def test_the_same_drawing_is_worked_out_once() -> None:
    ink = line_art(boxes(2)).ink
    empty = np.zeros((*ink.shape, 3), np.uint8)
    one = regions_of(LineArt(ink, empty, (255, 255, 255)))
    assert regions_of(LineArt(ink.copy(), empty, (255, 255, 255))) is one
    assert regions_of(LineArt(ink, empty, (255, 255, 255)), gap=3) is not one


@pytest.mark.skipif(not LINEART.is_dir(), reason="the drawings of ../shared/data are not there")
@pytest.mark.parametrize("name", ["s12", "s33", "s40"])
def test_real_line_art_is_parted_into_a_sane_number(name: str) -> None:
    found = regions_of(line_art(Picture.open(LINEART / f"{name}_line.webp")))
    assert 40 < found.count < 400
    largest = found.areas[~found.outside].max()
    assert largest < 0.25 * found.labels.size
