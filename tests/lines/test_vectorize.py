from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen import Picture, get
from nijigen.core.drawing import Drawing
from nijigen.core.errors import Cancelled
from nijigen.core.run import Run
from nijigen.lines._skeleton import junctions
from nijigen.lines._vectors.beziers import fitted
from nijigen.lines._vectors.paths import Paths
from nijigen.lines.vectorize import vectorize

Page = NDArray[np.uint8]
FINE = 16
"""Parts of a pixel in which pages are drawn."""


def page(height: int = 120, width: int = 120) -> Page:
    return np.full((height, width), 255, np.uint8)


def line(on: Page, *points: tuple[float, float], width: float, closed: bool = False) -> None:
    """Draw an anti-aliased polyline of a width in pixels."""
    fine = 8
    large = np.zeros((on.shape[0] * fine, on.shape[1] * fine), np.uint8)
    scaled = np.array([[round(x * fine * 16), round(y * fine * 16)] for x, y in points], np.int32)
    cv2.polylines(large, [scaled], closed, 255, round(width * fine), shift=4)
    cover = cv2.resize(large, on.shape[::-1], interpolation=cv2.INTER_AREA)
    np.minimum(on, 255 - cover, out=on)


def paths(drawing: Drawing) -> list[tuple[float, list[list[float]], bool]]:
    """Return width, anchors and whether it is closed for each center line."""
    found = []
    for width, data in re.findall(r'<path stroke-width="([\d.]+)" d="([^"]*)"', drawing.svg()):
        pen = [0.0, 0.0]
        anchors = []
        for letter, text in re.findall(r"([Mcl])([^Mclz]*)", data):
            numbers = [float(one) for one in re.findall(r"-?\d*\.?\d+", text)]
            end = numbers[-2:]
            pen = end if letter == "M" else [pen[0] + end[0], pen[1] + end[1]]
            anchors.append(pen)
        found.append((float(width), anchors, data.endswith("z")))
    return found


def centers(on: Page, **settings: object) -> list[tuple[float, list[list[float]], bool]]:
    return paths(vectorize(Picture(on), strokes="center", **settings))


@pytest.mark.parametrize("width", [1.0, 2.0, 3.5, 6.0])
def test_position_and_width_are_measured_finer_than_a_pixel(width: float) -> None:
    on = page()
    line(on, (20, 40.3), (100, 40.3), width=width)
    [(measured, anchors, closed)] = centers(on)
    assert measured == pytest.approx(width, abs=0.25)
    assert [y for _, y in anchors] == pytest.approx([40.3] * 2, abs=0.2)
    assert not closed
    assert sorted(x for x, _ in anchors) == pytest.approx([20, 100], abs=1)


def test_crossing_strokes_stay_two_and_straight() -> None:
    on = page()
    line(on, (10, 20), (110, 95), width=3)
    line(on, (12, 90), (105, 25), width=3)
    found = centers(on)
    assert len(found) == 2
    for _, anchors, _ in found:
        assert len(anchors) == 2


def test_strokes_that_cross_at_an_acute_angle_meet_once_and_stay_two() -> None:
    on = page()
    line(on, (8, 50), (112, 64), width=3)
    line(on, (8, 66), (112, 50), width=3)
    found = centers(on)
    assert len(found) == 2
    for _, anchors, _ in found:
        assert abs(anchors[0][1] - anchors[-1][1]) > 12


def test_a_stroke_is_one_where_it_is_faint_and_two_where_it_was_lifted() -> None:
    on = page()
    line(on, (10, 40), (110, 40), width=1)
    line(on, (10, 80), (110, 80), width=1)
    on[:, 58:62] = 255 - (255 - on[:, 58:62]) // 9
    assert len(centers(on)) == 2
    on[80, 58:62] = 255
    assert len(centers(on)) == 3


