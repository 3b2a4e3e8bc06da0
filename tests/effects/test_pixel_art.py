"""Pixel art: grids, palettes, outlines, dither."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nijigen import Picture
from nijigen.effects._blue_noise import blue_noise
from nijigen.effects._pixels.outlines import without_orphans
from nijigen.effects._pixels.palettes import PALETTES, named, nearest
from nijigen.effects.pixel_art import pixel_art
from nijigen.imaging.color_spaces import oklab
from pictures import drawing


def colors_of(picture: Picture) -> set[tuple[int, ...]]:
    return {tuple(color) for color in picture.pixels.reshape(-1, picture.channels).tolist()}


@pytest.mark.parametrize("palette", [*PALETTES])
@pytest.mark.parametrize("dither", ["none", "bayer", "blue_noise", "pattern"])
def test_only_colors_of_the_palette(palette: str, dither: str) -> None:
    made = pixel_art(drawing(120, 90), size=40, palette=palette, dither=dither)  # type: ignore[arg-type]
    assert made.size == (40, 30)
    assert colors_of(made) <= {tuple(color) for color in named(palette).tolist()}


def test_areas_keep_their_colors_and_edges_are_not_mixed() -> None:
    pixels = np.empty((60, 90, 3), np.uint8)
    pixels[:, :47], pixels[:, 47:] = (200, 30, 40), (20, 120, 220)
    made = pixel_art(Picture(pixels), size=9, outlines="none")
    assert colors_of(made) == {(200, 30, 40), (20, 120, 220)}


def test_the_longer_side_is_as_asked_and_pixels_are_squares() -> None:
    assert pixel_art(drawing(60, 90), size=30, enlarge=4).size == (80, 120)
    pixels = pixel_art(drawing(60, 90), size=30, enlarge=4).pixels
    assert np.array_equal(pixels, pixels[::4, ::4].repeat(4, axis=0).repeat(4, axis=1))


def test_the_grid_of_enlarged_pixel_art_is_found() -> None:
    art = np.random.default_rng(2).integers(0, 4, (20, 30))
    colors = np.uint8([[20, 20, 30], [240, 230, 200], [200, 60, 50], [60, 90, 180]])[art]
    large = Picture(colors.repeat(7, axis=0).repeat(7, axis=1))
    made = pixel_art(large, clean=False)
    assert np.array_equal(made.pixels, colors)


def line_art(width: int) -> Picture:
    image = Image.new("RGB", (400, 300), "#f2d8c0")
    pen = ImageDraw.Draw(image)
    pen.ellipse([60, 40, 340, 260], outline="#201020", width=width)
    pen.line([(20, 20), (380, 280)], fill="#201020", width=width)
    return Picture(np.asarray(image))


@pytest.mark.parametrize("width", [3, 6])
def test_lines_are_single_pixels_without_steps(width: int) -> None:
    made = pixel_art(line_art(width), size=80)
    dark = made.pixels.sum(axis=2) < 250
    assert dark.sum() > 150
    full = dark[:-1, :-1] & dark[1:, :-1] & dark[:-1, 1:] & dark[1:, 1:]
    # Only where the line meets the circle.
    assert full.sum() <= 4


def test_orphans_go_and_highlights_stay() -> None:
    palette = np.uint8([[90, 120, 200], [95, 125, 205], [255, 255, 255]])
    numbers = np.zeros((7, 9), np.int64)
    numbers[2, 2], numbers[4, 6], numbers[0, 0] = 1, 2, 1
    made = without_orphans(numbers, palette, np.zeros(numbers.shape, bool))
    assert (made == 1).sum() == 0
    assert made[4, 6] == 2


def test_transparency_is_all_or_nothing() -> None:
    made = pixel_art(drawing(120, 100, channels=4), size=30)
    assert set(np.unique(made.pixels[:, :, 3])) == {0, 255}
    assert not made.pixels[made.pixels[:, :, 3] == 0].any()


def test_dither_keeps_the_lightness_and_its_strength_counts() -> None:
    gray = Picture(np.full((64, 64, 3), 120, np.uint8))
    own = {"palette": "own", "own": ("black", "white"), "size": 64, "outlines": "none"}
    for dither in ("bayer", "blue_noise"):
        white = pixel_art(gray, dither=dither, **own).pixels.mean() / 255  # type: ignore[arg-type]
        assert abs(white - oklab(gray.pixels)[0, 0, 0]) < 0.03
    plain = pixel_art(gray, dither="bayer", dither_strength=0, **own)  # type: ignore[arg-type]
    assert len(colors_of(plain)) == 1


def test_blue_noise_is_even_at_every_level_and_has_no_low_frequencies() -> None:
    noise = blue_noise(32)
    assert np.array_equal(np.sort(noise.ravel()), (np.arange(1024) + 0.5).astype(np.float32) / 1024)
    power = np.abs(np.fft.fft2((noise < 0.2) - 0.2)) ** 2
    y, x = np.meshgrid(np.fft.fftfreq(32), np.fft.fftfreq(32), indexing="ij")
    low = np.hypot(x, y) < 0.15
    assert power[low].mean() < 0.1 * power[~low].mean()


def test_shades_of_one_hue_are_kept() -> None:
    """Only palettes that others made are spread over the lightness of a picture."""
    light = [(250 - 20 * n, 246 - 20 * n, 215 - 20 * n) for n in range(6)]
    shades = np.array([(30, 32, 28), *light], np.uint8)
    picture = Picture(np.broadcast_to(shades.repeat(24, axis=0), (48, 168, 3)).copy())
    made = pixel_art(picture, size=14, outlines="none", clean=False)
    assert np.array_equal(made.pixels[0, ::2], shades)


def test_pale_skin_is_not_taken_for_a_white_wall() -> None:
    """Colors of a real frame; in OKLab as it is, the wall is nearer."""
    skin, wall, shade = np.uint8([[252, 238, 227], [235, 232, 232], [239, 221, 208]])
    assert nearest(skin, np.stack([wall, shade])) == 1
    vivid, faded = np.uint8([[251, 242, 54], [238, 195, 154]])
    assert nearest(np.uint8([250, 247, 168]), np.stack([faded, vivid])) == 1


def test_what_is_fully_transparent_stays_so() -> None:
    assert not pixel_art(Picture(np.zeros((60, 60, 4), np.uint8)), size=30).pixels.any()
