"""Formats, endings and places: what a user of picture files sees."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nijigen import Artwork, Picture
from nijigen.core.errors import (
    BadPicture,
    InputError,
    NijigenError,
    NotFound,
    OutputError,
    PictureTooLarge,
    UnsupportedFormat,
)
from nijigen.core.history import History, Step
from nijigen.core.picture import Encoding, FileFormat
from nijigen.imaging import files
from nijigen.imaging.files import (
    ENDINGS,
    READABLE,
    decode,
    encode,
    format_of,
    read,
    read_history,
    read_picture,
    write,
)
from pictures import drawing

STILL: tuple[FileFormat, ...] = ("png", "jpeg", "webp", "avif", "gif", "apng", "bmp", "tiff")
LAYERED: tuple[FileFormat, ...] = ("psd", "psb", "ora", "kra", "zip")


def difference(one: Picture, other: Picture) -> float:
    assert one.pixels.shape == other.pixels.shape
    return float(np.abs(one.pixels.astype(float) - other.pixels).mean())


@pytest.mark.parametrize("ending", sorted(set(ENDINGS) - {".svg", ".ico", ".icns", ".jxl"}))
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_ending_is_written_and_read(tmp_path: Path, ending: str, channels: int) -> None:
    picture = drawing(channels=channels)
    path = tmp_path / f"picture{ending.upper()}"
    write(picture, path)
    found = read(path)
    if isinstance(found, Artwork):
        assert len(found.layers) == 1
        found = found.shown()
    assert isinstance(found, Picture)
    wanted: FileFormat = ENDINGS[ending]
    assert found.info.format == ("png" if wanted == "apng" else wanted)
    assert found.size == picture.size
    if wanted in ("jpeg", "bmp") and channels == 4:
        picture = picture.rgb()
    if wanted in ("webp", "aseprite", "piskel", "kra", "ugoira") and channels == 1:
        picture, found = picture.rgb(), found.rgb()
    lossless = wanted not in ("jpeg", "webp", "avif", "gif", "ugoira")
    lossless |= wanted == "ugoira" and channels == 4
    if channels == 4 and wanted not in ("png", "apng", "jpeg", "bmp", "tiff"):
        # What stands under transparent pixels may change.
        assert found.channels == 4
        picture, found = picture.rgb(), found.rgb()
    lossless |= wanted == "gif" and channels == 1
    assert difference(picture, found) <= (0 if lossless else 6)


@pytest.mark.parametrize("format", ["png", "tiff"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_are_kept(format: FileFormat, channels: int) -> None:
    noise = np.random.default_rng(3).integers(0, 65536, (40, 50, channels), np.uint16)
    found = decode(encode(Picture(noise), format))
    assert isinstance(found, Picture)
    assert found.depth == 16
    assert np.array_equal(found.pixels, noise)


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "gif", "bmp"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_are_reduced_where_8_are_held(format: FileFormat, channels: int) -> None:
    deep = drawing(channels=channels, depth=16)
    assert encode(deep, format) == encode(deep.reduced(), format)


@pytest.mark.parametrize("format", [*STILL, *LAYERED])
@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (3000, 1), (3, 2)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_odd_sizes(format: FileFormat, size: tuple[int, int], channels: int) -> None:
    pixels = np.full((size[1], size[0], channels), 200, np.uint8)
    pixels[..., 0] = 190
    assert decode(encode(Picture(pixels), format)).size == size


@pytest.mark.parametrize("format", ["jpeg", "bmp"])
def test_alpha_is_composited_over_white(format: FileFormat) -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, :, 0] = 255
    found = decode(encode(Picture(pixels), format))
    assert isinstance(found, Picture)
    assert found.channels == 3
    assert found.pixels.min() > 250


@pytest.mark.parametrize("format", ["jpeg", "avif", "bmp", "tiff", "png", "gif"])
def test_gray_stays_gray(format: FileFormat) -> None:
    found = decode(encode(drawing(channels=1), format))
    assert isinstance(found, Picture)
    assert found.channels == 1


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_an_opaque_alpha_channel_is_kept(format: FileFormat) -> None:
    pixels = np.full((8, 8, 4), 255, np.uint8)
    pixels[:, :4, 0] = 0
    found = decode(encode(Picture(pixels), format))
    assert isinstance(found, Picture)
    assert found.channels == 4


@pytest.mark.parametrize("format", [*STILL, *LAYERED])
def test_same_value_same_bytes(format: FileFormat) -> None:
    story = History("a.png", "00", (Step("upscale.waifu2x", 1, {"factor": 2.0}),))
    picture = drawing(channels=4).with_info(history=story, dpi=(300.0, 300.0))
    assert encode(picture, format) == encode(picture, format)


def test_quality_is_heeded_for_its_own_format_only() -> None:
    picture = drawing(200, 200)
    for format in ("jpeg", "webp", "avif"):
        small = encode(picture.with_info(encoding=Encoding(format, quality=20)), format)
        assert len(small) < len(encode(picture, format))
    other = picture.with_info(encoding=Encoding("jpeg", quality=20))
    assert encode(other, "webp") == encode(picture, "webp")


def test_default_quality() -> None:
    picture = drawing(64, 64)
    for format, quality in (("jpeg", 92), ("webp", 90), ("avif", 75)):
        named = picture.with_info(encoding=Encoding(format, quality=quality))
        assert encode(named, format) == encode(picture, format)


def test_jpeg_keeps_colors_at_full_resolution() -> None:
    image = Image.open(io.BytesIO(encode(drawing(), "jpeg")))
    assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3


@pytest.mark.parametrize("channels", [3, 4])
def test_lossless_webp(channels: int) -> None:
    picture = drawing(channels=channels).with_info(encoding=Encoding("webp", lossless=True))
    found = decode(encode(picture, "webp"))
    assert isinstance(found, Picture)
    assert np.array_equal(found.pixels, picture.pixels)


def test_format_wins_over_the_ending(tmp_path: Path) -> None:
    write(drawing(), tmp_path / "a.png", format="webp")
    assert read(tmp_path / "a.png").info.format == "webp"


def test_unknown_endings_name_the_known_ones(tmp_path: Path) -> None:
    for name in ("a.xcf", "a", "a.png.old"):
        with pytest.raises(UnsupportedFormat) as caught:
            format_of(Path(name))
        assert all(ending in caught.value.hint for ending in ENDINGS)
        with pytest.raises(UnsupportedFormat):
            write(drawing(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_every_written_ending_is_read() -> None:
    """But for sets of layers, since most ZIPs in a folder are none, and for vectors."""
    assert set(ENDINGS) - READABLE == {".zip"}


def test_missing_files_name_their_neighbours(tmp_path: Path) -> None:
    write(drawing(), tmp_path / "landscape.png")
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(NotFound, match=r"landscpae\.png") as caught:
        read(tmp_path / "landscpae.png")
    assert "landscape.png" in caught.value.hint
    assert "notes" not in caught.value.hint
    with pytest.raises(NotFound) as caught:
        read(tmp_path / "nowhere" / "a.png")
    assert "no folder" in caught.value.hint
    with pytest.raises(NotFound):
        read(tmp_path / "landscape.png" / "a.png")


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="folder"):
        read(tmp_path)


def test_names_that_cannot_be(tmp_path: Path) -> None:
    for name in ("a\0b.png", "x" * 5000):
        with pytest.raises(NijigenError):
            read(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just some text\n" * 400, "text file, not a picture"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (bytes(range(256)) * 30, "not a picture of a known format"),
        (b"\x89PNG\n\x1a\n" + bytes(100), "text-mode transfer"),
    ],
)
def test_what_is_no_picture(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    for reader in (read, read_picture, read_history):
        with pytest.raises(BadPicture, match=reason) as caught:
            reader(path)
        assert str(path) in caught.value.message
        assert caught.value.message.count(str(path)) == 1
        assert caught.value.hint


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    for format in STILL:
        write(drawing(), tmp_path / "wrong.gif", format=format)
        assert read(tmp_path / "wrong.gif").info.format == ("png" if format == "apng" else format)


def test_a_video_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.write(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(5000))
        file.truncate(2**40)  # A sparse file: reading it whole would end in MemoryError.
    with pytest.raises(UnsupportedFormat, match="video"):
        read(path)


def test_a_full_disk_leaves_the_old_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    write(drawing(), path)
    before = path.read_bytes()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="disk is full"):
        write(drawing(channels=4), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_pictures_too_long_for_a_format() -> None:
    long = Picture(np.zeros((1, 70_000, 3), np.uint8))
    for format in ("jpeg", "webp", "gif", "avif"):
        with pytest.raises(UnsupportedFormat, match="at most") as caught:
            encode(long, format)
        assert "PNG" in caught.value.hint
    for format in ("png", "tiff", "bmp"):
        assert decode(encode(long, format)).size == (70_000, 1)


@pytest.mark.parametrize("format", STILL)
def test_the_limit_can_be_set(format: FileFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(drawing(20, 10), format)
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "199")
    with pytest.raises(PictureTooLarge) as caught:
        decode(data)
    assert "NIJIGEN_MAX_PIXELS=200" in caught.value.hint
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "200")
    assert decode(data).size == (20, 10)


def test_a_limit_that_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "lots")
    with pytest.raises(InputError, match="NIJIGEN_MAX_PIXELS"):
        decode(encode(drawing(), "png"))


def test_no_heavy_import() -> None:
    code = "import sys, nijigen.imaging.files; print({'cv2', 'scipy'} & set(sys.modules))"
    source = Path(files.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
