from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from color_profiles import ADOBE_RGB, gamma, matrix
from nijigen import Animation, Picture
from nijigen.cli.main import main
from nijigen.core.errors import BadPicture, PictureTooLarge, UnsupportedFormat
from nijigen.core.picture import Encoding
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.files import decode, encode, read_history
from nijigen.imaging.losses import losses
from peers import peer, said
from pictures import animation, drawing

HEAD = b"\0\0\0\x0cJXL \r\n\x87\n"
programs = peer("cjxl", "djxl")


def written(picture: Picture, *, lossless: bool = True) -> bytes:
    return encode(picture.with_info(encoding=Encoding("jxl", lossless=lossless)), "jxl")


def made(folder: Path, image: Image.Image, *options: str, **how: object) -> bytes:
    image.save(folder / "a.png", **how)
    said("cjxl", folder / "a.png", folder / "a.jxl", *options)
    return (folder / "a.jxl").read_bytes()


@programs
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_lossless_is_exact(channels: int, depth: int, tmp_path: Path) -> None:
    picture = drawing(37, 21, channels, depth=depth)
    (tmp_path / "a.jxl").write_bytes(written(picture))
    value = decode((tmp_path / "a.jxl").read_bytes())
    assert isinstance(value, Picture)
    assert np.array_equal(value.pixels, picture.pixels)
    assert losses(picture, "jxl") == ()


@programs
def test_deep_alpha_is_told_to_become_eight_bits() -> None:
    pixels = np.array(drawing(16, 16, 4, depth=16).pixels)
    pixels[:, :, 3] = 100
    picture = Picture(pixels)
    value = decode(written(picture))
    assert isinstance(value, Picture)
    assert not np.array_equal(value.pixels[:, :, 3], pixels[:, :, 3])
    assert [note.kind for note in losses(picture, "jxl")] == ["alpha"]


@programs
def test_lossy_is_smaller_and_close() -> None:
    picture = drawing(160, 120)
    small, large = (
        encode(picture.with_info(encoding=Encoding("jxl", quality)), "jxl") for quality in (30, 95)
    )
    assert len(small) < len(large)
    value = decode(large)
    assert isinstance(value, Picture)
    assert np.abs(value.pixels.astype(int) - picture.pixels).mean() < 4


@programs
def test_times_and_resolution_stay() -> None:
    still = drawing(20, 30).with_info(dpi=(300.0, 150.0))
    assert decode(written(still)).info.dpi == (300.0, 150.0)
    moving = replace(animation(), durations=(100, 40, 250), loop=2)
    value = decode(encode(moving, "jxl"))
    assert isinstance(value, Animation)
    assert value.durations == moving.durations
    assert [note.kind for note in losses(moving, "jxl")] == ["frames"]


@programs
def test_history_is_in_the_file(tmp_path: Path) -> None:
    drawing(20, 30).save(tmp_path / "a.png")
    target = tmp_path / "b.jxl"
    assert main(["formats", "convert", str(tmp_path / "a.png"), "-o", str(target)]) == 0
    history = read_history(target)
    assert history is not None
    assert [step.operation for step in history.steps] == ["formats.convert"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.jxl"]


@programs
@pytest.mark.parametrize("options", [("-d", "0.3"), ("-d", "0")])
def test_profiles_are_applied_without_bands(options: tuple[str, str], tmp_path: Path) -> None:
    """Pixels that djxl cannot bring back to their profile it gives as linear light."""
    ramp = Image.fromarray(np.full((16, 256, 3), np.arange(256)[None, :, None], np.uint8))
    profile = matrix(ADOBE_RGB, gamma(1.8))
    value = decode(made(tmp_path, ramp, *options, icc_profile=profile))
    assert isinstance(value, Picture)
    wanted = to_srgb(np.asarray(ramp), profile)[8]
    assert np.abs(value.pixels[8].astype(int) - wanted).max() <= 3


@programs
def test_it_is_turned_once(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    picture = drawing(48, 20)
    data = made(tmp_path, picture.pil(), "-d", "0", exif=exif)
    value = decode(data)
    assert isinstance(value, Picture)
    assert np.array_equal(value.pixels, np.rot90(picture.pixels, -1))


@programs
def test_a_jpeg_that_was_packed(tmp_path: Path) -> None:
    drawing(64, 48).save(tmp_path / "a.jpg")
    said("cjxl", tmp_path / "a.jpg", tmp_path / "a.jxl")
    value = decode((tmp_path / "a.jxl").read_bytes())
    assert isinstance(value, Picture)
    gap = value.pixels.astype(int) - Picture.open(tmp_path / "a.jpg").pixels
    assert np.abs(gap).max() <= 16


@programs
def test_damage_and_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(drawing(128, 96))
    with pytest.raises(BadPicture, match="cut off"):
        decode(data[: len(data) // 2])
    with pytest.raises(BadPicture, match=r"damaged|cut off"):
        decode(data[:60] + bytes(len(data) - 60))
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "1000")
    with pytest.raises(PictureTooLarge, match="128×96"):
        decode(data)


@programs
@pytest.mark.parametrize("size", [(256, 256), (30, 20), (8, 2000), (1600, 900)])
def test_sizes_are_known_before_decoding(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made(tmp_path, Image.new("L", size), "-e", "1")
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "1")
    monkeypatch.setattr("nijigen.imaging.codecs.jxl._Decoder", None)
    with pytest.raises(PictureTooLarge, match="×".join(map(str, size))):
        decode(data)


def test_without_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UnsupportedFormat, match="djxl") as caught:
        decode(b"\xff\x0a" + bytes(40))
    assert "libjxl-tools" in (caught.value.hint or "")
    with pytest.raises(UnsupportedFormat, match="cjxl"):
        encode(drawing(), "jxl")


@pytest.mark.parametrize("data", [b"\xff\x0a", HEAD, HEAD + b"\0\0\0\x0cjxlcab"])
def test_headers_that_end(data: bytes) -> None:
    with pytest.raises(BadPicture, match="cut off"):
        decode(data)
