"""TIFF in 16 bits, as other programs write it."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from nijigen import Picture
from nijigen.core.errors import UnsupportedFormat
from nijigen.imaging.files import decode, encode


def tiff(
    pixels: np.ndarray,
    order: str,
    *,
    photometric: int,
    extra: int | None = None,
    packed: bool = False,
) -> bytes:
    """Build a TIFF of one strip."""
    height, width, samples = pixels.shape
    bits = 8 * pixels.dtype.itemsize
    strip = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    strip = zlib.compress(strip) if packed else strip
    shorts = struct.pack(f"{order}{samples}H", *[bits] * samples).ljust(8, b"\0")
    entries = [
        (256, 4, 1, struct.pack(order + "I", width)),
        (257, 4, 1, struct.pack(order + "I", height)),
        (258, 3, samples, shorts[:4] if samples < 3 else struct.pack(order + "I", 8)),
        (259, 3, 1, struct.pack(order + "HH", 8 if packed else 1, 0)),
        (262, 3, 1, struct.pack(order + "HH", photometric, 0)),
        (273, 4, 1, struct.pack(order + "I", 16)),
        (277, 3, 1, struct.pack(order + "HH", samples, 0)),
        (278, 4, 1, struct.pack(order + "I", height)),
        (279, 4, 1, struct.pack(order + "I", len(strip))),
    ]
    if extra is not None:
        entries.append((338, 3, 1, struct.pack(order + "HH", extra, 0)))
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 16 + len(strip))
    table = struct.pack(order + "H", len(entries))
    table += b"".join(struct.pack(order + "HHI", *entry[:3]) + entry[3] for entry in entries)
    return head + shorts + strip + table + bytes(4)


def noise(samples: int) -> np.ndarray:
    return np.random.default_rng(4).integers(0, 65536, (7, 11, samples), np.uint16)


def pixels_of(data: bytes) -> np.ndarray:
    value = decode(data)
    assert isinstance(value, Picture)
    return value.pixels


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("samples", "extra"), [(1, None), (3, None), (4, 2)])
def test_16_bits(order: str, packed: bool, samples: int, extra: int | None) -> None:
    photometric = 1 if samples == 1 else 2
    data = tiff(noise(samples), order, photometric=photometric, extra=extra, packed=packed)
    assert np.array_equal(pixels_of(data), noise(samples))


def test_white_is_zero() -> None:
    data = tiff(noise(1), "<", photometric=0)
    assert np.array_equal(pixels_of(data), 65535 - noise(1))


@pytest.mark.parametrize("order", ["<", ">"])
def test_premultiplied_alpha_becomes_straight(order: str) -> None:
    straight = noise(4)
    straight[:, :, 3] |= 0x4000
    straight[0, 0] = 0
    alpha = straight[:, :, 3:] / 65535
    premultiplied = straight.copy()
    premultiplied[:, :, :3] = np.round(straight[:, :, :3] * alpha)
    found = pixels_of(tiff(premultiplied, order, photometric=2, extra=1)).astype(int)
    assert np.array_equal(found[:, :, 3], straight[:, :, 3])
    assert np.abs(found - straight).max() <= 4


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_others_read_what_is_written(channels: int, dtype: type) -> None:
    cv2 = pytest.importorskip("cv2")
    pixels = np.random.default_rng(4).integers(0, 255, (300, 900, channels)).astype(dtype)
    pixels[:, :, -1] = np.iinfo(dtype).max if channels == 4 else pixels[:, :, -1]
    data = encode(Picture(pixels), "tiff")
    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED).reshape(pixels.shape)
    swap = [0] if channels == 1 else [2, 1, 0, 3][:channels]
    assert np.array_equal(other[:, :, swap], pixels)
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.info["compression"] == "tiff_adobe_deflate"


def test_layouts_that_nobody_reads_are_told() -> None:
    with pytest.raises(UnsupportedFormat, match="TIFF"):
        decode(tiff(noise(3), "<", photometric=9))
