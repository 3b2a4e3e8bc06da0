"""Color profiles: known colors come out right, in 8 and in 16 bits."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from color_profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    WHITE,
    fixed,
    gamma,
    gray,
    matrix,
    profile,
    srgb_curve,
    table_curve,
)
from nijigen import Picture
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.png import chunk
from nijigen.imaging.files import decode, encode
from pictures import drawing


@pytest.mark.parametrize("colorants", [ADOBE_RGB, DISPLAY_P3])
@pytest.mark.parametrize("curve", [gamma(2.2), srgb_curve(), table_curve()])
def test_16_bits_agree_with_little_cms(
    colorants: tuple[tuple[float, ...], ...], curve: bytes
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 4), np.uint8)
    icc = matrix(colorants, curve)
    eight = to_srgb(pixels, icc).astype(int)
    deep = to_srgb(pixels.astype(np.uint16) * np.uint16(257), icc)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257 - eight).max() < 1.6
    assert np.abs(deep / 257 - eight).mean() < 0.4
    assert np.array_equal(eight[:, :, 3], pixels[:, :, 3])
    assert np.abs(eight - pixels)[:, :, :3].max() > 10


def test_known_colors() -> None:
    # Mid green of Adobe RGB in sRGB, by the published matrices of both spaces.
    pixels = np.array([[[120, 160, 130]]], np.uint8)
    to_xyz = np.array(ADOBE_RGB).T
    linear = np.linalg.inv(np.array(SRGB).T) @ to_xyz @ (pixels[0, 0] / 255.0) ** 2.19921875
    wanted = 255 * (1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)
    icc = matrix(ADOBE_RGB, gamma(2.19921875))
    assert np.abs(to_srgb(pixels, icc)[0, 0] - wanted).max() < 1.5
    assert np.abs(to_srgb(pixels.astype(np.uint16) * 257, icc)[0, 0] / 257 - wanted).max() < 0.5


@pytest.mark.parametrize("curve", [srgb_curve(), table_curve()])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_srgb_under_any_name_changes_nothing(curve: bytes, dtype: type) -> None:
    pixels = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (20, 20, 3)).astype(dtype)
    assert to_srgb(pixels, matrix(SRGB, curve)) is pixels
    little_cms = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert to_srgb(pixels, little_cms) is pixels


def test_gray_profiles() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None, :, None]
    icc = gray(gamma(1.8))
    light = (ramp[0, :, 0] / 255.0) ** 1.8
    wanted = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert to_srgb(ramp, icc).shape == ramp.shape
    assert np.abs(to_srgb(ramp, icc)[0, :, 0] - wanted).max() < 1.6
    deep = to_srgb(ramp.astype(np.uint16) * 257, icc)
    assert np.abs(deep[0, :, 0] / 257 - wanted).max() < 0.1


def lookup(space: bytes, points: np.ndarray) -> bytes:
    """Build a profile of one lookup table to Lab with two points on each axis."""
    inputs = {b"CMYK": 4, b"RGB ": 3}[space]
    ramp = bytes(range(256))
    table = (
        b"mft1" + bytes(4) + struct.pack(">BBBx", inputs, 3, 2) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    )
    table += ramp * inputs + points.astype(np.uint8).tobytes() + ramp * 3
    tags = {b"wtpt": b"XYZ " + bytes(4) + fixed(*WHITE), b"A2B0": table}
    return profile(space, tags, kind=b"prtr", pcs=b"Lab ")


def test_cmyk_by_its_profile() -> None:
    # Ink of any kind is only dark here, so the result is gray and tells that the table was used.
    points = np.full((16, 3), 128)
    points[:, 0] = [255 - 17 * n for n in range(16)]
    icc = lookup(b"CMYK", points)
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:, 8:, 0] = 255
    file = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(file, "JPEG", quality=100, icc_profile=icc)
    found = decode(file.getvalue())
    assert isinstance(found, Picture)
    assert found.info.icc == icc
    pixels = found.pixels.astype(int)
    assert np.abs(pixels[:, :, 0] - pixels[:, :, 2]).max() < 8
    assert pixels[0, 0, 0] > 250
    assert 80 < pixels[0, 15, 0] < 150


def test_16_bits_with_a_lookup_table_take_the_8_bit_way() -> None:
    points = np.full((8, 3), 128)
    points[:, 0] = [0, 36, 73, 109, 146, 182, 219, 255]
    icc = lookup(b"RGB ", points)
    pixels = np.random.default_rng(0).integers(0, 65536, (8, 8, 3), np.uint16)
    deep = to_srgb(pixels, icc)
    high = ((pixels.astype(int) + 128) // 257).astype(np.uint8)
    assert deep.dtype == np.uint16
    assert np.array_equal(deep, to_srgb(high, icc).astype(np.uint16) * 257)
    assert not np.array_equal(deep, pixels)


@pytest.mark.parametrize(
    "icc",
    [
        b"",
        b"nonsense",
        bytes(200),
        matrix(ADOBE_RGB, gamma(2.2))[:180],
        matrix(ADOBE_RGB, gamma(2.2)).replace(b"rTRC", b"xxxx"),
        gray(gamma(1.8)),
    ],
)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_useless_profiles_are_ignored(icc: bytes, dtype: type) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (6, 6, 3)).astype(dtype)
    assert np.array_equal(to_srgb(pixels, icc), pixels)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_files_with_a_profile(format: str) -> None:
    icc = matrix(DISPLAY_P3, srgb_curve())
    image = Image.new("RGB", (32, 32), (200, 60, 60))
    file = io.BytesIO()
    image.save(file, format, icc_profile=icc, quality=100)
    found = decode(file.getvalue())
    assert isinstance(found, Picture)
    assert found.info.icc == icc
    wanted = to_srgb(np.array(image), icc)[16, 16].astype(int)
    assert wanted[0] > 210
    assert np.abs(found.pixels[16, 16].astype(int) - wanted).max() < 4
    again = decode(encode(found, "png"))
    assert again.info.icc is None


def test_16_bit_png_with_a_profile() -> None:
    import zlib

    icc = matrix(ADOBE_RGB, gamma(2.2))
    picture = Picture(np.random.default_rng(0).integers(0, 65536, (9, 9, 3), np.uint16))
    data = encode(picture, "png")
    body = b"adobe\0\0" + zlib.compress(icc)
    found = decode(data[:33] + chunk(b"iCCP", body) + data[33:])
    assert isinstance(found, Picture)
    assert found.info.icc == icc
    assert np.array_equal(found.pixels, to_srgb(picture.pixels, icc))


def test_input_is_not_changed() -> None:
    pixels = drawing(depth=16).pixels
    before = pixels.copy()
    to_srgb(pixels, matrix(ADOBE_RGB, gamma(2.2)))
    assert np.array_equal(pixels, before)
