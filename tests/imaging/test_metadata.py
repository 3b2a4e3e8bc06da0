"""What files say beside their pixels: history, text, resolution."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nijigen.core.history import History, Step
from nijigen.core.picture import FileFormat
from nijigen.imaging.files import (
    decode,
    encode,
    read,
    read_history,
    write,
)
from pictures import animation, drawing

STILL: tuple[FileFormat, ...] = ("png", "jpeg", "webp", "avif", "gif", "apng", "bmp", "tiff")

MOVING: tuple[FileFormat, ...] = ("apng", "gif", "webp", "avif")

STEPS = History("猫 🐈.png", "ab" * 32, (Step("upscale.waifu2x", 1, {"factor": 2.0, "é": "ü"}),))


LAYERED: tuple[FileFormat, ...] = ("psd", "ora", "zip")


@pytest.mark.parametrize("format", [*(format for format in STILL if format != "bmp"), *LAYERED])
def test_history_is_kept(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / "result"
    write(drawing().with_info(history=STEPS), path, format=format)
    assert read_history(path) == STEPS
    info = read(path).info
    assert "upscale.waifu2x" not in "".join(info.text.values())
    assert "nijigen" not in info.text


@pytest.mark.parametrize("format", MOVING)
def test_history_of_animations(tmp_path: Path, format: FileFormat) -> None:
    moving = animation()
    write(replace(moving, info=replace(moving.info, history=STEPS)), tmp_path / "a", format=format)
    assert read_history(tmp_path / "a") == STEPS


@pytest.mark.parametrize("format", [*STILL, *LAYERED])
def test_no_steps_no_history(tmp_path: Path, format: FileFormat) -> None:
    picture = drawing().with_info(history=History("a.png", "00"))
    write(picture, tmp_path / "a", format=format)
    assert read_history(tmp_path / "a") is None
    assert encode(picture, format) == encode(drawing(), format)


def test_a_history_too_long_for_jpeg_is_left_out(tmp_path: Path) -> None:
    long = replace(STEPS, steps=(Step("a.b", 1, {"text": "語" * 40_000}),))
    for format in ("jpeg", "png", "webp", "avif", "gif", "tiff"):
        write(drawing().with_info(history=long), tmp_path / "a", format=format)
        assert read_history(tmp_path / "a") == (None if format == "jpeg" else long)


def test_where_a_picture_came_from(tmp_path: Path) -> None:
    path = tmp_path / "猫.png"
    write(drawing().with_info(history=STEPS), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(path).info.history == History("猫.png", digest)
    assert decode(path.read_bytes(), "up.png").info.history == History("up.png", digest)
    assert decode(path.read_bytes()).info.history == History(None, digest)


def test_texts_go_from_png_to_png() -> None:
    text = {"Title": "Straße", "parameters": "猫, 1girl\nSteps: 20", "nijigen": "not this"}
    picture = drawing().with_info(text=text)
    assert decode(encode(picture, "png")).info.text == {
        "Title": "Straße",
        "parameters": "猫, 1girl\nSteps: 20",
    }


@pytest.mark.parametrize("key", ["", "   ", "猫", "k" * 200, " a  b ", "a\0b"])
def test_odd_names_of_texts_make_no_broken_png(key: str) -> None:
    data = encode(drawing().with_info(text={key: "value\0more"}), "png")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
    names = list(decode(data).info.text)
    assert all(0 < len(name) < 80 and name == name.strip() for name in names)


def test_text_of_other_formats() -> None:
    image = Image.fromarray(np.zeros((8, 8, 3), np.uint8))
    for format, options in (("JPEG", {"comment": "Grüße"}), ("GIF", {"comment": "Grüße"})):
        file = io.BytesIO()
        image.save(file, format, **options)
        assert decode(file.getvalue()).info.text == {"comment": "Grüße"}


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "avif", "bmp", "tiff", *LAYERED])
def test_dots_per_inch(format: FileFormat) -> None:
    picture = drawing().with_info(dpi=(300.0, 72.0))
    assert decode(encode(picture, format)).info.dpi == (300.0, 72.0)
    assert decode(encode(picture, format)).info.icc is None


def test_png_says_that_it_is_srgb() -> None:
    with Image.open(io.BytesIO(encode(drawing(), "png"))) as image:
        assert image.info["srgb"] == 0
