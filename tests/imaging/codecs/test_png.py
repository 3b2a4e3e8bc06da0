"""PNG and APNG beside what all formats have in common."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from nijigen import Animation, Picture
from nijigen.core.errors import BadPicture
from nijigen.imaging.codecs import png as png_codec
from nijigen.imaging.codecs.png import chunk, chunks
from nijigen.imaging.files import decode, encode
from pictures import drawing


def still(data: bytes) -> Picture:
    value = decode(data)
    assert isinstance(value, Picture)
    return value


PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def interlaced(pixels: np.ndarray, color: int, bits: int) -> bytes:
    height, width, _ = pixels.shape
    rows = b""
    for x, y, across, down in PASSES:
        part = pixels[y::down, x::across]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 1)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (5, 3), (9, 17)])
@pytest.mark.parametrize(("color", "samples"), [(0, 1), (2, 3), (6, 4)])
@pytest.mark.parametrize("dtype", ["u1", ">u2"])
def test_interlaced(size: tuple[int, int], color: int, samples: int, dtype: str) -> None:
    high = 256 if dtype == "u1" else 65536
    pixels = np.random.default_rng(1).integers(0, high, (*size, samples)).astype(dtype)
    found = still(interlaced(pixels, color, 8 * pixels.dtype.itemsize))
    assert np.array_equal(found.pixels, pixels)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_what_is_written_in_16_bits_is_read_by_others(channels: int) -> None:
    cv2 = pytest.importorskip("cv2")
    noise = np.random.default_rng(5).integers(0, 65536, (70, 31, channels), np.uint16)
    smooth = np.sort(noise, axis=0)
    for pixels in (noise, smooth):
        data = encode(Picture(pixels), "png")
        other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        other = other.reshape(*pixels.shape)[
            :, :, [0] if channels == 1 else [2, 1, 0, 3][:channels]
        ]
        assert np.array_equal(other, pixels)
    assert len(encode(Picture(smooth), "png")) < len(encode(Picture(noise), "png"))


def test_a_wrong_check_sum_matters_in_pixels_only() -> None:
    data = encode(drawing().with_info(text={"Title": "x"}, dpi=(72.0, 72.0)), "png")
    for name, fatal in ((b"tEXt", False), (b"pHYs", False), (b"IDAT", True), (b"IHDR", True)):
        start = data.index(name)
        length = struct.unpack_from(">I", data, start - 4)[0]
        end = start + 4 + length
        broken = data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :]
        if fatal:
            with pytest.raises(BadPicture, match="check sum"):
                decode(broken)
        else:
            assert np.array_equal(still(broken).pixels, drawing().pixels)


def test_bytes_after_the_end_are_passed_over() -> None:
    assert still(encode(drawing(), "png") + b"appended" * 100).size == drawing().size


def test_texts_of_all_three_kinds() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("plain", "Grüße")
    info.add_text("packed", "Grüße" * 10, zip=True)
    info.add_itxt("international", "猫", zip=True)
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    file = io.BytesIO()
    drawing().pil().save(file, "PNG", pnginfo=info)
    assert still(file.getvalue()).info.text == {
        "plain": "Grüße",
        "packed": "Grüße" * 10,
        "international": "猫",
    }


def apng(frames: list[Image.Image], place: tuple[int, int], disposal: int, blend: int) -> bytes:
    """Build an APNG by hand; every frame but the first stands at a place of its own."""
    size = frames[0].size
    header = struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header)]
    parts.append(chunk(b"acTL", struct.pack(">II", len(frames), 3)))
    number = 0
    for index, frame in enumerate(frames):
        x, y = place if index else (0, 0)
        fields = (number, *frame.size, x, y, 50 + index, 1000, disposal, blend)
        parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", *fields)))
        file = io.BytesIO()
        frame.save(file, "PNG")
        packed = b"".join(body for name, body in chunks(file.getvalue()) if name == b"IDAT")
        if index:
            number += 1
            parts.append(chunk(b"fdAT", struct.pack(">I", number) + packed))
        else:
            parts.append(chunk(b"IDAT", packed))
        number += 1
    return b"".join([*parts, chunk(b"IEND", b"")])


@pytest.mark.parametrize("blend", [0, 1])
@pytest.mark.parametrize("disposal", [0, 1, 2])
def test_half_transparent_frames_over_each_other(blend: int, disposal: int) -> None:
    random = np.random.default_rng(blend * 3 + disposal)
    sizes, place = [(16, 24, 4), (8, 9, 4), (10, 12, 4), (5, 20, 4)], (3, 2)
    frames = [Image.fromarray(random.integers(0, 256, size, np.uint8)) for size in sizes]
    value = decode(apng(frames, place, disposal, blend))
    assert isinstance(value, Animation)
    assert (value.loop, value.durations) == (3, (50, 51, 52, 53))
    canvas = Image.new("RGBA", frames[0].size)
    for index, frame in enumerate(frames):
        x, y = place if index else (0, 0)
        shown = canvas.copy()
        if blend:
            shown.alpha_composite(frame, (x, y))
        else:
            shown.paste(frame, (x, y))
        wanted = np.array(shown).astype(int)
        visible = wanted[:, :, 3:] > 8  # Fainter colors are lost in rounding.
        found = value.frames[index].pixels.astype(int)
        assert np.abs(found[:, :, 3] - wanted[:, :, 3]).max() <= 1
        assert np.abs((found - wanted) * visible).max() <= 6
        if disposal == 0:
            canvas = shown
        elif disposal == 1:
            canvas = shown.copy()
            canvas.paste((0, 0, 0, 0), (x, y, x + frame.width, y + frame.height))


def test_a_default_image_that_is_no_frame() -> None:
    frames = [drawing(channels=4).pil().rotate(90 * n) for n in range(3)]
    file = io.BytesIO()
    frames[0].save(
        file, "PNG", save_all=True, append_images=frames[1:], default_image=True, duration=50
    )
    value = decode(file.getvalue())
    assert isinstance(value, Animation)
    assert len(value.frames) == 2
    assert np.array_equal(value.frames[0].pixels[:, :, 3], np.array(frames[1])[:, :, 3])


def test_a_single_frame_beside_a_default_image() -> None:
    frames = [drawing(channels=4).pil().rotate(90 * n) for n in range(2)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:], default_image=True)
    value = decode(file.getvalue())
    assert isinstance(value, Picture)
    assert np.array_equal(value.pixels, np.array(frames[1]))


def test_apng_frames_of_16_bits_over_each_other() -> None:
    first = np.full((4, 4, 4), 40000, np.uint16)
    first[:, :, 3] = 65535
    data = encode(Animation((Picture(first), Picture(first // 2)), (50, 50)), "apng")
    value = decode(data)
    assert isinstance(value, Animation)
    assert np.array_equal(value.frames[1].pixels, first // 2)


def test_long_durations_of_apng() -> None:
    frames = (drawing(), drawing().with_pixels(drawing().pixels[::-1]))
    value = decode(encode(Animation(frames, (65535, 90_000)), "apng"))
    assert isinstance(value, Animation)
    assert value.durations == (65535, 90_000)


def test_missing_frames_are_told() -> None:
    frames = (drawing(), drawing().with_pixels(drawing().pixels[::-1]))
    data = encode(Animation(frames, (50, 50)), "apng")
    parts = [(name, body) for name, body in chunks(data)]
    last = max(i for i, (name, _) in enumerate(parts) if name == b"fcTL")
    short = data[:8] + b"".join(chunk(*part) for part in [*parts[:last], (b"IEND", b"")])
    with pytest.raises(BadPicture, match="1 of 2"):
        decode(short)


def png(
    width: int,
    height: int,
    bits: int,
    color: int,
    rows: bytes,
    *,
    packed: bytes = b"",
    **more: bytes,
) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    chunks = [(b"IHDR", header), *((name.encode(), body) for name, body in more.items())]
    for name, body in [*chunks, (b"IDAT", packed or zlib.compress(rows)), (b"IEND", b"")]:
        parts.append(chunk(name, body))
    return b"".join(parts)


def with_chunk(data: bytes, name: bytes, body: bytes) -> bytes:
    """Put a chunk behind the header of a PNG."""
    return data[:33] + chunk(name, body) + data[33:]


def zeros(megabytes: int) -> bytes:
    """Zeros, deflated to a thousandth."""
    stream = zlib.compressobj(9)
    million = bytes(2**20)
    return b"".join([stream.compress(million) for _ in range(megabytes)]) + stream.flush()


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_few_bits_of_gray_and_their_transparent_value(bits: int) -> None:
    width = 16
    values = (np.arange(width) % 2**bits).astype(np.uint8)
    unpacked = (values[:, None] >> np.arange(bits - 1, -1, -1) & 1).reshape(-1)
    row = np.packbits(unpacked.astype(np.uint8)).tobytes()
    data = png(width, 1, bits, 0, b"\0" + row, tRNS=struct.pack(">H", 1))
    found = still(data).pixels
    assert found.shape == (1, width, 4)
    assert np.array_equal(found[0, :, 0], values.astype(int) * 255 // (2**bits - 1))
    assert np.array_equal(found[0, :, 3] == 0, values == 1)


@pytest.mark.parametrize("color", [0, 2])
def test_a_transparent_16_bit_color_is_matched_in_all_bits(color: int) -> None:
    samples = 1 if color == 0 else 3
    pixels = np.full((1, 3, samples), 0x1234, ">u2")
    pixels[0, 1, 0] = 0x1235
    key = struct.pack(f">{samples}H", *[0x1234] * samples)
    found = still(png(3, 1, 16, color, b"\0" + pixels.tobytes(), tRNS=key))
    assert found.depth == 16
    assert found.pixels[0, :, 3].tolist() == [0, 65535, 0]
    assert found.pixels[0, 1, :2].tolist() == [0x1235, 0x1235 if samples == 1 else 0x1234]


def test_16_bit_gray_with_alpha() -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (5, 7, 2)).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    found = still(png(7, 5, 16, 4, rows))
    assert np.array_equal(found.pixels, pixels[:, :, [0, 0, 0, 1]])


def test_pixels_of_a_png_that_end_early_in_a_whole_file() -> None:
    rows = b"\0" + bytes(range(30))
    with pytest.raises(BadPicture, match="too early"):
        decode(png(10, 8, 8, 2, rows * 7))
    assert still(png(10, 8, 8, 2, rows * 8)).size == (10, 8)


@pytest.mark.parametrize(
    ("depth", "color"), [(8, 0), (8, 2), (8, 4), (8, 6), (16, 0), (16, 2), (16, 6)]
)
@pytest.mark.parametrize("value", [0, 1, 255])
def test_a_missing_last_row(depth: int, color: int, value: int) -> None:
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    row = b"\0" + bytes([value]) * (5 * samples * depth // 8)
    with pytest.raises(BadPicture, match="too early"):
        decode(png(5, 4, depth, color, row * 3))
    assert still(png(5, 4, depth, color, row * 4)).size == (5, 4)


def test_last_rows_like_the_marks_that_find_missing_ones() -> None:
    for color, mark in ((0, b"\1"), (2, b"\1\2\3"), (4, b"\1\2"), (6, b"\3\2\1\4")):
        row = b"\0" + mark * 5
        assert still(png(5, 4, 8, color, row * 4)).pixels[3, 4, 0] == mark[0]
        with pytest.raises(BadPicture, match="too early"):
            decode(png(5, 4, 8, color, row * 3))


def test_a_whole_picture_is_inflated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("inflated twice")

    monkeypatch.setattr(png_codec, "_check_inflated", fail)
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 4), np.uint8)
    pixels[-1] = 0
    for channels in (1, 3, 4):
        picture = Picture(np.ascontiguousarray(pixels[:, :, :channels]))
        assert np.array_equal(still(encode(picture, "png")).pixels, picture.pixels)


def test_a_png_of_60000_by_60000() -> None:
    with pytest.raises(BadPicture, match="cannot hold 60000×60000"):
        decode(png(60000, 60000, 8, 2, b"", packed=zeros(50)))


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_bomb_in_a_text(name: bytes) -> None:
    heads = {b"zTXt": b"a\0\0", b"iTXt": b"a\0\1\0\0\0", b"iCCP": b"a\0\0"}
    with pytest.raises(BadPicture, match="hidden in the PNG"):
        decode(with_chunk(encode(drawing(), "png"), name, heads[name] + zeros(40)))


def test_many_texts_that_are_a_bomb_together() -> None:
    data = encode(drawing(), "png")
    text = b"a\0\0" + zeros(3)
    for _ in range(10):
        data = with_chunk(data, b"zTXt", text)
    with pytest.raises(BadPicture, match="hidden in the PNG"):
        decode(data)


def test_surplus_pixels_of_a_png_are_not_inflated() -> None:
    found = still(png(2, 2, 8, 0, b"", packed=zeros(60)))
    assert found.pixels.max() == 0
