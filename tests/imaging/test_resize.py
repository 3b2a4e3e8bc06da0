from __future__ import annotations

import numpy as np
import pytest

from nijigen import Picture
from nijigen.imaging.resize import resize
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
