"""From hints to colors: whole regions, divided ones, and those without a hint."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from color.drawn import boxes, middle, regions
from nijigen import Picture
from nijigen.color._document.settings import PALETTE
from nijigen.color._flats.hints import ColorHints
from nijigen.color._flats.marks import marks_of
from nijigen.color._flats.spread import FillOptions, Flats, flats_of
from nijigen.imaging.color_spaces import delta_e2000, lab

RED, BLUE, GREEN = "#ff0000", "#0000ff", "#00ff00"


def spread(
    found: Any, rule: str = "leave", seed: int = 0, reach: float = 100, **hints: Any
) -> Flats:
    return flats_of(found, ColorHints.from_json(hints), FillOptions(rule, reach, PALETTE, seed))


def colors(found: Any, flats: Flats, count: int = 3) -> list[str | None]:
    """What the boxes have in their middle."""
    known = flats.hex()
    places = [middle(number) for number in range(count)]
    return [known[flats.labels[int(at["y"]), int(at["x"])]] for at in places]


def test_a_hint_colors_its_region_alone() -> None:
    found = regions(boxes())
    flats = spread(found, points=[middle(1) | {"color": RED}])
    assert colors(found, flats) == [None, RED, None]
    assert flats.labels is found.labels


def test_empty_is_a_hint_too() -> None:
    found = regions(boxes())
    flats = spread(found, "distinct", points=[middle(1) | {"color": None}])
    made = colors(found, flats)
    assert made[1] is None
    assert made[0]
    assert made[2]


def test_a_hint_off_the_page_counts_at_the_rim() -> None:
    found = regions(boxes())
    flats = spread(found, points=[{"x": -50, "y": 9000, "color": RED}])
    assert flats.hex()[found.at(0, 0)] == RED


def test_colors_come_through_a_gap_rather_than_over_longer_lines() -> None:
    page = Image.new("L", (160, 160), 255)
    pen = ImageDraw.Draw(page)
    for corners in ((20, 60, 60, 100), (60, 60, 100, 100), (60, 40, 140, 120)):
        pen.rectangle(corners, outline=0, width=2)
    pen.rectangle((20, 60, 61, 61), fill=0)
    pen.rectangle((58, 78, 63, 82), fill=255)
    found = regions(Picture(np.array(page)), gap=8)
    flats = spread(
        found,
        "nearest",
        points=[{"x": 40, "y": 80, "color": RED}, {"x": 120, "y": 80, "color": BLUE}],
    )
    assert flats.hex()[found.at(80, 80)] == RED


def test_the_part_beside_it_colors_a_region() -> None:
    found = regions(boxes(2, hole=6), gap=8)
    near, far = {"x": 50, "y": 40, "color": BLUE}, {"x": 25, "y": 40, "color": RED}
    flats = spread(found, "nearest", points=[near, far])
    assert colors(found, flats, 2)[1] == BLUE


def test_two_hints_divide_a_region_half_way() -> None:
    found = regions(boxes(1, side=100))
    flats = spread(
        found,
        points=[{"x": 40, "y": 70, "color": RED}, {"x": 100, "y": 70, "color": BLUE}],
    )
    row = flats.colors[flats.labels[70, 25:116]]
    border = 25 + int(np.flatnonzero(row[:, 2])[0])
    assert abs(border - 70) <= 2
    assert len(flats.colors) == found.count + 1
    assert set(flats.hex()[found.count - 1 :]) <= {RED, BLUE, None}


def test_colors_part_at_an_open_gap() -> None:
    """One hint lies near the gap, the other far: each still keeps its own box."""
    found = regions(boxes(2, side=80, hole=14))
    assert found.at(60, 60) == found.at(140, 60)
    flats = spread(
        found, points=[{"x": 85, "y": 60, "color": RED}, {"x": 160, "y": 60, "color": BLUE}]
    )
    known = np.array([hex == RED for hex in flats.hex()])
    red = known[flats.labels]
    assert red[24:96, 24:92].mean() > 0.97
    assert red[24:96, 108:176].mean() < 0.03


def test_every_hint_pixel_has_its_color() -> None:
    found = regions(boxes(4, side=60))
    chance = np.random.default_rng(5)
    points = [
        {"x": float(x), "y": float(y), "color": f"#{chance.integers(1 << 24):06x}"}
        for x, y in chance.uniform([22, 22], [255, 75], (60, 2))
    ]
    flats = spread(found, points=points)
    pixels = flats.pixels()
    last = {(int(p["x"]), int(p["y"])): p["color"] for p in points}
    for (x, y), color in last.items():
        assert "#{:02x}{:02x}{:02x}".format(*pixels[y, x, :3]) == color


def test_every_part_of_a_divided_region_holds_a_hint() -> None:
    import cv2

    found = regions(boxes(1, side=120))
    chance = np.random.default_rng(1)
    points = [
        {"x": float(x), "y": float(y), "color": RED if n % 2 else BLUE}
        for n, (x, y) in enumerate(chance.uniform(25, 135, (12, 2)))
    ]
    flats = spread(found, points=points)
    marked = {(int(p["x"]), int(p["y"])) for p in points}
    for color in (RED, BLUE):
        mask = np.array([hex == color for hex in flats.hex()])[flats.labels]
        count, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
        held = {int(parts[y, x]) for x, y in marked} - {0}
        assert held == set(range(1, count))


def test_strokes_color_what_they_cross_and_not_what_they_graze() -> None:
    found = regions(boxes(3, side=60))
    # Through the second box into the third, but only slipping over the wall of the first.
    stroke = {"points": [[76, 50], [120, 50], [170, 50]], "width": 8, "color": RED}
    flats = spread(found, strokes=[stroke])
    known = flats.hex()
    assert known[found.at(110, 50)] == RED
    assert known[found.at(170, 50)] == RED
    assert known[found.at(50, 50)] is None
    assert known[found.at(5, 5)] is None


def test_a_thin_lock_is_crossed_by_a_thick_stroke() -> None:
    found = regions(boxes(9, side=12, line=1))
    stroke = {"points": [[15, 26], [135, 26]], "width": 9, "color": RED}
    flats = spread(found, strokes=[stroke])
    inner = [flats.hex()[found.at(26 + 12 * number, 26)] for number in range(9)]
    assert inner == [RED] * 9


def test_a_stroke_on_paper_colors_the_paper() -> None:
    found = regions(boxes())
    stroke = {"points": [[5, 5], [100, 8]], "width": 5, "color": BLUE}
    flats = spread(found, strokes=[stroke])
    assert flats.hex()[found.at(2, 2)] == BLUE
    assert colors(found, flats) == [None] * 3


def test_areas_color_what_lies_mostly_inside_and_yield_to_points() -> None:
    found = regions(boxes(3))
    around = [[15, 15], [112, 15], [112, 65], [15, 65]]
    point = middle(1) | {"color": BLUE}
    flats = spread(found, areas=[{"points": around, "color": RED}], points=[point])
    assert colors(found, flats) == [RED, BLUE, None]
    assert flats.labels is found.labels


def test_later_hints_win() -> None:
    found = regions(boxes(1))
    twice = [middle(0) | {"color": RED}, middle(0) | {"color": BLUE}]
    assert colors(found, spread(found, points=twice), 1) == [BLUE]


def test_nearest_spreads_over_open_borders_within_reach() -> None:
    found = regions(boxes(5))
    points = [middle(0) | {"color": RED}, middle(4) | {"color": BLUE}]
    made = colors(found, spread(found, "nearest", points=points), 5)
    assert made[:2] == [RED, RED]
    assert made[3:] == [BLUE, BLUE]
    near = colors(found, spread(found, "nearest", reach=20, points=points), 5)
    assert near == [RED, RED, None, BLUE, BLUE]
    outside = found.at(1, 1)
    assert spread(found, "nearest", points=points).hex()[outside] is None


def test_a_hinted_sky_colors_no_figure() -> None:
    found = regions(boxes(2))
    points = [{"x": 3, "y": 3, "color": BLUE}]
    assert colors(found, spread(found, "nearest", points=points), 2) == [None, None]


def test_anchors_color_what_has_no_hint_whatever_the_rule() -> None:
    found = regions(boxes(3))
    for rule in ("leave", "nearest", "palette", "distinct"):
        point = middle(0) | {"color": RED}
        flats = spread(found, rule, 0, 15, points=[point], anchors=[{"color": GREEN}])
        assert colors(found, flats)[2] == GREEN, rule
    near = spread(found, anchors=[middle(2) | {"color": GREEN, "reach": 30}])
    assert colors(found, near) == [None, None, GREEN]


@pytest.mark.parametrize("rule", ["distinct", "palette"])
def test_neighbors_look_different(rule: str) -> None:
    found = regions(boxes(8))
    flats = spread(found, rule, seed=3)
    made = [color for color in colors(found, flats, 8) if color]
    assert len(made) == 8
    tones = lab(
        np.array([[int(hex[at : at + 2], 16) for at in (1, 3, 5)] for hex in made], np.uint8)
    )
    assert delta_e2000(tones[:-1], tones[1:]).min() > 6
    if rule == "palette":
        assert set(made) <= set(PALETTE)


def test_seeds_choose_other_colors_and_the_same_seed_the_same() -> None:
    found = regions(boxes(8))
    first = spread(found, "distinct", seed=1).colors
    assert np.array_equal(first, spread(found, "distinct", seed=1).colors)
    assert not np.array_equal(first, spread(found, "distinct", seed=2).colors)


def test_marks_lie_where_they_were_told() -> None:
    found = regions(boxes(1))
    marks = marks_of(found, ColorHints.from_json({"points": [middle(0) | {"color": RED}]}))
    width = found.labels.shape[1]
    at = middle(0)
    assert marks.places.tolist() == [int(at["y"]) * width + int(at["x"])]
    assert marks.colors == ((255, 0, 0, 255),)


def test_paper_on_both_sides_of_a_figure_is_one_where_a_gap_leads() -> None:
    page = Image.new("L", (200, 200), 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((60, 6, 140, 220), outline=0, width=2)
    found = regions(Picture(np.array(page)), gap=12)
    left, right = found.at(10, 100), found.at(190, 100)
    assert left != right
    assert found.outside[[left, right]].all()
    flats = spread(found, "nearest", points=[{"x": 10, "y": 100, "color": BLUE}])
    assert flats.hex()[right] == BLUE
    assert flats.hex()[found.at(100, 100)] is None
    flats = spread(found, "distinct", points=[{"x": 10, "y": 100, "color": BLUE}])
    assert flats.hex()[right] is None