def test_outlines_of_thin_strokes_keep_their_ink() -> None:
    on = page()
    around = np.linspace(0, np.pi, 60)
    wave = [(10 + 32 * t, 60 + 25 * np.sin(2 * t)) for t in around.tolist()]
    line(on, *wave, width=1)
    made = vectorize(Picture(on)).pixels[:, :, 0]
    assert (made[on < 128] < 200).mean() > 0.98


def test_a_stroke_that_ends_at_another_leaves_it_whole() -> None:
    on = page()
    line(on, (10, 40), (110, 40), width=3)
    line(on, (60, 40), (75, 105), width=3)
    found = sorted(centers(on), key=lambda one: abs(one[1][0][1] - one[1][-1][1]))
    assert len(found) == 2
    through, stem = found[0][1], found[1][1]
    assert [y for _, y in through] == pytest.approx([40] * len(through), abs=0.2)
    tip = min(stem, key=lambda anchor: anchor[1])
    assert tip == pytest.approx([60, 40], abs=0.6)


def test_corners_are_kept() -> None:
    on = page()
    line(on, (20, 20), (95, 25), (90, 100), (25, 95), width=3, closed=True)
    [(_, anchors, closed)] = centers(on)
    assert closed
    for corner in ((20, 20), (95, 25), (90, 100), (25, 95)):
        assert min(np.hypot(x - corner[0], y - corner[1]) for x, y in anchors) < 0.7


def test_a_circle_is_one_closed_path_of_few_curves() -> None:
    on = page()
    around = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    line(
        on,
        *zip(60 + 40 * np.cos(around), 60 + 40 * np.sin(around), strict=True),
        width=2.5,
        closed=True,
    )
    [(_, anchors, closed)] = centers(on)
    assert closed
    assert len(anchors) <= 9
    assert [np.hypot(x - 60, y - 60) for x, y in anchors] == pytest.approx(
        [40] * len(anchors), abs=0.4
    )


