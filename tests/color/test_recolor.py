import numpy as np
import pytest

from nijigen.color.recolor import recolor
from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.colors import rgb
from nijigen.core.picture import Picture
from nijigen.imaging.color_spaces import delta_e2000, lab, lch, oklab

PALETTE = ("#2b1d3a", "#c96f8f", "#fff0d0")


def _drawing(alpha=255):
    pixels = np.zeros((30, 40, 4), np.uint8)
    pixels[:, :10] = (20, 40, 120, 255)
    pixels[:, 10:20] = (60, 160, 90, 255)
    pixels[:, 20:30] = (240, 230, 150, 255)
    pixels[:, 30:] = (0, 0, 0, alpha)
    return Picture(pixels)


def test_main_colors_become_the_palette_darkest_to_darkest():
    made = recolor(_drawing(), palette=PALETTE).pixels
    for left, color in zip((5, 15, 25), PALETTE, strict=True):
        assert np.abs(made[0, left, :3].astype(int) - rgb(color)).max() <= 1


def test_lines_and_alpha_stay():
    picture = _drawing(alpha=90)
    made = recolor(picture, palette=PALETTE).pixels
    np.testing.assert_array_equal(made[:, :, 3], picture.pixels[:, :, 3])
    np.testing.assert_array_equal(made[:, 30:], picture.pixels[:, 30:])
    moved = recolor(picture, palette=["#ff0000"], method="nearest", keep="nothing").pixels
    assert moved[0, 35].tolist() == [255, 0, 0, 90]


def test_nearest_gives_the_nearest_by_ciede2000():
    rng = np.random.default_rng(1)
    picture = Picture(rng.integers(0, 256, (20, 20, 3), dtype=np.uint8))
    made = recolor(picture, palette=PALETTE, method="nearest", keep="nothing").pixels
    colors = np.array([rgb(color) for color in PALETTE], np.uint8)
    away = delta_e2000(lab(picture.pixels)[:, :, None], lab(colors))
    np.testing.assert_array_equal(made, colors[away.argmin(axis=2)])


def test_no_strength_and_no_wish_change_nothing():
    picture = _drawing()
    np.testing.assert_array_equal(recolor(picture).pixels, picture.pixels)
    same = recolor(picture, palette=PALETTE, strength=0)
    np.testing.assert_array_equal(same.pixels, picture.pixels)


@pytest.mark.parametrize(
    ("scheme", "sectors"), [("monochrome", [(0, 18)]), ("complementary", [(0, 40), (180, 40)])]
)
def test_hues_come_to_lie_in_the_sectors(scheme, sectors):
    made = recolor(_drawing(), scheme=scheme, hue=30).pixels[0, [5, 15, 25], :3]
    _, chroma, hues = np.moveaxis(lch(oklab(made)), -1, 0)
    off = [np.abs((hues - 30 - middle + 180) % 360 - 180) - width / 2 for middle, width in sectors]
    assert (np.min(off, axis=0)[chroma > 0.03] < 4).all()


def test_gradients_stay_gradients():
    ramp = np.linspace(0, 1, 256)[None, :, None]
    pixels = (60 + ramp * np.array([150, 60, 100])).astype(np.uint8).repeat(8, axis=0)
    made = recolor(Picture(pixels), palette=PALETTE, keep="nothing").pixels.astype(int)
    assert np.abs(np.diff(made, axis=1)).max() <= 24


def test_paper_and_skin_in_the_light_stay() -> None:
    pixels = np.full((40, 40, 3), 255, np.uint8)
    pixels[:10], pixels[10:20] = (255, 240, 214), (150, 140, 70)
    made = recolor(Picture(pixels), palette=["#2a6fb0", "#7fb0d8"]).pixels
    assert np.array_equal(made[30, 0], pixels[30, 0])
    assert np.abs(made[0, 0].astype(int) - pixels[0, 0]).max() <= 6
    assert made[15, 0, 2] > made[15, 0, 0] + 30


def test_skin_and_neutrals_may_be_kept():
    pixels = np.array([[[250, 220, 200], [120, 120, 120], [30, 90, 200]]], np.uint8)
    skin = recolor(Picture(pixels), palette=["#00ff00"], keep="skin").pixels
    assert np.abs(skin[0, 0].astype(int) - pixels[0, 0]).max() <= 2
    neutral = recolor(Picture(pixels), palette=["#00ff00"], keep="neutrals").pixels
    np.testing.assert_array_equal(neutral[0, 1], pixels[0, 1])
    assert neutral[0, 2, 1] > 200


def test_of_an_artwork_only_paint_changes_and_names_follow():
    flat = Layer("#3ca05a", Picture(np.full((8, 8, 4), (60, 160, 90, 255), np.uint8)))
    white = Picture(np.full((8, 8, 3), 255, np.uint8))
    shadow = Layer("shadow", Picture(np.full((8, 8, 3), 200, np.uint8)), blend="multiply")
    art = Artwork((8, 8), (Layer("paper", white), Group("flat", (flat,)), shadow))
    made = recolor(art, palette=["#c96f8f"])
    paper, group, kept = made.layers
    assert paper is art.layers[0]
    assert kept is shadow
    assert group.layers[0].name == "#c96f8f"
    assert group.layers[0].pixels.pixels[0, 0].tolist() == [201, 111, 143, 255]


def test_what_is_transparent_or_tiny_stays():
    for pixels in (np.zeros((3, 3, 4), np.uint8), np.full((1, 1, 1), 7, np.uint8)):
        made = recolor(Picture(pixels), palette=PALETTE, scheme="triadic")
        assert made.size == Picture(pixels).size
