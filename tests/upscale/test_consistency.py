"""What all methods keep of their source, and how many pixels they make."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core.run import Run
from nijigen.imaging.resize import resize
from nijigen.upscale import _networks
from nijigen.upscale.anime4k import anime4k
from nijigen.upscale.waifu2x import waifu2x
from pictures import drawing


def halved(pixels: np.ndarray) -> np.ndarray:
    """The mean of every block of 2 × 2."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    return pixels.reshape(height, 2, width, 2, -1).mean(axis=(1, 3))


@pytest.mark.parametrize("upscale", [waifu2x, anime4k])
def test_the_result_averages_to_its_source(upscale: object) -> None:
    source = drawing()
    run = Run()
    result = upscale(source, run=run)  # type: ignore[operator]
    assert np.abs(halved(result.pixels) - source.pixels).max() < 1e-6
    assert run.measures == {"residual_mean": 0, "residual_worst": 0}
    assert result.info.text["upscale.residual"].startswith("mean 0.00, worst 0.00")


def test_consistency_is_a_setting() -> None:
    source = drawing()
    raw = waifu2x(source, consistency="off")
    assert np.abs(halved(raw.pixels) - source.pixels).mean() > 0.3
    cleaned, exact = waifu2x(source, denoise="1"), waifu2x(source, denoise="1", consistency="exact")
    assert "consistency color" in cleaned.info.text["upscale.residual"]
    assert np.abs(halved(cleaned.pixels) - source.pixels).max() > 1
    assert np.abs(halved(exact.pixels) - source.pixels).max() < 1e-6


def test_the_truth_is_closer() -> None:
    truth = drawing(192, 160)
    source = resize(truth, (96, 80), "box")
    errors = [
        ((waifu2x(source, consistency=c).pixels.astype(float) - truth.pixels) ** 2).mean()  # type: ignore[arg-type]
        for c in ("exact", "off")
    ]
    assert errors[0] < errors[1]


@pytest.mark.parametrize("denoise", ["none", "2"])
def test_gray_is_gray_in_every_mode(denoise: str) -> None:
    gray = drawing(channels=1)
    one = waifu2x(gray, denoise=denoise)  # type: ignore[arg-type]
    three = waifu2x(gray.rgb(), denoise=denoise)  # type: ignore[arg-type]
    assert three.channels == 3
    assert np.array_equal(three.pixels, one.rgb().pixels)
    cut = np.dstack([gray.rgb().pixels, drawing(channels=4).pixels[:, :, 3]])
    four = waifu2x(Picture(cut), denoise=denoise).pixels  # type: ignore[arg-type]
    assert (four[:, :, :3] == four[:, :, :1]).all()


def test_alpha_is_kept_exactly_even_when_denoising() -> None:
    source = drawing(channels=4)
    alpha = waifu2x(source, denoise="2").pixels[:, :, 3:]
    assert np.abs(halved(alpha) - source.pixels[:, :, 3:]).max() < 1e-6


@pytest.mark.parametrize("settings", [{"factor": 3}, {"factor": 5}, {"width": 240}, {"factor": 9}])
def test_the_last_pass_makes_hardly_more_than_wanted(
    settings: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    tiled = _networks.run_tiled

    def counting(*args: object, **kwargs: object) -> object:
        made.append(tiled(*args, **kwargs))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(_networks, "run_tiled", counting)
    result = waifu2x(drawing(), **settings)  # type: ignore[arg-type]
    height, width, _ = made[-1].shape  # type: ignore[attr-defined]
    assert height * width <= 1.3 * result.width * result.height


def test_json_has_the_residual(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing().save(tmp_path / "in.png")
    words = ["upscale", "waifu2x", str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png")]
    assert main([*words, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["measures"] == {"residual_mean": 0, "residual_worst": 0}


def test_what_is_invented_is_marked() -> None:
    flat = Picture(np.full((30, 40, 3), 90, np.uint8))
    pale = waifu2x(flat, show="invented").pixels
    assert (pale == pale[:, :, :1]).all(), "no resampler differs, so nothing is marked"
    marked = waifu2x(drawing(), show="invented").pixels.astype(int)
    share = (marked[:, :, 0] - marked[:, :, 1] > 20).mean()
    assert 0.001 < share < 0.5
