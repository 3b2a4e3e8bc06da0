"""Operations over clips: frame by frame, or with the whole clip in hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from clips import moving
from nijigen import Animation, Clip, Frame, Picture, Run
from nijigen.core._lifting import REMEMBERED
from nijigen.core.errors import Cancelled, InputError
from nijigen.core.operation import Operation
from pictures import animation, drawing


class Negative:
    """Counts how often it works."""

    def __init__(self) -> None:
        self.worked = 0
        counting = self

        def negative(picture: Picture, *, run: Run) -> Picture:
            counting.worked += 1
            run.progress(1)
            return picture.with_pixels(255 - picture.pixels)

        negative.__module__ = "nijigen.effects.negative"
        negative.__annotations__ = {"picture": Picture, "run": Run, "return": Picture}
        self.operation: Operation[Any, Any] = Operation(negative, alpha="carry", version=3, depth=8)


def slower(clip: Clip) -> Clip:
    def source(skip: int) -> Iterator[Frame]:
        for frame in clip.frames(skip):
            yield replace(frame, start=2 * frame.start, duration=2 * frame.duration)

    return replace(clip, source=source, duration=clip.duration and 2 * clip.duration)


slower.__module__ = "nijigen.effects.slower"
slower.__annotations__ = {"clip": Clip, "return": Clip}


@pytest.fixture
def doubled() -> Operation[Any, Any]:
    return Operation(slower, alpha="own", version=1, depth=16)


def test_frames_are_worked_on_when_they_are_asked_for() -> None:
    negative = Negative()
    made = negative.operation(moving(20))
    assert isinstance(made, Clip)
    assert negative.worked == 1
    frames = made.frames()
    next(frames)
    next(frames)
    next(frames)
    assert negative.worked == 2
    assert (made.size, made.count, made.duration) == ((48, 40), 20, Fraction(20, 24))


def test_a_held_frame_is_worked_on_once() -> None:
    negative = Negative()
    for frame, before in zip(
        negative.operation(moving(20)).frames(), moving(20).frames(), strict=True
    ):
        assert np.array_equal(frame.picture.pixels, 255 - before.picture.pixels)
        assert (frame.start, frame.duration) == (before.start, before.duration)
    assert negative.worked == 10


def test_a_cycle_is_worked_on_once_and_memory_is_bounded() -> None:
    def source(skip: int) -> Iterator[Frame]:
        for n in range(skip, 100):
            step = n % REMEMBERED if n < 50 else n
            picture = drawing().with_pixels(np.roll(drawing().pixels, step, axis=1))
            yield Frame(picture, Fraction(n), Fraction(1))

    negative = Negative()
    list(negative.operation(Clip(source, (48, 40))).frames())
    assert negative.worked == REMEMBERED + 50 - 2  # 48 and 49 columns are 0 and 1 again


def test_frames_that_are_skipped_are_not_worked_on() -> None:
    negative = Negative()
    made = negative.operation(moving(20))
    last = list(made.frames(18))
    assert [frame.start for frame in last] == [Fraction(18, 24), Fraction(19, 24)]
    assert negative.worked == 2


def test_history_and_alpha() -> None:
    negative = Negative()
    made = negative.operation(moving(4, channels=4))
    assert [step.operation for step in made.info.history.steps] == ["effects.negative"]
    assert made.alpha
    before = next(moving(4, channels=4).frames()).picture
    assert np.array_equal(next(made.frames()).picture.pixels[:, :, 3], before.pixels[:, :, 3])


def test_cancelling_goes_through_the_frames() -> None:
    shares: list[float] = []
    run = Run(shares.append)
    made = Negative().operation.apply({"picture": moving(10)}, {}, run)
    frames = made.frames()
    next(frames)
    run.cancel()
    with pytest.raises(Cancelled):
        list(frames)
    # Who writes the frames reports how far it is.
    assert shares == []


def test_results_of_different_sizes_are_refused() -> None:
    def cut(picture: Picture) -> Picture:
        width = 9 if picture.pixels[0, 0, 0] < 200 else 8
        return picture.with_pixels(picture.pixels[:, :width])

    cut.__module__ = "nijigen.effects.cut"
    cut.__annotations__ = {"picture": Picture, "return": Picture}
    operation: Operation[Any, Any] = Operation(cut, alpha="own", version=1, depth=16)
    with pytest.raises(InputError, match="the first") as caught:
        list(operation(moving(40, hold=1)).frames())
    assert "9×40" in str(caught.value) or "8×40" in str(caught.value)


def test_results_that_are_no_pictures_are_a_tuple() -> None:
    def mean(picture: Picture) -> float:
        return float(picture.pixels.mean())

    mean.__module__ = "nijigen.effects.mean"
    mean.__annotations__ = {"picture": Picture, "return": float}
    operation: Operation[Any, Any] = Operation(mean, alpha="own", version=1, depth=16)
    assert len(operation(moving(7))) == 7


def test_an_operation_on_a_clip(doubled: Operation[Any, Any]) -> None:
    assert doubled.ports[0].kind == "clip"
    assert doubled.source_port is doubled.ports[0]
    made = doubled(moving(10))
    assert isinstance(made, Clip)
    assert [frame.start for frame in made.frames()] == [Fraction(n, 12) for n in range(10)]
    assert made.info.history.steps[0].operation == "effects.slower"


def test_an_operation_on_a_clip_takes_what_is_in_memory(doubled: Operation[Any, Any]) -> None:
    made = doubled(animation())
    assert isinstance(made, Animation)
    assert made.durations == tuple(2 * duration for duration in animation().durations)
    assert made.info.history.steps[0].operation == "effects.slower"
    still = doubled(drawing())
    assert isinstance(still, Picture)
    assert np.array_equal(still.pixels, drawing().pixels)
    assert still.info.history.steps[0].operation == "effects.slower"


def test_animation_and_clip_agree() -> None:
    negative = Negative()
    moved = animation(5)
    one = negative.operation(moved)
    other = negative.operation(Clip.from_animation(moved)).animation()
    assert one.durations == other.durations
    for a, b in zip(one.frames, other.frames, strict=True):
        assert np.array_equal(a.pixels, b.pixels)
