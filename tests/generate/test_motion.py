"""Heads that turn and talk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, get
from nijigen.cli.main import main
from nijigen.core.errors import SettingsError, UnsupportedFormat

draw = get("generate.character")
PLAIN = {"background": "plain", "width": 64, "height": 64}


def test_turntable_loops() -> None:
    moving = draw(seed=3, show="turntable", frames=8, **PLAIN)
    assert isinstance(moving, Animation)
    assert len(moving.frames) == 8
    steps = [
        np.abs(a.pixels.astype(int) - b.pixels).mean()
        for a, b in zip(moving.frames, (*moving.frames[1:], moving.frames[0]), strict=True)
    ]
    # The last step, back to the start, is no leap.
    assert 0 < steps[-1] < 2 * max(steps[:-1])


def test_a_varied_pose_does_not_stop_the_turn() -> None:
    turned = draw(seed=3, show="turntable", frames=4, vary="identity", yaw=20.0, **PLAIN)
    assert not np.array_equal(turned.frames[1].pixels, turned.frames[3].pixels)
    straight = draw(seed=3, show="turntable", frames=4, **PLAIN)
    assert not np.array_equal(turned.frames[0].pixels, straight.frames[0].pixels)


def test_talking_moves_the_mouth_alone() -> None:
    said = draw(seed=8, show="talking", text="Mario", **PLAIN | {"width": 96, "height": 96})
    # m, a, i, o; then it rests, blinks, rests.
    assert len(said.frames) == 7
    closed, a = said.frames[0].pixels, said.frames[1].pixels
    rows, _ = np.nonzero((closed != a).any(axis=2))
    assert 0 < len(rows) < 0.05 * 96 * 96
    assert np.array_equal(said.frames[-1].pixels, said.frames[-3].pixels)
    assert not np.array_equal(said.frames[-1].pixels, said.frames[-2].pixels)


def test_kana_are_read() -> None:
    first, second = (draw(seed=8, show="talking", text=text, **PLAIN) for text in ("か", "a"))
    assert np.array_equal(first.frames[0].pixels, second.frames[0].pixels)


@pytest.mark.parametrize("text", ["", "...", "漢字", "mmm"])
def test_nothing_to_say(text: str) -> None:
    with pytest.raises(SettingsError, match="no vowels") as caught:
        draw(show="talking", text=text)
    assert caught.value.field == "text"


def test_too_large_a_motion_is_refused_before_it_is_drawn() -> None:
    for settings in ({"show": "turntable"}, {"show": "talking", "text": "a" * 100}):
        with pytest.raises(SettingsError, match="64 million"):
            draw(width=4096, height=4096, **settings)


@pytest.mark.parametrize("ending", ["gif", "webp", "apng", "png"])
def test_the_command_line_writes_animations(ending: str, tmp_path: Path) -> None:
    target = tmp_path / f"turn.{ending}"
    words = ["generate", "character", "--show", "turntable", "--frames", "4", "--width", "32"]
    assert main([*words, "--height", "32", "-q", "-o", str(target)]) == 0
    assert len(Animation.open(target).frames) == 4


def test_layers_and_vectors_hold_no_motion(tmp_path: Path) -> None:
    moving = draw(show="turntable", frames=4, width=16, height=16)
    for ending in ("svg", "psd", "ora", "jpg"):
        with pytest.raises(UnsupportedFormat):
            moving.save(tmp_path / f"turn.{ending}")
    assert not list(tmp_path.iterdir())
