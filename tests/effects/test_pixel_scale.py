"""Pixel scale: rules of enlargement, and the native grid."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nijigen import Picture, Run
from nijigen.core.errors import SettingsError
from nijigen.effects.pixel_scale import pixel_scale

PALETTE = np.uint8([[30, 20, 40], [240, 220, 190], [200, 60, 70], [70, 140, 220], [250, 250, 120]])


def sprite(seed: int = 1, height: int = 30, width: int = 26) -> NDArray[np.uint8]:
    """Blobs of five colors, with specks."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 5, (height // 3 + 1, width // 3 + 1))
    numbers = coarse.repeat(3, axis=0).repeat(3, axis=1)[:height, :width].copy()
    specks = random.random(numbers.shape) < 0.1
    numbers[specks] = random.integers(0, 5, int(specks.sum()))
    return PALETTE[numbers]


def enlarged(art: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    return art.repeat(factor, axis=0).repeat(factor, axis=1)


@pytest.mark.parametrize("factor", [2, 3, 5, 8, 12])
def test_enlarged_pixel_art_becomes_what_it_was(factor: int) -> None:
    art = sprite(factor)
    made = pixel_scale(Picture(enlarged(art, factor)), factor="native")
    assert np.array_equal(made.pixels, art)


def test_a_cut_off_grid_is_found() -> None:
    art = sprite(3)
    part = enlarged(art, 6)[4:-1, 2:-3]
    assert np.array_equal(pixel_scale(Picture(part), factor="native").pixels, art)


@pytest.mark.parametrize("factor", [3, 4, 7])
def test_a_jpeg_becomes_what_it_was(factor: int) -> None:
    art = sprite(factor, 40, 40)
    packed = io.BytesIO()
    Image.fromarray(enlarged(art, factor)).save(packed, "jpeg", quality=85)
    made = pixel_scale(Picture(np.asarray(Image.open(packed))), factor="native").pixels
    assert made.shape == art.shape
    apart = np.abs(made[:, :, None].astype(int) - PALETTE.astype(int)).sum(axis=3)
    assert (PALETTE[apart.argmin(axis=2)] == art).all(axis=2).mean() > 0.98
    kept = pixel_scale(Picture(np.asarray(Image.open(packed))), factor="native", clean=False)
    assert len(np.unique(made.reshape(-1, 3), axis=0)) < 0.2 * len(
        np.unique(kept.pixels.reshape(-1, 3), axis=0)
    )


def test_a_picture_without_a_grid_stays_and_that_is_said() -> None:
    y, x = np.mgrid[:60, :80]
    smooth = np.stack([x * 3, y * 4, x + y], -1).astype(np.uint8)
    run = Run()
    made = pixel_scale(Picture(smooth), factor="native", run=run)
    assert np.array_equal(made.pixels, smooth)
    assert any("no grid" in note.text for note in run.notes)


def test_a_diagonal_becomes_smooth() -> None:
    step = np.where(np.add.outer(np.arange(8), np.arange(8)) < 8, 0, 255).astype(np.uint8)
    rule = pixel_scale(Picture(step), method="scale").pixels[:, :, 0]
    repeated = enlarged(step, 2)
    assert set(np.unique(rule)) == {0, 255}
    assert not np.array_equal(rule, repeated)
    blended = pixel_scale(Picture(step), method="xbr").pixels[:, :, 0]
    # Blended half and half along the edge, unchanged elsewhere.
    assert ((blended > 100) & (blended < 156)).sum() >= 6
    assert (blended[:4, :4] == 0).all()
    assert (blended[-4:, -4:] == 255).all()


@pytest.mark.parametrize("factor", ["2", "3", "4", "6", "8", "9"])
@pytest.mark.parametrize("method", ["scale", "xbr", "nearest"])
def test_factors(factor: str, method: str) -> None:
    art = sprite(5, 11, 9)
    made = pixel_scale(Picture(art), factor=factor, method=method)  # type: ignore[arg-type]
    assert made.size == (9 * int(factor), 11 * int(factor))
    if method == "scale":
        old = {tuple(color) for color in art.reshape(-1, 3).tolist()}
        assert {tuple(color) for color in made.pixels.reshape(-1, 3).tolist()} <= old


def test_a_line_of_two_pixels_is_symmetrical() -> None:
    art = np.full((9, 9), 255, np.uint8)
    art[4, 1:8] = 0
    for method in ("scale", "xbr"):
        made = pixel_scale(Picture(art), method=method).pixels[:, :, 0]  # type: ignore[arg-type]
        assert np.array_equal(made, made[::-1])
        assert np.array_equal(made, made[:, ::-1])


def test_transparent_edges_get_no_fringe() -> None:
    art = np.zeros((8, 8, 4), np.uint8)
    art[np.add.outer(np.arange(8), np.arange(8)) >= 8] = (200, 60, 70, 255)
    made = pixel_scale(Picture(art)).pixels
    seen = made[made[:, :, 3] > 0]
    assert (np.abs(seen[:, :3].astype(int) - (200, 60, 70)) <= 1).all()


def test_a_grid_larger_than_the_picture_is_refused() -> None:
    with pytest.raises(SettingsError, match="9×7"):
        pixel_scale(Picture(np.zeros((7, 9), np.uint8)), grid=8)
