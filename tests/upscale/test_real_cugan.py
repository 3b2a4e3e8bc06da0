from __future__ import annotations

import numpy as np
import pytest

from nijigen.core.errors import SettingsError
from nijigen.upscale.real_cugan import SCALES, real_cugan
from pictures import drawing


@pytest.mark.parametrize("model", SCALES)
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_every_scale_is_the_same_picture(model: str, factor: int) -> None:
    source = drawing(32, 28)
    result = real_cugan(source, model=model, factor=factor)  # type: ignore[arg-type]
    assert result.size == (32 * factor, 28 * factor)
    back = result.pixels.reshape(28, factor, 32, factor, 3).mean(axis=(1, 3))
    assert np.abs(back - source.pixels).mean() < 12


@pytest.mark.parametrize(
    ("model", "denoise"), [(m, d) for m, kinds in SCALES.items() for d in kinds]
)
def test_every_denoising_runs_at_every_scale(model: str, denoise: str) -> None:
    for factor in (2, 3):
        result = real_cugan(drawing(9, 7), model=model, denoise=denoise, factor=factor)  # type: ignore[arg-type]
        assert result.size == (9 * factor, 7 * factor)


def test_pro_has_no_light_denoising() -> None:
    with pytest.raises(SettingsError, match="no denoising level 1") as caught:
        real_cugan(drawing(), model="pro", denoise="1")
    assert "conservative" in caught.value.hint
