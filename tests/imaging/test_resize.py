from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PIL import Image

from nijigen import Picture
from nijigen.imaging import resize as resizing
from nijigen.imaging.resize import Filter, resize
from pictures import drawing


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_channels_and_depth_are_kept(channels: int, depth: int) -> None:
    result = resize(drawing(channels=channels, depth=depth), (31, 77))
    assert (result.size, result.channels, result.depth) == ((31, 77), channels, depth)


def test_16_bits_agree_with_8_where_both_can() -> None:
    eight = resize(drawing(), (96, 80)).pixels.astype(int)
    sixteen = resize(drawing(depth=16), (96, 80)).reduced().pixels.astype(int)
    # Pillow rounds and clips 8 bits between its two passes, which shows at overshoots.
    assert np.abs(eight - sixteen).mean() < 0.5
    assert np.abs(eight - sixteen).max() <= 16


def test_overshoot_does_not_wrap() -> None:
    pixels = np.zeros((8, 8, 3), np.uint16)
    pixels[:, 4:] = 65535
    result = resize(Picture(pixels), (32, 32)).pixels
    assert result[:, :8].max() < 8000
    assert result[:, -8:].min() > 57000


def test_cut_outs_get_no_fringe() -> None:
    result = resize(drawing(channels=4), (24, 20)).pixels.astype(int)
    visible = result[:, :, 3] > 0
    purple = np.minimum(result[:, :, 0], result[:, :, 2]) - result[:, :, 1]
    assert purple[visible].max() < 100


@pytest.mark.parametrize("name", get_args(Filter))
@pytest.mark.parametrize("depth", [8, 16])
def test_in_bands_it_gives_the_bytes_of_pillow(
    name: Filter, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both axes larger, both smaller, and one each, which Pillow does in another order."""
    monkeypatch.setattr(resizing, "AT_ONCE", 0)
    monkeypatch.setattr(resizing, "BAND", 1000)
    pixels = np.random.default_rng(0).integers(0, 2**depth, (83, 61), f"uint{depth}")
    image = Image.fromarray(pixels if depth == 8 else pixels.astype(np.float32))
    for size in ((122, 166), (97, 103), (61, 40), (30, 83), (23, 17), (140, 29), (19, 101), (1, 1)):
        whole = np.asarray(image.resize(size, Image.Resampling[name.upper()]))
        if depth == 16:
            whole = (whole.clip(0, 65535) + 0.5).astype(np.uint16)
        assert np.array_equal(resize(Picture(pixels), size, name).pixels[:, :, 0], whole), size


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_large_pictures_are_resized_like_small_ones(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ((96, 90), (31, 25)):
        at_once = resize(drawing(channels=channels), size)
        with monkeypatch.context() as patch:
            patch.setattr(resizing, "AT_ONCE", 0)
            assert np.array_equal(resize(drawing(channels=channels), size).pixels, at_once.pixels)
