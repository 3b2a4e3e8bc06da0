from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene

from nijigen import Picture
from nijigen.library.measuring.flaws import NAMES, Flaw, flaws, measure


def found(picture: Picture) -> set[Flaw]:
    measures = measure(picture)
    assert sorted(measures) == sorted(NAMES)
    return set(flaws(picture.size, measures))


def sheet(alpha: int = 255) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", (600, 800), (255, 255, 255, alpha))
    return image, ImageDraw.Draw(image)


def test_drawings_have_none() -> None:
    assert found(scene(1, (640, 480))) == set()


def test_line_art_is_not_blank_but_paper_is() -> None:
    for alpha in (255, 0):
        image, pen = sheet(alpha)
        assert "one color" in found(Picture(np.asarray(image)))
        # One thin line is what somebody drew; white on nothing too.
        pen.line((100, 100, 500, 700), (0, 0, 0, 255) if alpha else (255, 255, 255, 255), 3)
        assert found(Picture(np.asarray(image))) == set()


def test_blurred_pictures_are_not_called_enlarged_too() -> None:
    image = Image.fromarray(scene(1, (640, 480)).pixels).filter(ImageFilter.GaussianBlur(4))
    assert found(Picture(np.asarray(image))) == {"blurred"}


def test_rows_of_gray_are_missing_only_in_a_jpeg() -> None:
    pixels = scene(1, (640, 480)).pixels.copy()
    pixels[400:] = 128
    picture = Picture(pixels)
    assert found(picture) == set()
    assert found(picture.with_info(format="jpeg")) == {"truncated"}


def test_size_and_shape_need_no_pixels() -> None:
    assert flaws((700, 100), {}) == {"extreme shape": 7.0}
    assert flaws((60, 80), {}) == {"tiny": 60.0}
    assert flaws((64, 64), {}) == {}
