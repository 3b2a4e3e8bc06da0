from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))

from collection import scene

from nijigen.imaging.sharpness import edge_width, enlargement

Resampling = Image.Resampling


def drawn(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Draw a scene with smooth edges, as drawings have them."""
    return Image.fromarray(scene(1, (2 * size[0], 2 * size[1])).pixels).resize(size)


def luma(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(image.convert("L"), np.float32)


def steps() -> Image.Image:
    """Draw disks without outlines."""
    image = Image.new("L", (1280, 960), 40)
    pen = ImageDraw.Draw(image)
    for place in range(8):
        left, top = place * 150, 100 + place * 50
        pen.ellipse((left, top, left + 200, top + 200), fill=60 + place * 20)
    return image.resize((640, 480))


@pytest.mark.parametrize("deviation", [1.5, 2.5, 3.5])
def test_edges_are_as_wide_as_the_blur(deviation: float) -> None:
    soft = steps().filter(ImageFilter.GaussianBlur(deviation))
    assert edge_width(luma(steps())) == pytest.approx(0.7, abs=0.1)
    assert edge_width(luma(soft)) == pytest.approx(deviation, abs=0.3)


def test_a_sharp_part_is_enough() -> None:
    image = drawn()
    soft = image.filter(ImageFilter.GaussianBlur(6))
    assert (edge_width(luma(soft)) or 0) > 2
    soft.paste(image.crop((0, 0, 250, 480)), (0, 0))
    assert (edge_width(luma(soft)) or 0) < 0.7


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (64, 64)])
def test_where_nothing_is_there_is_nothing_to_say(size: tuple[int, int]) -> None:
    plain = np.full(size[::-1], 200, np.float32)
    assert edge_width(plain) is None
    assert enlargement(plain) == 1


@pytest.mark.parametrize("how", [Resampling.BILINEAR, Resampling.BICUBIC, Resampling.LANCZOS])
def test_what_was_enlarged_has_no_detail(how: Resampling) -> None:
    image = drawn()
    assert enlargement(luma(image)) == 1
    large = image.resize((image.width * 2, image.height * 2), how)
    assert enlargement(luma(large)) == 2


@pytest.mark.parametrize("factor", [2, 4])
def test_repeated_pixels_are_counted(factor: int) -> None:
    image = drawn((200, 160))
    large = image.resize((image.width * factor, image.height * factor), Resampling.NEAREST)
    assert enlargement(luma(large)) == factor


def test_large_pictures_are_measured_in_parts() -> None:
    image = drawn((2600, 2400))
    assert enlargement(luma(image)) == 1
    assert enlargement(luma(image.resize((1300, 1200)).resize(image.size))) == 2
