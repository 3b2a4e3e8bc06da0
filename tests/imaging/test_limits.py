"""Work has a budget: pixels, frames, layers, references, scans, and headers that promise more."""

from __future__ import annotations

import io
import json
import resource
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hostile import apng_of_frames, gif_of_frames, jpeg_of_scans, ora_of_references, plain_png
from nijigen import Animation, Artwork, Clip, Picture
from nijigen.core import limits
from nijigen.core.errors import BadPicture, InputError, PictureTooLarge
from nijigen.core.picture import FileFormat
from nijigen.imaging.codecs.png import chunk
from nijigen.imaging.files import decode, encode, read_picture
from pictures import animation, artwork, drawing

HUGE = 15_000
"""Within the limit of pixels, so that only the missing data speaks against it."""


SOON = 20
"""Seconds of a CPU, of any machine; without a limit the files here take minutes or hours."""


def refusal(data: bytes) -> PictureTooLarge:
    """Return the error of a file that is refused before it costs time."""
    begun = time.process_time()
    with pytest.raises(PictureTooLarge) as caught:
        decode(data)
    assert time.process_time() - begun < SOON
    return caught.value


def test_an_ora_that_names_a_file_thousands_of_times() -> None:
    data = ora_of_references(5000)
    assert len(data) < 30_000
    error = refusal(data)
    assert "all layers together" in error.message
    assert "NIJIGEN_MAX_PIXELS=" in error.hint


def test_a_file_that_is_named_often_is_decoded_once() -> None:
    begun = time.process_time()
    value = decode(ora_of_references(60))
    assert time.process_time() - begun < SOON
    assert isinstance(value, Artwork)
    first, *others = (layer.pixels.pixels for _, layer in value.leaves())
    assert len(others) == 59
    assert all(np.shares_memory(first, other) for other in others)


def test_a_gif_of_200000_frames() -> None:
    data = gif_of_frames(200_000)
    error = refusal(data)
    assert "200,000 frames: the limit is 10,000 frames" in error.message
    assert error.hint.endswith("NIJIGEN_MAX_FRAMES=200000")
    assert isinstance(decode(gif_of_frames(300)), Animation)


def test_the_first_of_many_frames_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(gif_of_frames(20_000))
    assert read_picture(path).size == (1, 1)


