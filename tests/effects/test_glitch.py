"""Glitches: what each kind does, stacks, seeds, loops."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest

from clips import moving
from nijigen import Animation, Clip, Picture
from nijigen.core.errors import SettingsError
from nijigen.effects._glitch.options import Kind
from nijigen.effects.glitch import glitch
from pictures import drawing

KINDS = get_args(Kind)


def still(picture: Picture, stack: str | Sequence[str] = "", **settings: Any) -> Picture:
    made = glitch(picture, stack=stack, **settings)  # type: ignore[arg-type]
    assert isinstance(made, Picture)
    return made


def ramp(channels: int = 3) -> Picture:
    """A shuffled ramp of grays in every row."""
    row = np.random.default_rng(3).permutation(256).astype(np.uint8)
    return Picture(np.tile(row[None, :, None], (6, 1, channels)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_kind_changes_a_picture_and_keeps_its_size(kind: str, channels: int) -> None:
    picture = drawing(96, 80, channels=channels)
    made = still(picture, kind, strength=2, errors=60, segments=5)
    assert made.size == picture.size
    assert (made.channels == 4) == (channels == 4)
    assert not np.array_equal(made.rgb().pixels, picture.rgb().pixels)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (17, 9)])
def test_any_size(kind: str, size: tuple[int, int]) -> None:
    assert still(drawing(*size, channels=4), kind, strength=3, errors=500).size == size


def test_an_empty_stack_changes_nothing() -> None:
    picture = drawing()
    assert np.array_equal(still(picture).pixels, picture.pixels)


def test_the_order_matters_and_the_seed_decides() -> None:
    picture = drawing(96, 80)
    one = still(picture, "slices kaleidoscope").pixels
    assert not np.array_equal(one, still(picture, "kaleidoscope, slices").pixels)
    assert np.array_equal(one, still(picture, ("slices", "kaleidoscope")).pixels)
    assert not np.array_equal(one, still(picture, "slices kaleidoscope", seed=2).pixels)


def test_a_kind_twice_is_not_the_same_twice() -> None:
    picture = drawing(96, 80)
    once = still(picture, "slices")
    assert not np.array_equal(still(once, "slices").pixels, still(picture, "slices slices").pixels)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(SettingsError, match="'tracking'"):
        still(drawing(), "slices tracking")


def test_pixels_are_sorted_in_their_intervals() -> None:
    made = still(ramp(), "pixel_sort", sort_low=0, sort_high=100, strength=3).pixels[:, :, 0]
    falls = (np.diff(made.astype(int), axis=1) < 0).sum(axis=1)
    # An interval is as long as the row; it may start anywhere.
    assert falls.max() <= 1
    assert np.array_equal(np.sort(made[0]), np.arange(256))


@pytest.mark.parametrize(
    ("direction", "axis", "sign"), [("left", 1, -1), ("down", 0, 1), ("up", 0, -1)]
)
def test_directions_of_sorting(direction: str, axis: int, sign: int) -> None:
    picture = ramp() if axis else Picture(np.ascontiguousarray(ramp().pixels.transpose(1, 0, 2)))
    made = still(
        picture, "pixel_sort", sort_direction=direction, sort_low=0, sort_high=100, strength=3
    )
    steps = sign * np.diff(made.pixels[:, :, 0].astype(int), axis=axis)
    assert (steps < 0).sum(axis=axis).max() <= 1


def test_what_is_dark_or_transparent_or_masked_is_not_sorted() -> None:
    picture = ramp(4)
    pixels = picture.pixels.copy()
    pixels[:, :, 3] = 255
    pixels[:, 100:140, 3] = 0
    mask = np.full((6, 256), 255, np.uint8)
    mask[:, 200:] = 0
    clear = Picture(pixels)
    made = glitch(clear, Picture(mask), stack=("pixel_sort",), sort_low=20, sort_high=100).pixels
    assert np.array_equal(made[:, 200:], pixels[:, 200:])
    assert np.array_equal(made[:, :, 3], pixels[:, :, 3])
    dark = pixels[0, :200, 0] < 51
    dark[100:140] = False
    assert np.array_equal(made[0, :200][dark], pixels[0, :200][dark])
    assert not np.array_equal(made[:, :100], pixels[:, :100])


def test_mirror_and_kaleidoscope_are_symmetrical() -> None:
    made = still(drawing(64, 48), "mirror", mirror="both").pixels.astype(int)
    assert np.array_equal(made, made[:, ::-1])
    assert np.array_equal(made, made[::-1])
    turned = still(drawing(65, 65), "kaleidoscope", segments=4).pixels.astype(int)
    assert np.abs(turned - np.rot90(turned))[4:-4, 4:-4].mean() < 1.5


def test_duotone_ends_in_its_two_colors() -> None:
    picture = Picture(np.uint8([[[0, 0, 0], [255, 255, 255]]]))
    made = still(picture, "duotone", dark="#102030", light="#f0e0d0").pixels[0]
    assert made.tolist() == [[16, 32, 48], [240, 224, 208]]


def test_shifted_alpha_covers_all_three_colors() -> None:
    pixels = np.zeros((20, 100, 4), np.uint8)
    pixels[5:15, 40:60] = 255
    made = still(Picture(pixels), "rgb_shift", shift=10).pixels
    columns = np.flatnonzero(made[10, :, 3])
    assert (columns[0], columns[-1]) == (30, 69)
    assert made[10, 69].tolist() == [255, 255, 255, 255]


def test_without_colors_gray_stays_gray() -> None:
    gray = drawing(channels=1)
    assert still(gray, "slices wobble pixel_sort scan_lines").channels == 1
    assert still(gray, "vhs").channels == 3


def test_a_loop_of_a_still_leads_back_to_its_start() -> None:
    made = glitch(drawing(96, 80), stack=("wobble", "bad_tv", "kaleidoscope"), loop=2, fps=24)
    assert isinstance(made, Animation)
    assert len(made.frames) == 48
    assert sum(map(Fraction, made.durations)) == 2000
    frames = [frame.pixels.astype(int) for frame in made.frames]
    steps = [
        np.abs(one - other).mean()
        for one, other in zip(frames, [*frames[1:], frames[0]], strict=True)
    ]
    assert min(steps) > 0
    # The way back to the start is a step as any other.
    assert steps[-1] < 1.5 * max(steps[:-1])


def test_clips_keep_their_times_and_can_start_anywhere() -> None:
    clip = moving(10, Fraction(12))
    made = glitch(clip, stack=("slices", "vhs"))
    assert isinstance(made, Clip)
    whole = list(made.frames())
    before = [(frame.start, frame.duration) for frame in clip.frames()]
    assert [(frame.start, frame.duration) for frame in whole] == before
    for one, other in zip(made.frames(6), whole[6:], strict=True):
        assert np.array_equal(one.picture.pixels, other.picture.pixels)


def test_what_jumps_in_a_clip_jumps_with_the_beat() -> None:
    made = list(glitch(moving(24, Fraction(24), hold=24), stack=("slices",)).frames())
    pictures = [frame.picture.pixels.tobytes() for frame in made]
    assert len(set(pictures)) == 8
    assert pictures[0] == pictures[2] != pictures[3]
