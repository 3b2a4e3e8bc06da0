"""A page is reduced as averaging over areas would, of any size and shape, in color and gray."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from nijigen import Picture
from nijigen.faces._page import Page


def _drawn(width: int, height: int, channels: int) -> np.ndarray:
    pixels = np.full((height, width, 3), 240, np.uint8)
    for number, x in enumerate(range(0, width, 97)):
        cv2.circle(pixels, (x, height * (number % 7) // 7), 60, (40 * number % 255, 90, 160), -1)
    return pixels if channels == 3 else pixels[:, :, :1]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("size", "to"),
    [
        ((1200, 700), (384, 224)),
        ((1201, 701), (384, 224)),
        ((3001, 4001), (288, 384)),
        ((500, 400), (384, 307)),
        ((200, 100), (400, 200)),
    ],
)
def test_reduced_as_by_areas(size: tuple[int, int], to: tuple[int, int], channels: int) -> None:
    pixels = _drawn(*size, channels)
    made = Page(Picture(pixels)).resized(*to)
    method = cv2.INTER_AREA if to < size else cv2.INTER_LINEAR
    expected = cv2.resize(np.dstack([pixels] * 3)[:, :, :3], to, interpolation=method)
    assert made.shape == (to[1], to[0], 3)
    assert made.dtype == np.uint8
    difference = np.abs(made.astype(int) - expected)
    # Taking single pixels differs by .5 to 1 in the mean, a pixel to the side by .7 to 1.4.
    assert difference.mean() < 0.3
    assert (difference > 60).mean() < 0.0005


def test_a_line_of_pixels_stays_one() -> None:
    page = Page(Picture(np.full((1, 20000, 3), 7, np.uint8)))
    assert (page.resized(384, 1) == 7).all()
    assert page.resized(384, 1).shape == (1, 384, 3)
