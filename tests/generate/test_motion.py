"""Heads that turn and talk."""

from __future__ import annotations

import numpy as np
import pytest

from nijigen.core.errors import InputError
from nijigen.generate import talking, turntable


def test_turntable_loops() -> None:
    moving = turntable(3, frames=8, size=48, given={"background": "plain"})
    assert len(moving.frames) == 8
    steps = [
        np.abs(a.pixels.astype(int) - b.pixels).mean()
        for a, b in zip(moving.frames, (*moving.frames[1:], moving.frames[0]), strict=True)
    ]
    # The last step, back to the start, is no leap.
    assert 0 < steps[-1] < 2 * max(steps[:-1])


def test_turntable_has_limits() -> None:
    with pytest.raises(InputError, match="90 degrees"):
        turntable(3, reach=90)


def test_talking_moves_the_mouth_alone() -> None:
    said = talking("Mario", 8, size=96, given={"background": "plain"})
    # m, a, i, o; then it rests, blinks, rests.
    assert len(said.frames) == 7
    closed, a = said.frames[0].pixels, said.frames[1].pixels
    rows, _ = np.nonzero((closed != a).any(axis=2))
    assert 0 < len(rows) < 0.05 * 96 * 96
    assert np.array_equal(said.frames[-1].pixels, said.frames[-3].pixels)
    assert not np.array_equal(said.frames[-1].pixels, said.frames[-2].pixels)


def test_kana_are_read() -> None:
    first, second = talking("か", 8, size=32), talking("a", 8, size=32)
    assert np.array_equal(first.frames[0].pixels, second.frames[0].pixels)


def test_nothing_to_say() -> None:
    with pytest.raises(InputError, match="nothing to say"):
        talking("...", 8)
