from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nijigen import Animation, Picture
from nijigen.core.errors import BadPicture
from pictures import drawing


def test_gray_may_be_given_flat() -> None:
    picture = Picture(np.zeros((4, 5), np.uint8))
    assert (picture.size, picture.channels, picture.depth) == ((5, 4), 1, 8)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 5, 3), np.uint8),
        np.zeros((4, 5, 2), np.uint8),
        np.zeros((4, 5, 3), np.float32),
        np.zeros(7, np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(array: np.ndarray) -> None:
    with pytest.raises(BadPicture):
        Picture(array)


def test_pixels_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        drawing().pixels[0, 0] = 0


@given(st.integers(0, 255))
def test_8_to_16_to_8_bits_changes_nothing(value: int) -> None:
    picture = Picture(np.full((1, 1), value, np.uint8))
    assert picture.widened().reduced().pixels[0, 0, 0] == value


@given(st.integers(0, 65535))
def test_reduction_rounds_to_the_nearest(value: int) -> None:
    reduced = Picture(np.full((1, 1), value, np.uint16)).reduced().pixels[0, 0, 0]
    assert abs(int(reduced) - value / 257) <= 0.5


def test_rgb_composites_over_the_background() -> None:
    half = Picture(np.array([[[255, 0, 0, 128]]], np.uint8))
    assert half.rgb((0, 0, 255)).pixels[0, 0].tolist() == [128, 0, 127]
    assert half.rgb().pixels[0, 0].tolist() == [255, 127, 127]


def test_pillow_and_back() -> None:
    for channels in (1, 3, 4):
        picture = drawing(channels=channels)
        assert np.array_equal(Picture.from_pil(picture.pil()).pixels, picture.pixels)


def test_pillow_palette_with_transparency() -> None:
    image = drawing(channels=4).pil().quantize(16)
    assert Picture.from_pil(image).channels == 4


def test_animation_frames_must_agree() -> None:
    with pytest.raises(BadPicture, match="durations"):
        Animation((drawing(),), (1, 2))
    with pytest.raises(BadPicture, match="size"):
        Animation((drawing(4, 4), drawing(5, 4)), (1, 2))
    with pytest.raises(BadPicture, match="at least one"):
        Animation((), ())
