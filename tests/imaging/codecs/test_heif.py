from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from extras import needing
from nijigen import Picture
from nijigen.core.errors import BadPicture, PictureTooLarge, UnsupportedFormat
from nijigen.imaging.codecs.color_tags import from_code_points
from nijigen.imaging.files import decode
from peers import peer, said
from pictures import drawing

HEAD = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def heic(folder: Path, picture: Picture, *options: str) -> bytes:
    picture.save(folder / "a.png")
    said("heif-enc", "-q", "95", *options, folder / "a.png", "-o", folder / "a.heic")
    return (folder / "a.heic").read_bytes()


@needing("pi_heif")
@peer("heif-enc")
@pytest.mark.parametrize("channels", [3, 4])
def test_pictures_of_another_encoder(channels: int, tmp_path: Path) -> None:
    made = drawing(128, 96, channels)
    value = decode(heic(tmp_path, made))
    assert isinstance(value, Picture)
    assert (value.channels, value.info.format) == (channels, "png")
    assert np.abs(value.rgb().pixels.astype(int) - made.rgb().pixels).mean() < 3


@needing("pi_heif")
@peer("heif-enc")
def test_damage_and_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(tmp_path, drawing(128, 96))
    with pytest.raises(BadPicture):
        decode(data[:-200])
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "1000")
    with pytest.raises(PictureTooLarge, match="128×96"):
        decode(data)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(UnsupportedFormat, match="HEIC") as caught:
        decode(HEAD)
    assert caught.value.hint == 'pip install "nijigen[heif]"'


@needing("pi_heif")
@peer("heif-enc")
def test_colors_that_are_stated_by_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Display P3, which the encoder does not write: such samples are more colorful in sRGB."""
    data = heic(tmp_path, drawing(128, 96))
    before = decode(data)
    stated = from_code_points(12, 13, camera_as_srgb=True)
    monkeypatch.setattr("nijigen.imaging.codecs.heif.described", lambda data: stated)
    after = decode(data)
    assert isinstance(before, Picture)
    assert isinstance(after, Picture)
    spreads = [np.ptp(one.pixels.astype(int), axis=2).mean() for one in (before, after)]
    assert spreads[1] > spreads[0] + 2
