from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nijigen import Artwork, Layer, Picture, get
from nijigen.lines.classify import classify
from pictures import drawing


def page(width: int = 300, height: int = 400) -> np.ndarray:
    """White paper with a cross of lines and one solid black spot."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[:, 148:151] = pixels[198:202] = 20
    pixels[20:60, 20:60] = 0
    return pixels


def shaded(pixels: np.ndarray) -> np.ndarray:
    """As photographed: one side is darker, and all of it is yellow."""
    light = np.linspace(1, 0.93, pixels.shape[1])[None, :, None] * (0.97, 0.93, 0.82)
    return (pixels * light).astype(np.uint8)


@pytest.mark.parametrize("seed", range(4))
def test_a_character_is_told_by_its_rendering(seed: int) -> None:
    draw = get("generate.character")
    assert classify(draw(seed=seed, rendering="lines", width=384, height=512)).kind == "line_art"
    assert classify(draw(seed=seed, width=384, height=512)).kind == "colored"


def test_line_art_on_any_paper_is_line_art() -> None:
    for pixels in (page(), shaded(page()), 255 - page(), page()[:, :, :1]):
        assert classify(Picture(np.ascontiguousarray(pixels))).kind == "line_art"


def test_ink_on_a_transparent_ground_is_line_art() -> None:
    ink = np.zeros((400, 300, 4), np.uint8)
    ink[:, :, 3] = 255 - page()[:, :, 0]
    assert classify(Picture(ink)).kind == "line_art"


def test_a_tone_counts_as_color() -> None:
    gray = page()
    gray[210:330, 160:290] = 190
    found = classify(Picture(gray))
    assert found.kind == "colored"
    assert found.colored == 0
    assert 0.1 < found.toned < 0.15
    dots = np.kron(page(), np.ones((4, 4, 1), np.uint8))
    y, x = np.mgrid[840:1320, 640:1160]
    dots[840:1320, 640:1160][(x % 6 < 4) & (y % 6 < 4)] = 0
    assert classify(Picture(dots)).toned > 0.1
    assert classify(drawing(96, 72)).kind == "colored"


def test_shares_do_not_depend_on_the_size() -> None:
    small = get("generate.character")(seed=2, width=512, height=512)
    large = get("generate.character")(seed=2, width=1024, height=1024)
    one, two = classify(small), classify(large)
    assert abs(one.colored - two.colored) < 0.03
    assert abs(one.paper - two.paper) < 0.03


def test_an_empty_page_is_line_art() -> None:
    for level in (0, 128, 255):
        assert classify(Picture(np.full((30, 30), level, np.uint8))).kind == "line_art"
    assert classify(Picture(np.full((1, 1), 9, np.uint8))).kind == "line_art"


def test_of_an_artwork_the_layer_of_lines_is_looked_at() -> None:
    lines = Layer("line", Picture(page()), blend="multiply")
    paint = Layer("flat", Picture(np.full((400, 300, 3), (240, 90, 90), np.uint8)))
    assert classify(Artwork((300, 400), (paint, lines))).kind == "line_art"
    half = replace(paint, pixels=Picture(paint.pixels.pixels[:, :150]))
    assert classify(Artwork((300, 400), (half, replace(lines, name="ink")))).kind == "colored"
