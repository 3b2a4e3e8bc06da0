"""GIF: disposal, transparency, loops and palettes."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from nijigen import Animation, Picture
from nijigen.core.errors import BadPicture
from nijigen.imaging.codecs.gif import scan
from nijigen.imaging.files import decode, encode
from nijigen.imaging.losses import TOO_FAST_FOR_GIF, losses
from pictures import drawing

CLEAR, RED, GREEN = (0, 0, 0, 0), (255, 0, 0, 255), (0, 255, 0, 255)


def ball(x: int, color: tuple[int, ...] = RED) -> Picture:
    pixels = np.zeros((12, 30, 4), np.uint8)
    pixels[3:9, x : x + 6] = color
    return Picture(pixels)


def played(data: bytes) -> list[np.ndarray]:
    value = decode(data)
    assert isinstance(value, Animation)
    return [frame.pixels for frame in value.frames]


def by_pillow(data: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(data)) as image:
        shown = []
        for index in range(image.n_frames):
            image.seek(index)
            shown.append(np.array(image.convert("RGBA")))
    return shown


def test_moving_on_nothing_leaves_no_trail() -> None:
    balls = [ball(x) for x in (0, 4, 8, 20, 20, 3)]
    data = encode(Animation(tuple(balls), (50,) * 6), "gif")
    for shown in (played(data), by_pillow(data)):
        assert len(shown) == 6
        for frame, wanted in zip(shown, balls, strict=True):
            assert np.array_equal(frame[:, :, 3], wanted.pixels[:, :, 3])
            assert np.array_equal(
                frame[frame[:, :, 3] > 0], wanted.pixels[wanted.pixels[..., 3] > 0]
            )


def test_only_what_changes_is_drawn() -> None:
    pixels = drawing(200, 150).pixels
    other = pixels.copy()
    other[40:50, 60:80] = 0
    data = encode(Animation((Picture(pixels), Picture(other)), (50, 50)), "gif")
    second = scan(data).frames[1]
    assert (second.x, second.y, second.width, second.height) == (60, 40, 20, 10)
    shown = played(data)
    still = np.ones((150, 200), bool)
    still[40:50, 60:80] = False
    assert np.array_equal(shown[0][still], shown[1][still])


def gif(*frames: tuple[int, int, int, int | None], loop: int | None = None) -> bytes:
    """Build a GIF of 4×1 by hand: each frame is x, color, disposal, transparent index."""
    parts = [b"GIF89a" + struct.pack("<HHBBB", 4, 1, 0xF0, 0, 0), bytes([*RED[:3], *GREEN[:3]])]
    if loop is not None:
        parts.append(b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", loop) + b"\0")
    for x, color, disposal, transparent in frames:
        flags = disposal << 2 | (transparent is not None)
        parts.append(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, flags, 7, transparent or 0, 0))
        # LZW of two pixels: clear, color, color, end, in codes of 3 bits and at last 4.
        codes = 4 | color << 3 | color << 6 | 5 << 9
        parts.append(struct.pack("<BHHHHBB", 0x2C, x, 0, 2, 1, 0, 2))
        parts.append(b"\x02" + struct.pack("<H", codes) + b"\0")
    return b"".join([*parts, b";"])


def row(*pixels: tuple[int, ...]) -> list[list[int]]:
    return [list(pixel) for pixel in pixels]


def test_disposal_keep() -> None:
    first, second = played(gif((0, 0, 1, None), (2, 1, 0, None)))
    assert first[0].tolist() == row(RED, RED, CLEAR, CLEAR)
    assert second[0].tolist() == [list(p) for p in (RED, RED, GREEN, GREEN)]


def test_disposal_clear() -> None:
    _, second = played(gif((0, 0, 2, None), (2, 1, 0, None)))
    assert second[0].tolist() == row(CLEAR, CLEAR, GREEN, GREEN)


def test_disposal_restore() -> None:
    shown = played(gif((0, 0, 1, None), (1, 1, 3, None), (3, 1, 0, None)))
    assert shown[1][0].tolist() == row(RED, GREEN, GREEN, CLEAR)
    assert shown[2][0].tolist() == row(RED, RED, CLEAR, GREEN)


def test_a_frame_that_reaches_over_the_edge_is_cut() -> None:
    shown = played(gif((0, 0, 1, None), (3, 1, 0, None)))
    assert shown[1].shape == (1, 4, 4)


def test_a_transparent_index() -> None:
    shown = played(gif((0, 0, 1, None), (0, 1, 1, 1), (2, 1, 1, None)))
    assert np.array_equal(shown[0], shown[1])


@pytest.mark.parametrize(("stored", "plays"), [(None, 1), (0, 0), (1, 2), (9, 10)])
def test_loops(stored: int | None, plays: int) -> None:
    value = decode(gif((0, 0, 1, None), (2, 1, 0, None), loop=stored))
    assert isinstance(value, Animation)
    assert value.loop == plays
    assert scan(encode(value, "gif")).repeats == stored


def test_delays_keep_their_sum() -> None:
    frames = tuple(ball(n) for n in range(20))
    value = decode(encode(Animation(frames, (33,) * 20), "gif"))
    assert isinstance(value, Animation)
    assert set(value.durations) == {30, 40}
    assert abs(sum(value.durations) - 660) <= 5


def test_a_missing_trailer_is_no_damage() -> None:
    data = gif((0, 0, 1, None), (2, 1, 0, None))
    assert len(played(data[:-1])) == 2
    with pytest.raises(BadPicture, match="cut off"):
        decode(data[:-2])
    # A control block without its image: the next frame is missing.
    with pytest.raises(BadPicture, match="cut off"):
        decode(data[:-1] + b"!\xf9\x04\x04\x07\0\0\0")


def test_too_many_frames_a_second_are_dropped_and_the_time_is_kept() -> None:
    frames = tuple(ball(n % 20) for n in range(100))
    moving = Animation(frames, (Fraction(25, 3),) * 100)
    value = decode(encode(moving, "gif"))
    assert isinstance(value, Animation)
    assert abs(sum(value.durations) - 100 * 25 / 3) <= 10
    assert min(value.durations) == 20
    assert TOO_FAST_FOR_GIF in losses(moving, "gif")
    assert not losses(Animation(frames[:3], (20, 20, 20)), "gif")


def test_browsers_take_a_hundredth_for_a_tenth() -> None:
    data = gif((0, 0, 1, None), (2, 1, 0, None))
    for hundredths, wanted in ((0, 100), (1, 100), (2, 20)):
        changed = data.replace(b"!\xf9\x04\x04\x07\0", b"!\xf9\x04\x04" + bytes([hundredths, 0]))
        value = decode(changed)
        assert isinstance(value, Animation)
        assert value.durations == (wanted, 70)


def test_alpha_has_its_threshold_at_the_half() -> None:
    pixels = np.full((1, 4, 4), 200, np.uint8)
    pixels[0, :, 3] = (0, 127, 128, 255)
    value = decode(encode(Picture(pixels), "gif"))
    assert isinstance(value, Picture)
    assert value.pixels[0, :, 3].tolist() == [0, 0, 255, 255]


def test_gray_with_transparency_loses_one_level_at_most() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None, :, None].repeat(4, axis=2)
    ramp[:, :, 3] = 255
    clear = np.zeros((1, 1, 4), np.uint8)
    value = decode(encode(Picture(np.concatenate([ramp, clear], axis=1)), "gif"))
    assert isinstance(value, Picture)
    assert np.abs(value.pixels[0, :256].astype(int) - ramp[0]).max() <= 3


def test_an_interlaced_gif() -> None:
    image = drawing(33, 29).pil().quantize(32)
    file = io.BytesIO()
    image.save(file, "GIF", interlace=1)
    value = decode(file.getvalue())
    assert isinstance(value, Picture)
    assert scan(file.getvalue()).frames[0].interlaced
    assert np.array_equal(value.pixels, np.array(image.convert("RGB")))
