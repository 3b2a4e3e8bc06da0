"""Colors stated by numbers; the expected values are those that Chromium 156 shows."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nijigen import Animation, Clip, Picture
from nijigen.imaging.codecs.avif import boxes
from nijigen.imaging.codecs.png import chunk
from nijigen.imaging.files import decode, encode

ROW = ((55, 55, 55), (128, 128, 128), (200, 60, 30), (20, 200, 90))
SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
ADOBE = (*SRGB[:4], 0.21, 0.71, 0.15, 0.06)
Chunk = tuple[bytes, bytes]


def gamma(value: int) -> Chunk:
    return b"gAMA", struct.pack(">I", value)


def chromaticities(places: tuple[float, ...]) -> Chunk:
    return b"cHRM", struct.pack(">8I", *(round(place * 1e5) for place in places))


def code_points(primaries: int, transfer: int) -> Chunk:
    return b"cICP", bytes((primaries, transfer, 0, 1))


def png(pixels: np.ndarray, *extra: Chunk) -> bytes:
    """A PNG without the chunk sRGB, and with others."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = file.getvalue()
    return data[:33] + b"".join(chunk(*each) for each in extra) + data[33:]


def shown(*extra: Chunk) -> np.ndarray:
    value = decode(png(np.array([ROW], np.uint8), *extra))
    assert isinstance(value, Picture)
    return value.pixels[0].astype(int)


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([gamma(45455)], ROW),
        ([gamma(45000)], ROW),
        ([gamma(47500)], ROW),
        ([chromaticities(ADOBE)], ROW),
        ([gamma(0)], ROW),
        ([gamma(50000)], ((61, 61, 61), (137, 137, 137), (206, 67, 31), (18, 206, 99))),
        ([gamma(100_000)], ((128, 128, 128), (188, 188, 188), (229, 133, 96), (79, 229, 160))),
        # Chromium darkens these; they are what sRGB files say in other words.
        ([gamma(45455), chromaticities(SRGB)], ROW),
        (
            [gamma(50000), chromaticities(SRGB)],
            ((61, 61, 61), (137, 137, 137), (206, 67, 31), (18, 206, 99)),
        ),
        ([(b"sRGB", b"\0"), gamma(100_000)], ROW),
        ([code_points(1, 13), gamma(100_000)], ROW),
        ([code_points(2, 2)], ROW),
        ([code_points(77, 13)], ROW),
        ([code_points(12, 13)], ((55, 55, 55), (128, 128, 128), (217, 42, 0), (0, 204, 73))),
        ([code_points(9, 13)], ((55, 55, 55), (128, 128, 128), (247, 0, 0), (0, 211, 67))),
        ([code_points(9, 1)], ((44, 44, 44), (121, 121, 121), (244, 0, 0), (0, 208, 53))),
        ([code_points(1, 8)], ((128, 128, 128), (188, 188, 188), (229, 133, 96), (79, 229, 160))),
        ([code_points(5, 5)], ((31, 31, 31), (106, 106, 106), (192, 36, 9), (0, 189, 69))),
    ],
)
def test_chunks_of_png(chunks: list[Chunk], expected: tuple[tuple[int, ...], ...]) -> None:
    assert np.abs(shown(*chunks) - np.array(expected)).max() <= 1


