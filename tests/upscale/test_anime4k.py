from __future__ import annotations

import numpy as np
import pytest

from nijigen.imaging.resize import resize
from nijigen.upscale.anime4k import anime4k
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
