import numpy as np
import pytest

from nijigen.color.transfer import transfer
from nijigen.core.artwork import Artwork, Layer
from nijigen.core.picture import Picture
from nijigen.imaging.color_spaces import oklab


def _noise(mean, spread, seed):
    rng = np.random.default_rng(seed)
    return Picture((mean + rng.normal(size=(64, 64, 3)) * spread).clip(0, 255).astype(np.uint8))


def _stripes(*colors):
    return Picture(np.repeat(np.array(colors, np.uint8), 10, axis=0)[None].repeat(20, axis=0))


@pytest.mark.parametrize("method", ["statistics", "transport"])
def test_mean_and_spread_become_those_of_the_reference(method):
    picture, reference = _noise((90, 120, 160), 12, 1), _noise((170, 120, 90), (25, 12, 12), 2)
    made = transfer(picture, reference, method=method, lightness=1, keep="nothing")
    ours, theirs = (oklab(p.pixels).reshape(-1, 3) for p in (made, reference))
    before = oklab(picture.pixels).reshape(-1, 3)
    far = np.abs(before.mean(0) - theirs.mean(0)).max()
    assert np.abs(ours.mean(0) - theirs.mean(0)).max() < 0.1 * far
    if method == "transport":
        wanted, had = np.cov(theirs.T), np.cov(before.T)
        assert np.abs(np.cov(ours.T) - wanted).max() < 0.35 * np.abs(had - wanted).max()


def test_flats_get_colors_of_the_reference_exactly():
    ours = _stripes((20, 40, 120), (60, 160, 90), (240, 230, 150))
    theirs = _stripes((90, 20, 60), (200, 90, 120), (255, 230, 210))
    made = transfer(ours, theirs, lightness=1, keep="lines").pixels
    assert [made[0, x].tolist() for x in (5, 15, 25)] == [
        [90, 20, 60],
        [200, 90, 120],
        [255, 230, 210],
    ]


def test_lightness_may_stay():
    ours = _stripes((20, 40, 120), (60, 160, 90))
    theirs = _stripes((200, 90, 120), (255, 230, 210))
    made = transfer(ours, theirs, lightness=0)
    np.testing.assert_allclose(oklab(made.pixels)[..., 0], oklab(ours.pixels)[..., 0], atol=0.006)
    assert (made.pixels != ours.pixels).any()


def test_lines_alpha_and_layers_stay():
    flat = np.zeros((6, 6, 4), np.uint8)
    flat[:3] = (60, 160, 90, 128)
    line = Layer("line", Picture(np.full((6, 6, 4), (0, 0, 0, 60), np.uint8)))
    art = Artwork((6, 6), (Layer("flat", Picture(flat)), line))
    made = transfer(art, _stripes((200, 90, 120), (230, 150, 120)))
    assert made.layers[1] is line
    got = made.layers[0].pixels.pixels
    np.testing.assert_array_equal(got[:, :, 3], flat[:, :, 3])
    assert got[0, 0, 0] > got[0, 0, 1]


@pytest.mark.parametrize("reference", [np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4), np.uint8)])
def test_a_reference_without_color_changes_nothing(reference):
    picture = _stripes((60, 160, 90), (200, 30, 40))
    made = transfer(picture, Picture(reference))
    np.testing.assert_array_equal(made.pixels, picture.pixels)


def test_shades_of_one_thing_are_not_torn_apart():
    ramp = np.linspace(0, 1, 256)[None, :, None]
    pixels = (60 + ramp * np.array([150, 60, 100])).astype(np.uint8).repeat(8, axis=0)
    theirs = _stripes((90, 20, 60), (20, 150, 120), (255, 230, 210))
    made = transfer(Picture(pixels), theirs, method="palette", lightness=1, keep="nothing")
    assert np.abs(np.diff(made.pixels.astype(int), axis=1)).max() <= 24


def test_skin_stays_unless_it_may_change() -> None:
    ours = _stripes((20, 40, 120), (60, 160, 90), (252, 226, 208))
    theirs = _stripes((90, 20, 60), (200, 90, 120), (60, 130, 60))
    assert transfer(ours, theirs, lightness=1).pixels[0, 25].tolist() == [252, 226, 208]
    changed = transfer(ours, theirs, lightness=1, keep="lines").pixels[0, 25].tolist()
    assert changed != [252, 226, 208]
