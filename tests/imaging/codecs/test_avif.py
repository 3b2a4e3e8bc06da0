"""The loop count of AVIF, which Pillow neither reads nor writes."""

from __future__ import annotations

import io

import numpy as np
import pytest

from nijigen import Animation
from nijigen.imaging.codecs.avif import boxes
from nijigen.imaging.files import decode, encode
from pictures import animation


def test_libavif_writes_for_ever() -> None:
    frames = [frame.pil() for frame in animation(3).frames]
    file = io.BytesIO()
    frames[0].save(file, "AVIF", save_all=True, append_images=frames[1:], duration=50)
    value = decode(file.getvalue())
    assert isinstance(value, Animation)
    assert value.loop == 0


@pytest.mark.parametrize("channels", [3, 4])
def test_a_changed_loop_count_leaves_the_frames(channels: int) -> None:
    moving = animation(3, channels)
    ever = encode(moving, "avif")
    thrice = encode(Animation(moving.frames, moving.durations, 3), "avif")
    assert len(ever) == len(thrice)
    one, other = decode(ever), decode(thrice)
    assert isinstance(one, Animation)
    assert isinstance(other, Animation)
    assert (one.loop, other.loop) == (0, 3)
    for a, b in zip(one.frames, other.frames, strict=True):
        assert np.array_equal(a.pixels, b.pixels)
    # The alpha track has headers of its own.
    tracks = [name for name, _, _ in boxes(thrice, 0, len(thrice)) if name == b"tkhd"]
    assert len(tracks) == (2 if channels == 4 else 1)


def test_durations_are_exact() -> None:
    moving = Animation(animation(4).frames, (17, 333, 1, 60_000))
    value = decode(encode(moving, "avif"))
    assert isinstance(value, Animation)
    assert value.durations == (17, 333, 1, 60_000)