def test_a_profile_comes_before_a_gamma_and_after_code_points() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = io.BytesIO()
    Image.fromarray(np.array([ROW], np.uint8)).save(file, "PNG", icc_profile=profile)
    data = file.getvalue()
    for extra, linear in ((gamma(100_000), False), (code_points(1, 8), True)):
        value = decode(data[:33] + chunk(*extra) + data[33:])
        assert isinstance(value, Picture)
        assert (value.pixels[0, 0, 0] == 128) == linear


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("channels", [1, 4])
def test_gray_alpha_and_16_bits(deep: bool, channels: int) -> None:
    pixels = np.array([[[55], [128], [255]]], np.uint8)
    if channels == 4:
        pixels = np.dstack([pixels] * 3 + [np.array([[0, 100, 255]], np.uint8)])
    picture = Picture(pixels)
    data = encode(picture.widened() if deep else picture, "png")
    srgb = chunk(b"sRGB", b"\0")
    assert srgb in data
    value = decode(data.replace(srgb, chunk(*gamma(100_000))))
    assert isinstance(value, Picture)
    assert (value.depth, value.channels) == (16 if deep else 8, channels)
    found = value.reduced().pixels[0].astype(int)
    assert found[:, 0].tolist() == [128, 188, 255]
    if channels == 4:
        assert found[:, 3].tolist() == [0, 100, 255]


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_fits_into_srgb(transfer: int) -> None:
    ramp = np.repeat(np.arange(0, 256, 5, np.uint8)[None, :, None], 3, axis=2)
    value = decode(png(ramp, code_points(9, transfer)))
    assert isinstance(value, Picture)
    assert [note.kind for note in value.info.notes] == ["color"]
    found = value.pixels[0].astype(int)
    assert (np.ptp(found, axis=1) <= 1).all()
    assert (np.diff(found[:, 0]) >= 0).all()
    assert found[0, 0] == 0
    assert found[-1, 0] == 255
    # White paper: 203 nits, that is .58 in PQ and .75 in HLG (BT.2408, table 1).
    paper = np.full((1, 1, 3), round(255 * (0.58 if transfer == 16 else 0.75)), np.uint8)
    white = decode(png(paper, code_points(9, transfer)))
    assert isinstance(white, Picture)
    assert 235 <= white.pixels.min() <= 250


def avif(primaries: int, transfer: int) -> bytes:
    """An AVIF of the row whose colors are stated by code points."""
    pixels = np.repeat(np.repeat(np.array([ROW], np.uint8), 16, axis=0), 16, axis=1)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "AVIF", quality=100, subsampling="4:4:4")
    data = bytearray(file.getvalue())
    places = [at for name, at, _ in boxes(data, 0, len(data)) if name == b"colr"]
    assert places
    for at in places:
        struct.pack_into(">HH", data, at + 4, primaries, transfer)
    return bytes(data)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ((1, 13), ROW),
        ((1, 1), ROW),
        ((2, 2), ROW),
        ((12, 13), ((55, 55, 55), (128, 128, 128), (217, 43, 0), (0, 204, 74))),
        ((12, 1), ((55, 55, 55), (128, 128, 128), (217, 43, 0), (0, 204, 74))),
        ((1, 8), ((128, 128, 128), (188, 188, 188), (229, 134, 96), (79, 229, 161))),
        ((1, 4), ((52, 52, 52), (129, 129, 129), (201, 58, 24), (12, 201, 91))),
    ],
)
def test_code_points_of_avif(code: tuple[int, int], expected: tuple[tuple[int, ...], ...]) -> None:
    value = decode(avif(*code))
    assert isinstance(value, Picture)
    assert np.abs(value.pixels[8, 8::16].astype(int) - np.array(expected)).max() <= 3


def test_code_points_of_moving_avif(tmp_path: Path) -> None:
    frames = tuple(Picture(np.full((8, 8, 3), shade, np.uint8)) for shade in (55, 128))
    data = bytearray(encode(Animation(frames, (50, 50)), "avif"))
    for name, at, _ in list(boxes(data, 0, len(data))):
        if name == b"colr":
            struct.pack_into(">HH", data, at + 4, 1, 8)
    value = decode(bytes(data))
    assert isinstance(value, Animation)
    (tmp_path / "a.avif").write_bytes(data)
    for shown in (
        value.frames,
        [frame.picture for frame in Clip.open(tmp_path / "a.avif").frames()],
    ):
        assert [int(picture.pixels[4, 4, 0]) for picture in shown] == [128, 188]


@pytest.mark.parametrize("format", ["png", "avif"])
def test_results_are_tagged_as_srgb(format: str) -> None:
    data = encode(Picture(np.array([ROW], np.uint8)), format)  # type: ignore[arg-type]
    if format == "png":
        assert chunk(b"sRGB", b"\0") in data
        assert not any(name in data for name in (b"gAMA", b"cHRM", b"cICP", b"iCCP"))
    else:
        stated = [data[at : at + 8] for n, at, _ in boxes(data, 0, len(data)) if n == b"colr"]
        assert stated
        assert {struct.unpack(">HH", each[4:]) for each in stated} <= {(1, 13), (2, 2)}
