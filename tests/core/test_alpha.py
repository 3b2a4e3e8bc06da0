from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nijigen import Picture
from nijigen.core.alpha import Bleeding, attach, bleed, has_transparency
from pictures import drawing


def test_bleeding_takes_the_color_of_what_is_visible() -> None:
    pixels = np.zeros((9, 9, 4), np.uint8)
    pixels[4, 4] = (200, 100, 50, 255)
    assert np.abs(bleed(Picture(pixels)).pixels.astype(int) - (200, 100, 50)).max() <= 1


def test_bleeding_prefers_what_is_near() -> None:
    pixels = np.zeros((8, 32, 4), np.uint8)
    pixels[:, :4] = (255, 0, 0, 255)
    pixels[:, -4:] = (0, 0, 255, 255)
    color = bleed(Picture(pixels)).pixels
    assert color[4, 5, 0] > 200
    assert color[4, 26, 2] > 200


def test_magenta_under_alpha_is_gone() -> None:
    color = bleed(drawing(channels=4)).pixels.astype(int)
    assert (np.minimum(color[:, :, 0], color[:, :, 2]) - color[:, :, 1]).max() < 100


@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)),
        elements=st.integers(0, 255),
    )
)
def test_opaque_pixels_keep_their_color(pixels: np.ndarray) -> None:
    opaque = pixels[:, :, 3] == 255
    assert np.array_equal(bleed(Picture(pixels)).pixels[opaque], pixels[opaque][:, :3])


def test_wholly_transparent_stays_as_it_is() -> None:
    pixels = np.full((3, 3, 4), 7, np.uint8)
    pixels[:, :, 3] = 0
    assert np.array_equal(bleed(Picture(pixels)).pixels, pixels[:, :, :3])


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_bands_of_bled_rows_are_those_of_the_whole(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (height, width, 4), np.uint8)
    pixels[:, :, 3][rng.random((height, width)) < seed / 100] = 0
    bleeding = Bleeding(Picture(pixels))
    bands = [bleeding.rows(top, min(top + 8, height)) for top in range(0, height, 8)]
    assert np.array_equal(np.concatenate(bands), bleed(Picture(pixels)).pixels)


def test_attach_resizes_alpha() -> None:
    source = drawing(channels=4)
    large = attach(drawing(96, 80), source)
    assert large.channels == 4
    assert has_transparency(large)
    assert large.pixels[40, 48, 3] == 255
    assert large.pixels[0, 0, 3] == 0


def test_attach_to_another_depth() -> None:
    result = attach(drawing(depth=16), drawing(channels=4))
    assert result.pixels.dtype == np.uint16
    assert result.pixels[20, 24, 3] == 65535
