"""The mess that files can be, modes and turns: what comes out is right."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from nijigen import Picture
from nijigen.core.history import History, Step
from nijigen.imaging._reading import turned
from nijigen.imaging.codecs.png import chunk
from nijigen.imaging.files import decode, encode, read
from pictures import drawing


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def still(data: bytes) -> Picture:
    value = decode(data)
    assert isinstance(value, Picture)
    return value


def rgb() -> Image.Image:
    return drawing().pil()


def test_palettes() -> None:
    image = rgb().quantize(16)
    for format in ("PNG", "GIF", "BMP", "TIFF"):
        assert np.array_equal(still(saved(image, format)).pixels, np.array(image.convert("RGB")))


def test_a_palette_with_alpha() -> None:
    image = drawing(channels=4).pil().quantize(32)
    wanted = np.array(image.convert("RGBA"))
    assert 0 < wanted[:, :, 3].mean() < 255
    assert np.array_equal(still(saved(image, "PNG")).pixels, wanted)


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "GIF"])
def test_1_bit(format: str) -> None:
    image = rgb().convert("1")
    found = still(saved(image, format)).pixels
    assert found.shape[2] == 1
    assert np.array_equal(found[:, :, 0], np.array(image.convert("L")))


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_gray_with_alpha(format: str) -> None:
    image = drawing(channels=4).pil().convert("LA")
    assert np.array_equal(still(saved(image, format)).pixels, np.array(image.convert("RGBA")))


@pytest.mark.parametrize("marked", [False, True])
def test_cmyk_jpeg(marked: bool) -> None:
    # Inks are stored inverted, with Adobe's marker and, as browsers have it, without.
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:8, :, 0] = 255
    inks[8:, :, 3] = 255
    data = saved(Image.fromarray(inks, "CMYK"), "JPEG", quality=100)
    assert b"Adobe" in data
    if not marked:
        start = data.index(b"\xff\xee")
        length = struct.unpack_from(">H", data, start + 2)[0]
        data = data[:start] + data[start + 2 + length :]
    pixels = still(data).pixels.astype(int)
    assert np.abs(pixels[:8] - [0, 255, 255]).max() < 6
    assert np.abs(pixels[8:] - [0, 0, 0]).max() < 6


def test_ycck_jpeg() -> None:
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:, :, 0], inks[:, :, 1], inks[:, :, 2], inks[:, :, 3] = 100, 130, 110, 30
    data = bytearray(saved(Image.fromarray(inks, "CMYK"), "JPEG", quality=100, subsampling=0))
    # Pillow writes no YCCK: name the planes so, and work out what they mean then.
    data[data.index(b"Adobe") + 11] = 2
    luma, blue, red = 255 - 100, 255 - 130 - 128, 255 - 110 - 128
    light = [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue]
    # What the planes give is ink, stored inverted; so is black, which takes 30 of 255.
    wanted = (255 - np.array(light)) * (255 - 30) / 255
    found = still(bytes(data)).pixels[0, 0].astype(float)
    assert np.abs(found - wanted).max() < 4


def test_lab_tiff() -> None:
    lab = ImageCms.profileToProfile(
        rgb(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    found = still(saved(lab, "TIFF")).pixels.astype(int)
    assert np.abs(found - drawing().pixels).mean() < 2


def test_cmyk_tiff() -> None:
    image = rgb().convert("CMYK")
    assert np.array_equal(still(saved(image, "TIFF")).pixels, np.array(image.convert("RGB")))


@pytest.mark.parametrize(
    ("values", "white"),
    [
        (np.linspace(0, 1, 64, dtype=np.float32), 1.0),
        (np.linspace(0, 255, 64, dtype=np.float32), 255.0),
        (np.linspace(0, 60000, 64).astype(np.int32), 65535.0),
    ],
)
def test_gray_in_floats_and_32_bits(values: np.ndarray, white: float) -> None:
    found = still(saved(Image.fromarray(values.reshape(8, 8)), "TIFF"))
    assert (found.channels, found.depth) == (1, 16)
    assert np.abs(found.pixels.reshape(-1) / 65535 - values / white).max() < 1e-4


def test_floats_that_are_no_numbers() -> None:
    values = np.array([[np.nan, np.inf], [-np.inf, 0.5]], np.float32)
    found = still(saved(Image.fromarray(values), "TIFF")).pixels[:, :, 0]
    assert found.tolist() == [[0, 0], [0, 32768]]


def test_pages_of_a_tiff() -> None:
    pages = [rgb(), ImageOps.invert(rgb()), rgb()]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    found = still(data)
    assert np.array_equal(found.pixels, drawing().pixels)
    assert "pages" not in still(saved(rgb(), "TIFF")).info.text


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_turns(orientation: int, format: str) -> None:
    # Coarse patches, so that lossy formats change nothing that matters.
    pixels = np.kron(np.arange(6).reshape(2, 3) * 40, np.ones((16, 16))).astype(np.uint8)
    image = Image.fromarray(pixels).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(image, format, exif=exif)
    with Image.open(io.BytesIO(data)) as opened:
        wanted = np.array(ImageOps.exif_transpose(opened).convert("L")).astype(int)
    found = still(data).gray().pixels[:, :, 0].astype(int)
    assert found.shape == wanted.shape == ((32, 48) if orientation < 5 else (48, 32))
    assert np.abs(found - wanted).max() < 12


def test_turning_twice_with_the_inverse_is_nothing() -> None:
    pixels = drawing().pixels
    inverse = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
    for orientation, back in inverse.items():
        assert np.array_equal(turned(turned(pixels, orientation), back), pixels)


def test_imagemagick_keeps_the_turn_of_a_png_in_a_text() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    block = exif.tobytes()
    profile = f"\nexif\n{len(block):8}\n{block.hex()}\n".encode()
    text = b"Raw profile type exif\0\0" + zlib.compress(profile)
    found = still(with_chunk(encode(drawing(), "png"), b"zTXt", text))
    assert found.size == drawing().size[::-1]
    assert "Raw profile type exif" not in found.info.text


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_broken_exif_is_no_matter(format: str) -> None:
    picture = drawing().with_info(history=History("a", "b", (Step("c.d", 1, {"e": "f" * 50}),)))
    data = encode(picture, format.lower())  # type: ignore[arg-type]
    start = data.find(b"\x69\x87\x04\0")  # The tag that points to the inner directory.
    if format != "PNG":
        assert start > 0
        data = data[: start + 8] + b"\xff\xff\xff\x7f" + data[start + 12 :]
    else:
        broken = b"II*\0\x08\0\0\0\x50\0" + b"\xff" * 30
        data = with_chunk(data, b"eXIf", broken)
    assert still(data).size == picture.size


def test_real_files(shared: Path) -> None:
    """A sample of each folder reads exactly as Pillow shows it."""
    seen = 0
    for folder in sorted({path.parent for path in shared.rglob("*.*")}):
        pictures = sorted(p for p in folder.iterdir() if p.suffix in (".png", ".webp", ".jpg"))
        for path in pictures[:1]:
            found = read(path)
            assert isinstance(found, Picture)
            with Image.open(path) as image:
                if image.mode in ("L", "RGB", "RGBA") and "icc_profile" not in image.info:
                    wanted = np.array(image).reshape(found.pixels.shape)
                    assert np.array_equal(found.pixels, wanted)
                    seen += 1
    assert seen > 10


def with_chunk(data: bytes, name: bytes, body: bytes) -> bytes:
    """Put a chunk behind the header of a PNG."""
    return data[:33] + chunk(name, body) + data[33:]
