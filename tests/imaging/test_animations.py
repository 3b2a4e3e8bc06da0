"""Animations: frames, durations and loops, the same in each format."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Picture
from nijigen.core.errors import (
    PictureTooLarge,
    UnsupportedFormat,
)
from nijigen.core.picture import FileFormat
from nijigen.imaging.files import (
    decode,
    encode,
    read,
    read_picture,
    write,
)
from pictures import animation, drawing

MOVING: tuple[FileFormat, ...] = ("apng", "gif", "webp", "avif")


def difference(one: Picture, other: Picture) -> float:
    assert one.pixels.shape == other.pixels.shape
    return float(np.abs(one.pixels.astype(float) - other.pixels).mean())


@pytest.mark.parametrize("format", MOVING)
@pytest.mark.parametrize("loop", [0, 1, 2, 7])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_animations(format: FileFormat, loop: int, channels: int) -> None:
    moving = replace(animation(4, channels), loop=loop)
    found = decode(encode(moving, format))
    assert isinstance(found, Animation)
    assert (found.size, found.loop, found.info.format) == (moving.size, loop, format)
    assert found.durations == moving.durations
    assert {frame.channels for frame in found.frames} == {4 if channels == 4 else 3}
    for frame, wanted in zip(found.frames, moving.frames, strict=True):
        if channels < 4:
            assert difference(frame, wanted.rgb()) < 6
        elif format != "gif":
            assert difference(frame.rgb(), wanted.rgb()) < 6


@pytest.mark.parametrize("rate", [Fraction(60), Fraction(30000, 1001), Fraction(24)])
@pytest.mark.parametrize("format", ["apng", "avif", "webp"])
def test_a_thousand_frames_keep_their_rate(format: FileFormat, rate: Fraction) -> None:
    pixels = np.zeros((1000, 4, 4, 1), np.uint8)
    pixels[::2] = 255
    frames = tuple(map(Picture, pixels))
    found = decode(encode(Animation(frames, (1000 / rate,) * 1000), format))
    assert isinstance(found, Animation)
    if format == "webp":
        # It has whole milliseconds only, which must not add up.
        assert sum(found.durations) == round(1_000_000 / rate)
        assert {int(1000 / rate), int(1000 / rate) + 1} == set(found.durations)
    else:
        assert set(found.durations) == {1000 / rate}


@pytest.mark.parametrize("format", MOVING)
def test_identical_frames_keep_their_time(format: FileFormat) -> None:
    first, second = drawing(), drawing().with_pixels(drawing().pixels[::-1])
    moving = Animation((first, first, second, second, first), (50, 70, 110, 30, 90))
    found = decode(encode(moving, format))
    assert isinstance(found, Animation)
    assert sum(found.durations) == 350


@pytest.mark.parametrize("format", ["apng", "gif", "avif"])
def test_frames_that_are_all_the_same_stay_an_animation(format: FileFormat) -> None:
    moving = Animation((drawing(),) * 3, (50, 70, 110))
    found = decode(encode(moving, format))
    assert isinstance(found, Animation)
    assert found.durations == (50, 70, 110)


@pytest.mark.parametrize("format", MOVING)
def test_no_duration_is_a_tenth_of_a_second(format: FileFormat) -> None:
    moving = replace(animation(3), durations=(0, 50, 0))
    found = decode(encode(moving, format))
    assert isinstance(found, Animation)
    assert found.durations == (100, 50, 100)


@pytest.mark.parametrize("format", MOVING)
def test_same_animation_same_bytes(format: FileFormat) -> None:
    before = encode(animation(), format)
    # AVIF's encoder writes down the second in which it works.
    time.sleep(1.1 if format == "avif" else 0)
    assert encode(animation(), format) == before


def test_an_animation_named_png_is_apng(tmp_path: Path) -> None:
    write(animation(), tmp_path / "a.png")
    found = read(tmp_path / "a.png")
    assert isinstance(found, Animation)
    assert found.info.format == "apng"


@pytest.mark.parametrize("format", ["jpeg", "bmp", "tiff"])
def test_formats_without_animation_say_so(format: FileFormat) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        encode(animation(), format)
    assert all(name in caught.value.hint for name in ("GIF", "APNG", "WebP", "AVIF"))


@pytest.mark.parametrize("format", [*MOVING, "png", "jpeg", "bmp", "tiff"])
def test_one_frame_is_a_picture(format: FileFormat) -> None:
    still = Animation((drawing(),), (0,))
    assert isinstance(decode(encode(still, format)), Picture)


@pytest.mark.parametrize("format", MOVING)
def test_the_first_frame_alone(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / "moving"
    write(animation(3), path, format=format)
    whole = read(path)
    assert isinstance(whole, Animation)
    assert np.array_equal(read_picture(path).pixels, whole.frames[0].pixels)


def test_16_bit_apng() -> None:
    noise = np.random.default_rng(3).integers(0, 65536, (3, 20, 30, 4), np.uint16)
    moving = Animation(tuple(Picture(frame) for frame in noise), (50, 50, 50))
    found = decode(encode(moving, "apng"))
    assert isinstance(found, Animation)
    assert all(np.array_equal(a.pixels, b) for a, b in zip(found.frames, noise, strict=True))


@pytest.mark.parametrize("format", MOVING)
def test_all_frames_count(
    format: FileFormat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    moving = animation(4)
    write(moving, path, format=format)
    pixels = moving.size[0] * moving.size[1]
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(pixels * 4 - 1))
    with pytest.raises(PictureTooLarge, match="4 frames"):
        read(path)
    assert read_picture(path).size == moving.size
