from __future__ import annotations

import numpy as np
import pytest

from nijigen.upscale._networks import scales_for
from nijigen.upscale.real_esrgan import real_esrgan
from pictures import drawing


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 5])
def test_factors(factor: int) -> None:
    assert real_esrgan(drawing(24, 20), factor=factor).size == (24 * factor, 20 * factor)


@pytest.mark.parametrize("model", ["animevideo-v3", "x4plus-anime"])
def test_it_is_the_same_picture(model: str) -> None:
    source = drawing()
    result = real_esrgan(source, model=model)  # type: ignore[arg-type]
    back = result.pixels.reshape(40, 2, 48, 2, 3).mean(axis=(1, 3))
    assert np.abs(back - source.pixels).mean() < 12


def test_tiles_of_the_light_network_are_exact() -> None:
    whole, tiled = (real_esrgan(drawing(70, 60), tile=tile).pixels for tile in (1024, 32))
    assert np.abs(whole.astype(int) - tiled).max() <= 1


@pytest.mark.parametrize(
    ("factor", "first", "later", "scales"),
    [
        (1, (2, 3, 4), (2, 3, 4), [2]),
        (2.5, (2, 3, 4), (2, 3, 4), [3]),
        (5, (2, 3, 4), (2, 3, 4), [2, 3]),
        (16, (2, 3, 4), (2, 3, 4), [4, 4]),
        (4, (2,), (2, 3), [2, 2]),
        (16, (4,), (4,), [4, 4]),
    ],
)
def test_scales(
    factor: float, first: tuple[int, ...], later: tuple[int, ...], scales: list[int]
) -> None:
    assert scales_for(factor, first, later) == scales
