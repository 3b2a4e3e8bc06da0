"""Held drawings: noise goes, movement and fades stay."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from clips import moving
from nijigen import Animation, Clip, Frame, Picture
from nijigen.effects.hold import hold


def noisy(clip: Clip, strength: float = 2.0) -> Clip:
    """Every frame with noise of its own, as compression leaves it."""

    def source(skip: int) -> Iterator[Frame]:
        for index, frame in enumerate(clip.frames(skip), skip):
            noise = np.random.default_rng(index).normal(0, strength, frame.picture.pixels.shape)
            pixels = (frame.picture.pixels + noise + 0.5).clip(0, 255).astype(np.uint8)
            yield replace(frame, picture=Picture(pixels))

    return replace(clip, source=source)


def distinct(clip: Clip) -> int:
    return len({frame.picture.pixels.tobytes() for frame in clip.frames()})


def test_frames_of_a_drawing_become_one() -> None:
    clip = moving(24, hold=3)
    assert distinct(noisy(clip)) == 24
    made = hold(noisy(clip))
    assert distinct(made) == 8
    assert made.count == 24
    for frame, before in zip(made.frames(), clip.frames(), strict=True):
        assert (frame.start, frame.duration) == (before.start, before.duration)


def test_the_mean_is_nearer_to_the_drawing() -> None:
    clip = moving(24, hold=6)

    def error(made: Clip) -> float:
        pairs = zip(made.frames(), clip.frames(), strict=True)
        return float(
            np.mean([np.abs(a.picture.pixels.astype(float) - b.picture.pixels) for a, b in pairs])
        )

    assert error(hold(noisy(clip))) < 0.6 * error(hold(noisy(clip), show="first"))
    assert error(hold(noisy(clip), show="first")) == pytest.approx(error(noisy(clip)), rel=0.2)


def test_merged_frames_are_shown_as_long() -> None:
    clip = noisy(moving(25, Fraction(24000, 1001), hold=2))
    frames = list(hold(clip, frames="merge").frames())
    assert len(frames) == 13
    assert frames[0].duration == Fraction(2 * 1001, 24000)
    assert frames[-1].end == 25 * Fraction(1001, 24000)
    for before, after in itertools.pairwise(frames):
        assert before.end == after.start


def test_a_small_movement_stays() -> None:
    still = np.full((40, 60, 3), 200, np.uint8)
    blink = still.copy()
    blink[20:24, 30:36] = 60
    pictures = (Picture(still), Picture(blink), Picture(still))
    made = hold(Animation(pictures, (40, 40, 40)))
    assert all(
        np.array_equal(a.pixels, b.pixels) for a, b in zip(made.frames, pictures, strict=True)
    )


def test_a_slow_fade_does_not_stop() -> None:
    levels = np.linspace(200, 100, 101).round().astype(int)
    frames = tuple(Picture(np.full((40, 60, 3), level, np.uint8)) for level in levels)
    made = hold(Animation(frames, (40,) * 101))
    off = [
        abs(int(a.pixels[0, 0, 0]) - level) for a, level in zip(made.frames, levels, strict=True)
    ]
    assert max(off) <= 3


def test_tolerance_0_merges_only_what_is_the_same() -> None:
    clip = noisy(moving(12))
    assert distinct(hold(clip, tolerance=0)) == 12
    assert len(list(hold(moving(12), tolerance=0, frames="merge").frames())) == 6


@pytest.mark.parametrize("frames", ["keep", "merge"])
def test_any_frame_can_be_the_first(frames: str) -> None:
    made = hold(noisy(moving(20, hold=3)), frames=frames)  # type: ignore[arg-type]
    whole = list(made.frames())
    for skip in (1, 2, 3, 5, len(whole)):
        rest = list(made.frames(skip))
        assert len(rest) == len(whole) - skip
        for one, other in zip(rest, whole[skip:], strict=True):
            assert one.start == other.start
            assert np.array_equal(one.picture.pixels, other.picture.pixels)


def test_alpha_and_16_bits() -> None:
    clip = moving(6, channels=4)
    made = hold(clip, frames="merge")
    assert made.alpha
    assert next(made.frames()).picture.channels == 4
    wide = [Picture(np.full((9, 9, 3), level, np.uint16)) for level in (1000, 1100, 60000)]
    held = hold(Animation(tuple(wide), (40, 40, 40)))
    assert [int(frame.pixels[0, 0, 0]) for frame in held.frames] == [1050, 1050, 60000]
