"""Palettes: exact where they can be, fair to small areas, and dithered quietly."""

from __future__ import annotations

import numpy as np
import pytest

from nijigen.imaging.codecs.palette import quantized


@pytest.mark.parametrize("holes", [False, True])
def test_few_colors_are_exact(holes: bool) -> None:
    count = 255 if holes else 256
    pixels = np.random.default_rng(0).integers(0, 256, (count, 3)).astype(np.uint8)
    colors = np.tile(pixels, (4, 1)).reshape(4, count, 3)
    drawn = np.ones((4, count), bool)
    drawn[0, 0] = not holes
    palette, indices = quantized(colors, drawn)
    assert np.array_equal(palette[indices][drawn], colors[drawn])


def test_a_gradient_is_dithered_without_bands() -> None:
    y, x = np.mgrid[:128, :256]
    colors = np.stack([x, y * 2, (x + y) // 2], axis=2).astype(np.uint8)
    palette, indices = quantized(colors, np.ones((128, 256), bool))

    def local(pixels: np.ndarray) -> np.ndarray:
        return pixels.reshape(16, 8, 32, 8, 3).mean(axis=(1, 3))

    assert len(palette) == 256
    off = np.abs(local(palette[indices].astype(float)) - local(colors.astype(float)))
    # Without dithering it is 2.1; at the corners no mixture of the palette reaches the color.
    assert off.mean() < 1.0


def test_a_small_area_keeps_its_color() -> None:
    y, x = np.mgrid[:256, :256]
    colors = np.stack([255 - x // 4, 255 - y // 4, 255 - (x + y) // 8], axis=2).astype(np.uint8)
    colors[100:106, 100:106] = (20, 30, 160)
    palette, indices = quantized(colors, np.ones((256, 256), bool))
    eye = palette[indices[100:106, 100:106]].astype(int)
    assert np.abs(eye - (20, 30, 160)).max() < 12


def test_the_same_place_is_dithered_the_same() -> None:
    y, x = np.mgrid[:300, :64]
    colors = np.stack([y * 255 // 299, x * 4, (x + y) % 256], axis=2).astype(np.uint8)
    drawn = np.ones((300, 64), bool)
    palette, indices = quantized(colors, drawn)
    again, same = quantized(colors, drawn)
    assert np.array_equal(palette, again)
    assert np.array_equal(indices, same)