def test_clips_of_many_frames_are_streams(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(gif_of_frames(11_000))
    clip = Clip.open(path)
    assert clip.count == 11_000
    assert sum(1 for _ in clip.frames(skip=10_500)) == 500


@pytest.mark.parametrize("format", ["gif", "apng", "webp", "avif"])
def test_frames_count_in_every_format(format: FileFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(animation(5), format)
    monkeypatch.setenv("NIJIGEN_MAX_FRAMES", "4")
    assert refusal(data).hint.endswith("NIJIGEN_MAX_FRAMES=5")
    monkeypatch.setenv("NIJIGEN_MAX_FRAMES", "5")
    assert isinstance(decode(data), Animation)


@pytest.mark.parametrize("format", ["psd", "ora", "zip"])
def test_layers_and_groups_count_in_every_format(
    format: FileFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(artwork(), format)
    monkeypatch.setenv("NIJIGEN_MAX_LAYERS", "4")
    assert "NIJIGEN_MAX_LAYERS=" in refusal(data).hint
    monkeypatch.setenv("NIJIGEN_MAX_LAYERS", "40")
    monkeypatch.setenv("NIJIGEN_MAX_DEPTH", "1")
    assert "NIJIGEN_MAX_DEPTH=" in refusal(data).hint


@pytest.mark.parametrize(("format", "counted"), [("png", 2), ("tiff", 2), ("ora", 3)])
def test_16_bits_count_twice(
    format: FileFormat, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canvas of an ORA has no depth of its own."""
    pixels = counted * 48 * 40
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(pixels - 1))
    noise = np.random.default_rng(1).integers(0, 65536, (40, 48, 3), np.uint16)
    values = [drawing(), Picture(noise)]
    shallow, deep = (encode(Artwork.of(v) if counted > 2 else v, format) for v in values)
    decode(shallow)
    assert refusal(deep).hint.endswith(f"={pixels}")
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(pixels))
    decode(deep)


def test_a_progressive_jpeg_of_many_scans() -> None:
    decode(jpeg_of_scans(300, 64))
    error = refusal(jpeg_of_scans(20_000, 1000))
    assert "1,000,000 pixels in 20,0" in error.message


def test_large_apng_frames_take_no_more_than_their_pixels() -> None:
    """A process of its own, because memory that was used once is not counted again."""
    code = (
        "import resource, sys; from nijigen.imaging.files import decode; "
        "data = sys.stdin.buffer.read(); "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; value = decode(data); "
        "print(len(value.frames), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    side, frames = 1500, 8
    done = subprocess.run(
        [sys.executable, "-c", code], input=apng_of_frames(frames, side), capture_output=True
    )
    count, kilobytes = map(int, done.stdout.split())
    assert count == frames
    # RGB of all frames, and at most as much as three RGBA frames while one is decoded.
    assert kilobytes < (3 * frames + 4 * 3) * side * side // 1024 + 30_000


def psd_layer() -> bytes:
    data = bytearray(encode(Artwork.of(drawing()), "psd"))
    at = data.index(struct.pack(">4i", 0, 0, 40, 48))
    data[at : at + 16] = struct.pack(">4i", 0, 0, HUGE, HUGE)
    return bytes(data)


def headers() -> dict[str, bytes]:
    """Small files with a huge size in the header."""
    side = struct.pack("<I", HUGE)
    png = bytearray(encode(drawing(), "png"))
    png[8:33] = chunk(b"IHDR", struct.pack(">IIBBBBB", HUGE, HUGE, 8, 2, 0, 0, 0))
    apng = bytearray(encode(animation(), "apng"))
    apng[8:33] = chunk(b"IHDR", struct.pack(">IIBBBBB", HUGE, HUGE, 8, 2, 0, 0, 0))
    jpeg = bytearray(encode(drawing(), "jpeg"))
    start = jpeg.index(b"\xff\xc0")
    jpeg[start + 5 : start + 9] = struct.pack(">HH", HUGE, HUGE)
    screen = bytearray(encode(drawing(), "gif"))
    screen[6:10] = struct.pack("<HH", HUGE, HUGE)
    frame = bytearray(encode(drawing(), "gif"))
    start = frame.index(b"\x2c\0\0\0\0")
    frame[start + 5 : start + 9] = struct.pack("<HH", HUGE, HUGE)
    bmp = bytearray(encode(drawing(), "bmp"))
    bmp[18:26] = side * 2
    found = {"png": png, "apng": apng, "jpeg": jpeg, "gif": screen, "gif frame": frame, "bmp": bmp}
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        file = io.BytesIO()
        drawing().pil().save(file, "TIFF", compression=compression)
        tiff = bytearray(file.getvalue())
        directory = struct.unpack_from("<I", tiff, 4)[0]
        for at in range(directory + 2, directory + 2 + 12 * tiff[directory], 12):
            if struct.unpack_from("<H", tiff, at)[0] in (256, 257, 278):
                tiff[at + 2 : at + 12] = struct.pack("<HII", 4, 1, HUGE)
        found[f"{compression} tiff"] = tiff
    psd = bytearray(encode(Artwork.of(drawing()), "psd"))
    psd[14:22] = struct.pack(">II", HUGE, HUGE)
    found |= {"psd": psd, "psd layer": bytearray(psd_layer())}
    return {name: bytes(data) for name, data in found.items()}


HEADERS = headers()


@pytest.mark.parametrize("kind", HEADERS)
def test_a_size_that_the_data_cannot_fill(kind: str) -> None:
    begun = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadPicture, match=r"cannot hold|cut off|damaged") as caught:
        decode(HEADERS[kind])
    assert "NIJIGEN" not in caught.value.hint
    assert time.process_time() - begun < SOON
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_plain_pictures_are_not_taken_for_damaged() -> None:
    """Of one color, so that every format packs them as far as it can."""
    side = 1500
    assert decode(plain_png(side, side)).size == (side, side)
    plain = Picture(np.full((side, side, 1), 200, np.uint8))
    for format in ("png", "jpeg", "gif", "bmp", "tiff", "webp"):
        assert decode(encode(plain, format)).size == (side, side)  # type: ignore[arg-type]
    for format in ("psd", "ora"):
        assert decode(encode(Artwork.of(plain), format)).size == (side, side)  # type: ignore[arg-type]
    image = Image.fromarray(plain.pixels[:, :, 0])
    for options in (
        *({"format": "TIFF", "compression": c} for c in ("tiff_lzw", "packbits", "group4", "jpeg")),
        *({"format": "JPEG", "progressive": p, "optimize": True} for p in (False, True)),
        {"format": "PNG", "optimize": True},
    ):
        file = io.BytesIO()
        chosen = image.convert("1") if options.get("compression") == "group4" else image
        chosen.save(file, **options)  # type: ignore[arg-type]
        assert decode(file.getvalue()).size == (side, side), options


@pytest.mark.parametrize("limit", limits.ALL, ids=lambda limit: limit.variable)
def test_settings(limit: limits.Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit.value() == limit.default
    monkeypatch.setenv(limit.variable, "7")
    assert limit.value() == 7
    limit.check(7)
    with pytest.raises(PictureTooLarge) as caught:
        limit.check(8)
    assert caught.value.hint.endswith(f"{limit.variable}=8")
    for wrong in ("0", "-1", "lots", "1e9", "1.5"):
        monkeypatch.setenv(limit.variable, wrong)
        with pytest.raises(InputError, match=limit.variable):
            limit.value()


def test_the_documented_limits() -> None:
    page = (Path(__file__).parents[2] / "docs/formats.md").read_text("utf-8")
    for limit in limits.ALL:
        row = next(line for line in page.splitlines() if f"`{limit.variable}`" in line)
        assert f"{limit.default:,}" in row


def test_a_png_set_counts_references(monkeypatch: pytest.MonkeyPatch) -> None:
    from nijigen.imaging.artworks.archive import pack

    entry = {"name": "a", "file": "a.png"}
    record = {"size": [2000, 2000], "layers": [entry] * 100}
    files = [("layers.json", json.dumps(record).encode()), ("a.png", plain_png(2000, 2000))]
    assert "all layers together" in refusal(pack(files)).message
