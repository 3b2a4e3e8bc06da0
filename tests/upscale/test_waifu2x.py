from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Picture
from nijigen.core.errors import SettingsError
from nijigen.core.picture import Encoding
from nijigen.imaging.files import decode, encode
from nijigen.imaging.resize import resize
from nijigen.upscale.waifu2x import chain, waifu2x
from pictures import animation, drawing


def psnr(a: Picture, b: Picture) -> float:
    error = ((a.pixels.astype(float) - b.pixels.astype(float)) ** 2).mean()
    return float(10 * np.log10(255**2 / error))


@pytest.mark.parametrize("model", ["upconv_7", "cunet"])
def test_better_than_lanczos(model: str) -> None:
    truth = drawing(192, 160)
    small = resize(truth, (96, 80), "box")
    ours = waifu2x(small, model=model)  # type: ignore[arg-type]
    assert psnr(ours, truth) > psnr(resize(small, truth.size), truth) + 2


def test_upconv_7_tiled_is_the_whole_byte_for_byte() -> None:
    source = drawing(150, 110)
    whole, tiled = waifu2x(source, tile=1024), waifu2x(source, tile=40)
    assert np.array_equal(whole.pixels, tiled.pixels)


def test_cunet_tiled_shows_no_seam() -> None:
    source = drawing(150, 110)
    whole, tiled = (waifu2x(source, model="cunet", tile=t) for t in (1024, 64))
    difference = np.abs(whole.pixels.astype(int) - tiled.pixels.astype(int))
    assert difference.mean() < 0.3
    assert difference.max() <= 12


@pytest.mark.parametrize(
    ("factor", "size"), [(1, (48, 40)), (1.6, (77, 64)), (3, (144, 120)), (16, (768, 640))]
)
def test_any_factor(factor: float, size: tuple[int, int]) -> None:
    assert waifu2x(drawing(), factor=factor).size == size


def test_exact_width_or_height() -> None:
    assert waifu2x(drawing(), width=101).size == (101, 84)
    assert waifu2x(drawing(), height=101).size == (121, 101)
    assert waifu2x(drawing(), width=24).size == (24, 20)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_file_size_is_kept_and_nearly_used_up(kind: str) -> None:
    source = drawing(120, 100)
    result = waifu2x(source, factor=4, file_size=9000, file_kind=kind)  # type: ignore[arg-type]
    assert 4000 < len(encode(result, kind)) <= 9000  # type: ignore[arg-type]
    assert result.width < 480


def test_denoising_alone_removes_jpeg_damage() -> None:
    truth = drawing(160, 128)
    damaged = decode(encode(truth.with_info(encoding=Encoding("jpeg", quality=30)), "jpeg"))
    assert isinstance(damaged, Picture)
    for model in ("upconv_7", "cunet"):
        cleaned = waifu2x(damaged, factor=1, denoise="2", model=model)  # type: ignore[arg-type]
        assert cleaned.size == truth.size
        assert psnr(cleaned, truth) > psnr(damaged, truth) + 1


def test_factor_1_without_denoising_is_the_picture() -> None:
    assert np.array_equal(waifu2x(drawing(), factor=1).pixels, drawing().pixels)


def test_strength_is_a_dial_between_source_and_result() -> None:
    source = drawing()
    none, half, full = (waifu2x(source, strength=s).pixels.astype(int) for s in (0, 0.5, 1))
    assert np.array_equal(none, resize(source.widened(), (96, 80)).reduced().pixels)
    assert np.abs(half - (none + full) / 2).max() <= 1.5


def test_augmentation_changes_little_and_is_fair_to_flips() -> None:
    source = drawing()
    flipped = source.with_pixels(source.pixels[:, ::-1])
    augmented = waifu2x(source, tta=True).pixels
    again = waifu2x(flipped, tta=True).pixels[:, ::-1]
    assert np.abs(augmented.astype(int) - again.astype(int)).max() <= 1
    assert 0 < np.abs(augmented.astype(int) - waifu2x(source).pixels).mean() < 3


def test_gray_stays_gray_and_16_bits_stay_16() -> None:
    gray = waifu2x(drawing(channels=1))
    assert gray.channels == 1
    color = waifu2x(drawing(channels=1).rgb()).gray()
    assert np.abs(gray.pixels.astype(int) - color.pixels.astype(int)).max() <= 3
    wide = waifu2x(drawing(depth=16))
    assert wide.depth == 16
    assert len(np.unique(wide.pixels % 257)) > 50, "more than 8 bits of levels"
    # 8 bits are rounded so that the mean of every block is kept.
    narrow = waifu2x(drawing()).pixels.astype(int)
    assert np.abs(wide.reduced().pixels - narrow).max() <= 1


def test_cut_outs_have_clean_edges() -> None:
    result = waifu2x(drawing(channels=4)).pixels.astype(int)
    alpha = result[:, :, 3]
    assert alpha[40, 48] == 255
    assert alpha[0, 0] == 0
    purple = np.minimum(result[:, :, 0], result[:, :, 2]) - result[:, :, 1]
    assert purple[alpha > 0].max() < 100


def test_opaque_alpha_stays_opaque() -> None:
    pixels = np.dstack([drawing().pixels, np.full((40, 48), 255, np.uint8)])
    assert (waifu2x(Picture(pixels)).pixels[:, :, 3] == 255).all()


def test_animation_keeps_time() -> None:
    moving = animation()
    big = waifu2x.apply({"picture": moving}, {})
    assert isinstance(big, Animation)
    assert (big.size, big.durations) == ((96, 80), moving.durations)


def test_there_is_no_cunet_for_photographs() -> None:
    with pytest.raises(SettingsError, match="no cunet"):
        waifu2x(drawing(), model="cunet", style="photo")


def test_limits_of_size() -> None:
    with pytest.raises(SettingsError, match="both"):
        waifu2x(drawing(), width=100, height=100)
    with pytest.raises(SettingsError, match="times the size"):
        waifu2x(drawing(), width=20000)


def test_chain_of_networks() -> None:
    name = "waifu2x-upconv-7-art"
    assert chain(2, "none", "upconv_7", "art") == [(name, "none_scale2x")]
    assert chain(2.1, "1", "upconv_7", "art") == [(name, "noise1_scale2x"), (name, "none_scale2x")]
    assert chain(1, "none", "cunet", "art") == []
    assert chain(0.5, "2", "cunet", "art") == [("waifu2x-cunet", "noise2_scale1x")]
    assert len(chain(16, "none", "cunet", "art")) == 4


@pytest.mark.slow
def test_better_than_lanczos_on_real_drawings(shared: Path) -> None:
    gains = []
    for path in sorted((shared / "sprites" / "renpy").rglob("*.png"))[:6]:
        pixels = Picture.open(path).rgb().pixels
        truth = Picture(pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2])
        small = resize(truth, (truth.width // 2, truth.height // 2), "box")
        gains.append(psnr(waifu2x(small), truth) - psnr(resize(small, truth.size), truth))
    assert gains
    assert min(gains) > 2
