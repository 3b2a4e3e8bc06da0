"""Datamosh: motion vectors, what they drag, key frames, repeats, two clips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen import Animation, Clip, Picture
from nijigen.core.clip import Frame, Sound
from nijigen.core.run import Run
from nijigen.effects.datamosh import datamosh
from nijigen.imaging.clips.motion import Estimator

WIDTH, HEIGHT = 128, 64
STEP = 4


def texture(seed: int, width: int = WIDTH) -> NDArray[np.uint8]:
    """Patches of 4×4 pixels in random colors."""
    random = np.random.default_rng(seed)
    patches = random.integers(0, 255, (HEIGHT // 4, width // 4, 3), np.uint8)
    return patches.repeat(4, axis=0).repeat(4, axis=1)


def pan(seed: int, count: int = 8) -> list[Picture]:
    """A shot whose picture moves to the left by STEP pixels a frame."""
    wide = texture(seed, WIDTH + count * STEP)
    return [Picture(wide[:, n * STEP : n * STEP + WIDTH]) for n in range(count)]


def clip(pictures: list[Picture], **about: Any) -> Clip:
    def source(skip: int) -> Iterator[Frame]:
        for index in range(skip, len(pictures)):
            yield Frame(pictures[index], Fraction(index, 24), Fraction(1, 24))

    known = {"count": len(pictures), "alpha": pictures[0].channels == 4, **about}
    return Clip(source, pictures[0].size, **known)


def pixels(made: Clip, skip: int = 0) -> list[NDArray[Any]]:
    return [frame.picture.pixels for frame in made.frames(skip)]


def mosh(*inputs: Any, **settings: Any) -> Any:
    """Datamosh with blocks of 16 pixels, which are macroblocks as they are."""
    return datamosh(*inputs, **{"block_size": 12.5, **settings})


def test_vectors_are_those_of_the_motion() -> None:
    estimator = Estimator(8, 4)
    first, second, other = (estimator(p.pixels) for p in [*pan(1, 2), *pan(2, 1)])
    assert first is None
    assert second is not None
    assert np.median(second.vectors[:, :, 0]) == pytest.approx(STEP / 16)
    assert np.median(second.vectors[:, :, 1]) == 0
    assert second.moves
    assert not second.cut
    assert other is not None
    assert other.cut


def test_a_new_shot_drags_the_old_pixels() -> None:
    old, new = pan(1), pan(2)
    made = pixels(mosh(clip(old + new), residual=0))
    for frame, picture in zip(made[:8], old, strict=True):
        assert np.array_equal(frame, picture.pixels)
    assert np.array_equal(made[8], made[7])
    # Away from the edge, where pixels are repeated, the picture is moved on.
    moved = made[7][:, 3 * STEP : 80 + 3 * STEP]
    assert (made[11][:, :80] == moved).all(axis=2).mean() > 0.9


def test_the_residual_brings_the_new_picture() -> None:
    shots = clip(pan(1) + pan(2))
    last = pan(2)[-1].pixels.astype(int)

    def distance(residual: float) -> float:
        shown = pixels(mosh(shots, residual=residual))[-1]
        return float(np.abs(shown - last)[:, -24:].mean())

    assert distance(1) < 0.7 * distance(0)


def test_a_key_frame_restores_the_picture() -> None:
    new = pan(2, 12)
    made = pixels(mosh(clip(pan(1) + new), residual=0, keyframe_interval=5))
    restored = [np.array_equal(one, p.pixels) for one, p in zip(made[8:], new, strict=True)]
    assert restored == [False] * 5 + [True] * 7


def test_without_a_cut_nothing_is_dragged() -> None:
    shot = pan(3)
    for one, picture in zip(pixels(mosh(clip(shot))), shot, strict=True):
        assert np.array_equal(one, picture.pixels)


def test_bloom_goes_on_where_the_clip_stops() -> None:
    stops = pan(1, 6) + [pan(1, 6)[-1]] * 14
    shown = pixels(mosh(clip(stops), mode="bloom", keyframe_interval=9, repeats=20))
    assert np.array_equal(shown[9], stops[9].pixels)
    assert not np.array_equal(shown[8], stops[8].pixels)
    again = pixels(mosh(clip(stops), mode="bloom", keyframe_interval=9, repeats=20))
    assert all(map(np.array_equal, shown, again))


def test_the_seed_determines_when_it_blooms() -> None:
    shot = clip(pan(1, 10))

    def blooms(seed: int) -> bytes:
        made = mosh(shot, mode="bloom", repeats=3, strength=3, seed=seed)
        return b"".join(one.tobytes() for one in pixels(made))

    assert blooms(1) == blooms(1)
    assert len({blooms(seed) for seed in range(4)}) > 1


def test_a_picture_gets_the_motion_and_the_length_of_a_clip() -> None:
    picture = Picture(texture(5))
    made = mosh(picture, Animation(tuple(pan(1, 4)), (40,) * 4))
    assert isinstance(made, Animation)
    assert made.durations == (40,) * 4
    assert np.array_equal(made.frames[0].pixels, picture.pixels)
    moved = picture.pixels[:, 2 * STEP : 80 + 2 * STEP]
    assert (made.frames[2].pixels[:, :80] == moved).all(axis=2).mean() > 0.9


def test_motion_is_repeated_and_fitted_and_sound_stays() -> None:
    sound = Sound(Path("voice.mp4"), ("aac",))
    small = clip([Picture(np.ascontiguousarray(p.pixels[::2, ::2])) for p in pan(1, 3)])
    made = mosh(clip(pan(5, 7), sound=sound), small)
    assert made.sound is sound
    frames = list(made.frames())
    assert [frame.start for frame in frames] == [Fraction(n, 24) for n in range(7)]
    assert {frame.picture.size for frame in frames} == {(WIDTH, HEIGHT)}
    assert np.array_equal(pixels(made, skip=4)[0], frames[4].picture.pixels)


def test_transparency_moves_with_the_pixels() -> None:
    image = np.dstack([texture(5), np.zeros((HEIGHT, WIDTH), np.uint8)])
    image[16:48, 64:96, 3] = 255
    made = mosh(clip([Picture(image)]), clip(pan(1, 5)))
    last = list(made.frames())[-1].picture.pixels
    inside = last[20:44, 68 - 4 * STEP : 92 - 4 * STEP]
    assert (inside[:, :, 3] == 255).mean() > 0.9
    assert not last[:8, :, 3].any()


def test_frames_are_read_when_they_are_needed() -> None:
    read = []

    def source(skip: int) -> Iterator[Frame]:
        for index in range(skip, 10_000):
            read.append(index)
            yield Frame(pan(1, 1)[0], Fraction(index, 24), Fraction(1, 24))

    made = mosh(replace(clip(pan(1, 2)), source=source, count=10_000))
    assert len(list(islice(made.frames(), 3))) == 3
    assert len(read) == 3


@pytest.mark.parametrize("motion", [None, Picture(texture(2))])
def test_a_single_picture_has_no_motion(motion: Picture | None) -> None:
    run = Run()
    picture = Picture(texture(1))
    made = mosh(picture, motion, run=run)
    assert np.array_equal(made.pixels, picture.pixels)
    assert ["no motion" in note.text for note in run.notes] == [True]


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (33, 2)])
@pytest.mark.parametrize("channels", [1, 4])
def test_any_size(size: tuple[int, int], channels: int) -> None:
    random = np.random.default_rng(1)
    shape = (*size[::-1], channels)
    shot = [Picture(random.integers(0, 255, shape, np.uint8)) for _ in range(3)]
    made = mosh(clip(shot), mode="bloom", block_size=1)
    assert [frame.picture.size for frame in made.frames()] == [size] * 3