def test_black_areas_are_filled_and_keep_their_holes() -> None:
    on = page()
    for radius, tone in ((40, 0), (18, 255)):
        center = (60 * FINE + FINE // 2,) * 2
        cv2.circle(on, center, radius * FINE, tone, -1, cv2.LINE_AA, 4)
    line(on, (3, 5), (115, 5), width=2)
    drawing = vectorize(Picture(on), tolerance=0.3)
    text = drawing.svg()
    areas = text[text.index('id="areas"') : text.index('id="lines"')]
    assert 'fill-rule="evenodd"' in areas
    assert areas.count("M") == 2
    assert np.abs(drawing.pixels[:, :, 0].astype(int) - on).mean() < 2


def test_blots_beside_a_stroke_are_filled() -> None:
    ink = page()
    line(ink, (10, 60), (110, 60), width=2.5)
    cv2.fillPoly(ink, [np.array([(40, 60), (60, 60), (44, 71)])], 0)
    drawn = vectorize(Picture(ink)).rgb().pixels[:, :, 0]
    away = cv2.distanceTransform((drawn >= 128).astype(np.uint8), cv2.DIST_L2, 5)
    assert (away[ink < 128] > 1).mean() < 0.01


def test_dots_are_circles_and_small_ones_are_dropped_on_request() -> None:
    on = page()
    cv2.circle(on, (60 * FINE, 60 * FINE), 2 * FINE, 0, -1, cv2.LINE_AA, 4)
    assert vectorize(Picture(on)).svg().count("<circle") == 1
    assert "<circle" not in vectorize(Picture(on), min_length=8).svg()


def test_a_taper_stays_in_outlines_and_goes_without_variation() -> None:
    on = page()
    cv2.fillPoly(on, [np.array([(10, 60), (110, 56), (110, 63)], np.int32)], 0, cv2.LINE_AA)
    kept = vectorize(Picture(on)).pixels[:, :, 0] < 128
    even = vectorize(Picture(on), width_variation=0).pixels[:, :, 0] < 128
    for made, least, most in ((kept, 2.0, 9.0), (even, 0.8, 1.25)):
        ratio = made[:, 100].sum() / made[:, 30].sum()
        assert least <= ratio <= most


def test_no_ink_of_a_character_is_lost() -> None:
    drawn = get("generate.character")(seed=3, width=400, height=400, rendering="lines")
    back = vectorize(drawn)
    before, after = (one.pixels[:, :, 0] < 128 for one in (drawn, back))
    near = np.ones((3, 3), np.uint8)
    for one, other in ((before, after), (after, before)):
        grown = cv2.dilate(other.view(np.uint8), near).view(bool)
        assert (one & ~grown).sum() <= 0.02 * one.sum()


def test_bands_of_rows_do_not_show() -> None:
    on = page(700, 200)
    line(on, (20, 480), (100, 560), (180, 470), width=4)
    cv2.circle(on, (150, 530), 20, 0, -1)
    moved = np.roll(on, -400, axis=0)
    one, two = centers(on), centers(moved)
    assert len(one) == len(two)
    for (_, here, _), (_, there, _) in zip(one, two, strict=True):
        assert np.array(here) == pytest.approx(np.array(there) + (0, 400), abs=0.02)


def test_light_lines_on_dark_paper_stay_light() -> None:
    on = page()
    line(on, (20, 40), (100, 70), width=3)
    drawing = vectorize(Picture(255 - on))
    assert 'fill="#000000"' in drawing.svg()
    assert np.abs(drawing.pixels[:, :, 0].astype(int) - (255 - on)).mean() < 1


def test_lines_on_a_transparent_ground_have_no_paper() -> None:
    on = page()
    line(on, (20, 40), (100, 70), width=3)
    ink = np.zeros((*on.shape, 4), np.uint8)
    ink[:, :, 0], ink[:, :, 3] = 200, 255 - on
    drawing = vectorize(Picture(ink))
    assert "paper" not in drawing.svg()
    assert '"#c80000"' in drawing.svg()
    assert drawing.pixels[0, 0, 3] == 0


def test_layers_flatten_to_the_picture() -> None:
    on = page()
    line(on, (10, 20), (110, 95), width=3)
    cv2.circle(on, (40, 90), 16, 0, -1)
    drawing = vectorize(Picture(on))
    artwork = drawing.artwork()
    assert [layer.name for layer in artwork.layers] == ["paper", "areas", "lines"]
    flat = artwork.flatten().pixels[:, :, 0].astype(int)
    assert np.abs(flat - drawing.pixels[:, :, 0]).max() <= 2


@pytest.mark.parametrize("tone", [0, 255])
def test_an_empty_page_is_said_to_be_one(tone: int) -> None:
    run = Run()
    drawing = vectorize(Picture(np.full((30, 40), tone, np.uint8)), run=run)
    assert "<path" not in drawing.svg()
    assert (drawing.pixels == tone).all()
    assert [note.text for note in run.notes] == ["no lines were found"]


def test_a_net_of_grain_is_not_compared_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    grain = np.random.default_rng(0).integers(0, 256, (60, 80), np.uint8)
    met: list[int] = []

    def counted(sides: list[tuple[int, int]], size: int) -> Iterator[tuple[tuple[int, int], ...]]:
        met.append(len(sides))
        return combinations(sides, size)

    monkeypatch.setattr(junctions, "combinations", counted)
    made = vectorize(Picture(np.dstack([np.full((60, 80, 3), 255, np.uint8), grain])))
    assert "<path" in made.svg()
    assert 3 <= max(met) <= 48


def test_a_cancelled_run_stops_while_curves_are_fitted() -> None:
    run = Run()
    run.cancel()
    way = Paths.of([np.column_stack([np.arange(9.0), np.zeros(9)])], [False])
    none = np.zeros(9, np.bool_)
    with pytest.raises(Cancelled):
        fitted(way, none, none, 0.5, run)
