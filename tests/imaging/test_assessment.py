"""Assessment: JPEG, noise, drawn or photograph, and what follows from them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from nijigen import Picture
from nijigen.imaging.assessment import Assessment, assess, recommend


def cel(width: int = 320, height: int = 288) -> Image.Image:
    """A cel drawing of many shapes with smooth edges and no pure black or white."""
    random = np.random.default_rng(0)
    image = Image.new("RGB", (width * 3, height * 3), "#e8d8c8")
    pen = ImageDraw.Draw(image)
    for _ in range(90):
        x, y = random.integers(0, width * 3), random.integers(0, height * 3)
        size = int(random.integers(20, 160))
        fill = tuple(random.integers(40, 220, 3).tolist())
        pen.ellipse([x - size, y - size, x + size, y + size // 2], fill, "#281c24", 5)
    return image.resize((width, height), Image.Resampling.BOX)


def texture(width: int = 320, height: int = 288) -> Image.Image:
    """Noise with the spectrum of nature, as photographs have it: amplitude falls as 1/f."""
    random = np.random.default_rng(1)
    y, x = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)
    falling = 1 / np.maximum(np.hypot(x, y), 1 / width)
    plane = np.fft.ifft2(np.fft.fft2(random.normal(size=(height, width))) * falling).real
    plane = 128 + 40 * plane / plane.std()
    tinted = plane[..., None] * [1.05, 1.0, 0.9]
    return Image.fromarray(tinted.clip(10, 245).astype(np.uint8))


def coded(image: Image.Image, format: str = "JPEG", **options: Any) -> Image.Image:
    file = io.BytesIO()
    image.save(file, format, **options)
    return Image.open(file).convert("RGB")


def noisy(image: Image.Image, sigma: float) -> Image.Image:
    pixels = np.asarray(image)
    grainy = pixels + np.random.default_rng(2).normal(0, sigma, pixels.shape)
    return Image.fromarray(np.clip(grainy + 0.5, 0, 255).astype(np.uint8))


def look(image: Image.Image) -> Assessment:
    return assess(Picture.from_pil(image))


@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("quality", [20, 40, 60, 75, 85, 90, 95])
@pytest.mark.parametrize("draw", [cel, texture])
def test_jpeg_quality_is_found(draw: Any, quality: int, subsampling: int) -> None:
    damaged = coded(draw(), quality=quality, subsampling=subsampling)
    found = look(damaged).jpeg_quality
    assert found is not None
    assert abs(found - quality) <= 2


@pytest.mark.parametrize("corner", [(1, 0), (0, 5), (3, 7)])
def test_jpeg_quality_is_found_after_a_crop(corner: tuple[int, int]) -> None:
    damaged = coded(cel(), quality=70).crop((*corner, 300, 270))
    assert look(damaged).jpeg_quality == pytest.approx(70, abs=2)


@pytest.mark.parametrize("shift", [0, 3])
def test_worst_of_two_jpegs_counts(shift: int) -> None:
    first = coded(cel(), quality=50)
    second = coded(first.crop((shift, shift, *first.size)), quality=95)
    assert look(second).jpeg_quality == pytest.approx(50, abs=3)


def test_another_quantization_table_gets_the_nearest_quality() -> None:
    coarse = [[12] * 64, [12] * 64]
    found = look(coded(cel(), qtables=coarse)).jpeg_quality
    assert found is not None
    assert 60 <= found <= 97


def test_jpeg_in_one_channel_and_with_alpha() -> None:
    damaged = coded(cel(), quality=60)
    assert look(damaged.convert("L")).jpeg_quality == pytest.approx(60, abs=2)
    damaged.putalpha(Image.new("L", damaged.size, 255))
    damaged.paste((255, 0, 255, 0), (0, 0, 100, 90))
    assert look(damaged).jpeg_quality == pytest.approx(60, abs=2)


@pytest.mark.parametrize("draw", [cel, texture])
def test_no_jpeg_where_there_was_none(draw: Any) -> None:
    assert look(draw()).jpeg_quality is None
    assert look(noisy(draw(), 4)).jpeg_quality is None
    assert look(coded(draw(), "WEBP", quality=75)).jpeg_quality is None


@pytest.mark.parametrize("sigma", [1, 2, 4, 8, 16])
def test_noise_is_measured(sigma: float) -> None:
    assert look(noisy(cel(), sigma)).noise == pytest.approx(sigma, rel=0.15)


def test_bars_and_paper_do_not_hide_noise() -> None:
    framed = Image.new("RGB", (320, 500))
    framed.paste(noisy(cel(), 6), (0, 100))
    assert look(framed).noise == pytest.approx(6, rel=0.15)
    paper = Image.new("RGB", (320, 320), "white")
    ImageDraw.Draw(paper).line([(0, 0), (320, 320)], "black", 5)
    assert look(noisy(paper, 6)).noise == pytest.approx(6, rel=0.2)


def test_black_lines_do_not_hide_noise() -> None:
    image = cel()
    pen = ImageDraw.Draw(image)
    for x in range(0, 320, 40):
        pen.line([(x, 0), (320 - x, 288)], "black", 2)
    assert look(noisy(image, 3)).noise == pytest.approx(3, rel=0.2)


@pytest.mark.parametrize("quality", [None, 90, 50])
def test_clean_drawing_has_no_noise(quality: int | None) -> None:
    image = cel() if quality is None else coded(cel(), quality=quality)
    assert look(image).noise < 0.5


@pytest.mark.parametrize("period", [2.7, 4.0, 6.3])
def test_screentone_is_no_noise(period: float) -> None:
    y, x = np.mgrid[:256, :256] * (2 * np.pi / period)
    dots = np.cos(0.8 * x + 0.6 * y) + np.cos(0.8 * y - 0.6 * x)
    for contrast in (50, 250):
        tone = np.clip(128 + contrast * dots, 20, 235).astype(np.uint8)
        assert assess(Picture(tone)).noise < 0.5


def test_drawing_and_photograph_are_told_apart() -> None:
    assert look(cel()).drawn > 0.9
    assert look(coded(cel(), quality=40)).drawn > 0.9
    assert look(noisy(cel(), 5)).drawn > 0.5
    assert look(texture()).drawn < 0.1
    assert look(coded(texture(), quality=40)).drawn < 0.1


def test_gray() -> None:
    assert look(cel().convert("L")).gray
    assert look(cel().convert("L").convert("RGB")).gray
    assert not look(cel()).gray


@given(
    width=st.integers(1, 80),
    height=st.integers(1, 80),
    channels=st.sampled_from([1, 3, 4]),
    wide=st.booleans(),
    seed=st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_any_size_is_answered(
    width: int, height: int, channels: int, wide: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    # Few levels, so that flat, clipped and wholly transparent pictures come up too.
    pixels = random.integers(0, seed + 1, (height, width, channels)) * (255 // max(seed, 1))
    picture = Picture(pixels.astype(np.uint8))
    picture = picture.widened() if wide else picture
    answer = assess(picture)
    assert answer == assess(picture)
    assert 0 <= answer.drawn <= 1
    assert answer.jpeg_quality is None or 1 <= answer.jpeg_quality <= 100
    assert 0 <= answer.noise < 256
    assert recommend(answer)[0] in ("art", "photo")


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (15, 15), (8, 300)])
def test_tiny_pictures_get_neutral_answers(size: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    answer = assess(Picture(random.integers(0, 256, (*size, 3), np.uint8)))
    assert (answer.drawn, answer.jpeg_quality, answer.noise) == (0.5, None, 0.0)
    assert recommend(answer) == ("art", "none")


@pytest.mark.parametrize("size", [(16, 3000), (3000, 17), (40, 2000)])
def test_strips_are_looked_at(size: tuple[int, int]) -> None:
    damaged = coded(cel(*size), quality=60)
    assert look(damaged).jpeg_quality == pytest.approx(60, abs=3)
    assert look(damaged).drawn > 0.5


def test_depth_does_not_matter() -> None:
    picture = Picture.from_pil(coded(cel(), quality=80))
    assert assess(picture.widened()) == assess(picture)


@pytest.mark.parametrize(
    ("quality", "noise", "art", "photo"),
    [
        (None, 0.0, "none", "none"),
        (95, 0.0, "0", "0"),
        (80, 0.0, "1", "2"),
        (60, 0.0, "2", "2"),
        (30, 0.0, "3", "2"),
        (None, 3.0, "0", "0"),
        (None, 7.0, "1", "3"),
        (None, 16.0, "3", "3"),
        (90, 7.0, "1", "3"),
    ],
)
def test_recommended_level(quality: int | None, noise: float, art: str, photo: str) -> None:
    assert recommend(Assessment(0.9, quality, noise, False)) == ("art", art)
    assert recommend(Assessment(0.05, quality, noise, False)) == ("photo", photo)


def test_doubt_is_settled_for_drawings() -> None:
    assert recommend(Assessment(0.3, None, 0.0, False))[0] == "art"


def test_real_drawings_are_drawn(shared: Path) -> None:
    pictures = [
        *sorted((shared / "sprites" / "renpy").rglob("*.png"))[::5],
        *sorted((shared / "lineart").glob("*.webp"))[::25],
        *sorted((shared / "portraits_wesnoth").rglob("*.webp"))[::50],
    ]
    styles = [recommend(look(Image.open(path)))[0] for path in pictures]
    assert len(styles) > 8
    assert set(styles) == {"art"}


def test_real_photographs_are_photographs(shared: Path) -> None:
    pictures = sorted((shared / "face_photos" / "dlib" / "faces").glob("*.jpg"))
    answers = [look(Image.open(path)) for path in pictures]
    assert len(answers) > 8
    assert np.mean([answer.drawn < 0.5 for answer in answers]) > 0.8
    assert all(answer.jpeg_quality is not None for answer in answers)
