from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from nijigen import Picture
from nijigen.imaging.resize import resize
from nijigen.upscale import anime4k as module
from nijigen.upscale.anime4k import Model, anime4k
from pictures import drawing


def test_better_than_bicubic() -> None:
    truth = drawing(192, 160)
    small = resize(truth, (96, 80), "box")
    errors = [
        ((picture.pixels.astype(float) - truth.pixels) ** 2).mean()
        for picture in (anime4k(small), resize(small, truth.size, "bicubic"))
    ]
    assert errors[0] < errors[1]


def test_models_differ() -> None:
    results = {anime4k(drawing(), model=m).pixels.tobytes() for m in ("acnet-gan", "arnet-hdn")}
    assert len(results) == 2


@pytest.mark.parametrize(("channels", "depth"), [(1, 8), (1, 16), (3, 16), (4, 8), (4, 16)])
def test_channels_and_depth_are_kept(channels: int, depth: int) -> None:
    result = anime4k(drawing(channels=channels, depth=depth), factor=1.6)
    assert (result.size, result.channels, result.depth) == ((77, 64), channels, depth)


def test_cut_outs_have_clean_edges() -> None:
    result = anime4k(drawing(channels=4)).pixels.astype(int)
    purple = np.minimum(result[:, :, 0], result[:, :, 2]) - result[:, :, 1]
    assert purple[result[:, :, 3] > 0].max() < 100
    assert result[40, 48, 3] == 255


@pytest.mark.parametrize("model", get_args(Model))
@pytest.mark.parametrize("channels", [1, 3])
def test_tiles_give_the_bytes_of_the_whole(
    model: Model, channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(4).integers(0, 65536, (83, 101, channels), np.uint16)
    whole = anime4k(Picture(pixels), model=model, consistency="off")
    for tile in ((32, 40), (20, 200), (83, 50)):
        monkeypatch.setattr(module, "TILE", tile)
        tiled = anime4k(Picture(pixels), model=model, consistency="off")
        assert np.array_equal(tiled.pixels, whole.pixels)
