"""Files that are cut off, spoiled, or larger than they look."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from damage import kinds, saved
from nijigen import Animation, Artwork, Picture
from nijigen.core.errors import BadPicture, NijigenError
from nijigen.imaging.files import decode, encode
from pictures import drawing

KINDS = kinds()


def frames(value: Picture | Animation | Artwork) -> list[np.ndarray]:
    if isinstance(value, Artwork):
        return [value.shown().pixels]
    pictures = value.frames if isinstance(value, Animation) else (value,)
    return [picture.pixels for picture in pictures]


@pytest.mark.parametrize("kind", KINDS)
def test_cut_files_are_refused_or_whole(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = KINDS[kind]
    whole = frames(decode(data))
    step = max(1, len(data) // 250)
    ends = {*range(0, len(data), step), *range(max(0, len(data) - 40), len(data)), *range(40)}
    for end in sorted(ends):
        with contextlib.suppress(BadPicture):
            found = frames(decode(data[:end]))
            same = [np.array_equal(a, b) for a, b in zip(found, whole, strict=True)]
            assert all(same), f"cut at {end} of {len(data)}"
    assert capfd.readouterr().err == ""


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_spoiled_files_raise_our_errors_only(kind: str, draw: st.DataObject) -> None:
    data = bytearray(KINDS[kind])
    for _ in range(draw.draw(st.integers(1, 4))):
        near = draw.draw(st.booleans())
        place = draw.draw(st.integers(0, (min(len(data), 120) if near else len(data)) - 1))
        data[place] = draw.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(NijigenError):
            decode(bytes(data))


def test_a_large_jpeg_cut_in_the_middle() -> None:
    noise = np.random.default_rng(2).integers(0, 255, (300, 400, 3), np.uint8)
    for progressive in (False, True):
        data = saved(Image.fromarray(noise), "JPEG", progressive=progressive)
        for part in (0.1, 0.5, 0.9, 0.99):
            with pytest.raises(BadPicture):
                decode(data[: int(len(data) * part)])


def test_a_gif_with_a_huge_screen() -> None:
    data = bytearray(encode(drawing(), "gif"))
    data[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(BadPicture, match="65535×65535"):
        decode(bytes(data))


def test_a_gif_with_huge_frames_on_a_small_screen() -> None:
    data = encode(Picture(np.zeros((1, 1), np.uint8)), "gif")
    start = data.index(b"\x2c\0\0\0\0\1\0\1\0")
    image = data[start:-1]
    huge = image[:5] + b"\xff\xff\xff\xff" + image[9:]
    with pytest.raises(BadPicture, match="65535×65535"):
        decode(data[:-1] + huge + b";")
