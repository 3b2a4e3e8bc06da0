"""TIFF layouts as tifffile writes them, pages, and damaged strips."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageDraw, TiffImagePlugin

from nijigen import Picture
from nijigen.core.errors import BadPicture, InputError
from nijigen.imaging import files
from nijigen.imaging.codecs import tiff
from nijigen.imaging.codecs.tiff_directory import pages_of
from nijigen.imaging.files import decode

PACKINGS: list[dict[str, Any]] = [
    {},
    {"tile": (16, 32)},
    {"compression": "zlib", "predictor": True, "rowsperstrip": 7},
    {"compression": "zlib", "predictor": True, "tile": (16, 32)},
    {"bigtiff": True, "compression": "zlib"},
]


def noise(samples: int, dtype: type = np.uint16) -> np.ndarray:
    highest = np.iinfo(dtype).max
    return np.random.default_rng(samples).integers(0, highest, (40, 60, samples), dtype)


def written(pixels: np.ndarray, **options: Any) -> bytes:
    file = io.BytesIO()
    if options.get("planarconfig") == "separate":
        pixels = np.moveaxis(pixels, 2, 0)
    tifffile.imwrite(file, pixels, **options)
    return file.getvalue()


def pixels_of(data: bytes) -> np.ndarray:
    value = decode(data)
    assert isinstance(value, Picture)
    return value.pixels


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_color(packing: dict[str, Any], order: str, planes: str, dtype: type) -> None:
    pixels = noise(4, dtype)
    options = {"byteorder": order, "planarconfig": planes, "extrasamples": ["unassalpha"]}
    data = written(pixels, photometric="rgb", **options, **packing)
    assert np.array_equal(pixels_of(data), pixels)


@pytest.mark.parametrize("packing", [{}, {"compression": "zlib"}])
@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_both_byte_orders_of_signed_and_float_numbers_are_read(
    packing: dict[str, Any], dtype: type
) -> None:
    highest = 1 if dtype is np.float32 else 30000
    gray = (np.linspace(0, highest, 2400).reshape(40, 60)).astype(dtype)
    little, big = (
        pixels_of(written(gray, photometric="minisblack", byteorder=order, **packing))
        for order in "<>"
    )
    assert little.max() > 0
    assert np.array_equal(big, little)


@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_with_alpha(planes: str, dtype: type) -> None:
    pixels = noise(2, dtype)
    options = {"planarconfig": planes, "extrasamples": ["unassalpha"]}
    found = pixels_of(written(pixels, photometric="minisblack", **options))
    assert np.array_equal(found, pixels[:, :, [0, 0, 0, 1]])


def test_gray_with_premultiplied_alpha() -> None:
    pixels = np.array([[[100, 200], [0, 0], [50, 255]]], np.uint8)
    data = written(pixels, photometric="minisblack", extrasamples=["assocalpha"])
    # 100 of 200 is half of the light: 127.5.
    assert pixels_of(data)[0].tolist() == [[128, 128, 128, 200], [0, 0, 0, 0], [50, 50, 50, 255]]


def test_extra_samples_that_are_no_alpha_are_left_out() -> None:
    pixels = noise(5)
    data = written(pixels, photometric="rgb", extrasamples=["unspecified", "unassalpha"])
    assert np.array_equal(pixels_of(data), pixels[:, :, [0, 1, 2, 4]])


def test_planes_of_ink() -> None:
    pixels = np.zeros((2, 3, 4), np.uint16)
    pixels[0] = 65535, 0, 0, 0
    found = pixels_of(written(pixels, photometric="separated", planarconfig="separate"))
    assert found[0, 0].tolist() == [0, 255, 255]
    assert found[1, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("orientation", [1, 6, 3])
def test_they_are_turned(orientation: int) -> None:
    pixels = noise(3)
    tag = (274, 3, 1, orientation, True)
    found = pixels_of(written(pixels, photometric="rgb", extratags=[tag]))
    turns = {1: 0, 6: -1, 3: 2}[orientation]
    assert np.array_equal(found, np.rot90(pixels, turns))


def pages(*sizes: tuple[int, int]) -> list[Image.Image]:
    return [Image.new("RGB", size, (40 * number, 0, 0)) for number, size in enumerate(sizes)]


def test_pages(tmp_path: Any) -> None:
    first, *more = pages((30, 20), (20, 30), (9, 8))
    path = tmp_path / "a.tif"
    first.save(path, save_all=True, append_images=more)
    assert files.count_pages(path) == 3
    for number, size in ((0, (30, 20)), (1, (30, 20)), (2, (20, 30)), (3, (9, 8))):
        value = files.read(path, page=number)
        assert isinstance(value, Picture)
        assert (value.size, value.info.history.page) == (size, number)
        assert value.pixels[0, 0, 0] == 40 * max(0, number - 1)
        noted = [note.text for note in value.info.notes]
        assert noted == ([] if number else ["of 3 pages, only the first was read"])
    with pytest.raises(InputError, match="no page 4"):
        files.read(path, page=4)
    path.with_suffix(".png").write_bytes(b"no TIFF")
    assert files.count_pages(path.with_suffix(".png")) == 1


def test_thumbnails_and_masks_are_no_pages() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(noise(3, np.uint8)[:5, :5], photometric="rgb", subfiletype=1)
        writer.write(noise(3), photometric="rgb")
        writer.write(noise(1, np.uint8)[:, :, 0] > 99, photometric="minisblack", subfiletype=4)
    content = tiff.read(file.getvalue(), first=True)
    assert content.notes == ()
    assert np.array_equal(content.frames[0], noise(3))


def test_a_missing_directory_is_damage(tmp_path: Any) -> None:
    first, *more = pages((30, 20), (20, 30))
    path = tmp_path / "a.tif"
    first.save(path, save_all=True, append_images=more)
    data = path.read_bytes()
    last = pages_of(data)[-1].offset
    for length in (last - 1, last + 1, last + 40):
        with pytest.raises(BadPicture, match="cut off"):
            decode(data[:length])


def drawn() -> Image.Image:
    image = Image.new("1", (400, 300), 1)
    draw = ImageDraw.Draw(image)
    for left in range(0, 390, 13):
        draw.line((left, 0, 400 - left, 299), fill=0, width=3)
    return image


def packed(image: Image.Image, compression: str) -> tuple[bytes, int, int]:
    """A file, and where its last strip begins and ends."""
    file = io.BytesIO()
    image.save(file, "TIFF", compression=compression)
    tags = TiffImagePlugin.TiffImageFile(io.BytesIO(file.getvalue())).tag_v2
    return file.getvalue(), tags[273][-1], tags[273][-1] + tags[279][-1]


@pytest.mark.parametrize("compression", ["group4", "group3", "tiff_ccitt", "jpeg"])
def test_damaged_strips_are_refused(compression: str, capfd: pytest.CaptureFixture[str]) -> None:
    image = drawn() if compression != "jpeg" else Image.effect_noise((400, 300), 80).convert("RGB")
    data, start, end = packed(image, compression)
    good = pixels_of(data)
    assert good.shape[:2] == (300, 400)
    if compression != "jpeg":
        assert np.array_equal(good[:, :, 0] > 0, np.array(image))
    middle = (start + end) // 2
    zeros = data[:middle] + bytes(end - middle) + data[end:]
    generator = np.random.default_rng(5)
    garbage = data[:middle] + generator.bytes(end - middle) + data[end:]
    for broken in (zeros, garbage):
        with pytest.raises(BadPicture, match="damaged"):
            decode(broken)
    # What libtiff prints becomes the message, and is printed nowhere else.
    assert capfd.readouterr().err == ""


WITHOUT_A_CONSOLE = """
import os, sys
from pathlib import Path
how, path = sys.argv[1:]
if how == "no descriptor":
    os.close(2)
elif how == "no stream":
    sys.stderr = None
else:
    sys.stderr.close()
from nijigen.core.errors import BadPicture
from nijigen.imaging.files import read
try:
    read(Path(path))
except BadPicture as error:
    print("refused:", error.message)
"""


@pytest.mark.parametrize("how", ["no descriptor", "no stream", "closed"])
def test_damage_is_noticed_without_a_console(how: str, tmp_path: Path) -> None:
    data, start, end = packed(drawn(), "group3")
    path = tmp_path / "a.tif"
    for content, answer in (
        (data, ""),
        (data[:start] + np.random.default_rng(5).bytes(end - start) + data[end:], "refused"),
    ):
        path.write_bytes(content)
        words = [sys.executable, "-c", WITHOUT_A_CONSOLE, how, path]
        done = subprocess.run(words, capture_output=True, check=True, text=True)
        assert done.stdout.partition(":")[0] == answer
