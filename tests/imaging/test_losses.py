"""What a format does not keep is told, and what is told is lost indeed."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from nijigen import Animation, Artwork, Picture
from nijigen.core.artwork import Layer
from nijigen.core.picture import FileFormat, PixelFormat
from nijigen.imaging.files import decode, encode
from nijigen.imaging.losses import losses
from peers import peer
from pictures import animation, drawing

FORMATS = [
    pytest.param(format, marks=[peer("cjxl", "djxl")] if format == "jxl" else [])
    for format in get_args(PixelFormat)
]
Value = Picture | Animation | Artwork


def kinds(value: Value, format: FileFormat) -> list[str]:
    return [note.kind for note in losses(value, format)]


def translucent(depth: int = 8) -> Picture:
    """Every alpha from nothing to all, in one color."""
    full = 255 if depth == 8 else 65535
    pixels = np.zeros((16, 16, 4), np.uint8 if depth == 8 else np.uint16)
    pixels[:, :, 3] = np.linspace(0, full, 256).reshape(16, 16)
    return Picture(pixels)


def layers(depth: int = 8) -> Artwork:
    picture = drawing(16, 12, channels=4, depth=depth)
    return Artwork((16, 12), (Layer("below", picture), Layer("above", picture, 2, 1)))


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_plain_picture_loses(format: FileFormat) -> None:
    few = Picture(np.zeros((4, 4, 3), np.uint8))
    assert losses(few, format) == ()


@pytest.mark.parametrize("format", FORMATS)
def test_16_bits(format: FileFormat) -> None:
    deep = drawing(8, 8, channels=3, depth=16)
    kept = decode(encode(deep, format))
    assert ("depth" in kinds(deep, format)) == (kept.depth == 8)  # type: ignore[union-attr]


@pytest.mark.parametrize("format", FORMATS)
def test_16_bits_of_layers(format: FileFormat) -> None:
    kept = decode(encode(layers(16), format))
    assert ("depth" in kinds(layers(16), format)) == (kept.depth == 8)  # type: ignore[union-attr]


@pytest.mark.parametrize("format", FORMATS)
def test_texts(format: FileFormat) -> None:
    listed = Picture(np.zeros((4, 4, 3), np.uint8)).with_info(text={"gaps": "[]", "a.b": "2"})
    kept = decode(encode(listed, format))
    assert ("text" in kinds(listed, format)) == ("gaps" not in kept.info.text)


@pytest.mark.parametrize("format", FORMATS)
def test_layers(format: FileFormat) -> None:
    kept = decode(encode(layers(), format))
    assert ("layers" in kinds(layers(), format)) == (not isinstance(kept, Artwork))


@pytest.mark.parametrize("format", FORMATS)
def test_transparency(format: FileFormat) -> None:
    picture = translucent()
    kept = decode(encode(picture, format))
    kept = kept.shown() if isinstance(kept, Artwork) else kept
    assert isinstance(kept, Picture)
    alphas = np.unique(kept.pixels[:, :, 3]).size if kept.channels == 4 else 1
    assert ("alpha" in kinds(picture, format)) == (alphas < 3)


def test_opaque_alpha_is_no_loss() -> None:
    opaque = Picture(np.full((4, 4, 4), 255, np.uint8))
    assert losses(opaque, "jpeg") == losses(opaque, "gif") == ()


def test_colors_of_a_gif() -> None:
    row = np.arange(256, dtype=np.uint8)
    exact = Picture(np.stack([row, row, np.zeros_like(row)], axis=1)[None])
    assert kinds(exact, "gif") == []
    assert np.array_equal(np.asarray(decode(encode(exact, "gif")).pixels), exact.pixels)  # type: ignore[union-attr]
    wide = np.concatenate([exact.pixels, exact.pixels + np.uint8([0, 0, 9])])
    assert kinds(Picture(wide), "gif") == ["color"]
    assert kinds(Picture(wide), "png") == []
    # What is under transparent pixels is no color.
    hidden = np.concatenate([wide, np.full((2, 256, 1), 255, np.uint8)], axis=2)
    hidden[1, :, 3] = 0
    hidden[0, 0, 3] = 0
    assert kinds(Picture(hidden), "gif") == []


def test_frames_are_looked_at_one_by_one() -> None:
    moving = animation()
    frames = (*moving.frames[:-1], moving.frames[-1].widened())
    mixed = Animation(frames, moving.durations)
    assert "depth" in kinds(mixed, "apng")
    deep = Animation(tuple(frame.widened() for frame in frames), moving.durations)
    assert "depth" not in kinds(deep, "apng")


def test_notes_are_one_line_each() -> None:
    for format in get_args(PixelFormat):
        for note in losses(layers(16), format):
            assert note.text[0].islower() or note.text[0].isdigit()
            assert not note.text.endswith(".")


@pytest.mark.parametrize("format", ["gif", "apng", "webp", "avif", "aseprite", "piskel", "ugoira"])
def test_the_number_of_loops(format: FileFormat) -> None:
    moving = animation(3, channels=3)
    looped = Animation(moving.frames, moving.durations, 2, moving.info)
    kept = decode(encode(looped, format))
    assert isinstance(kept, Animation)
    told = any("repeats endlessly" in note.text for note in losses(looped, format))
    assert told == (kept.loop != 2)
    assert not any("repeats" in note.text for note in losses(moving, format))


@pytest.mark.parametrize(("side", "count"), [(16, 0), (50, 1), (64, 0), (2000, 1)])
def test_an_icon_that_is_smaller(side: int, count: int) -> None:
    square = Picture(np.zeros((side, side, 4), np.uint8))
    assert len(losses(square, "ico")) == count
