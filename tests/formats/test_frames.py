from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.formats.animate import animate
from nijigen.formats.frames import frames
from pictures import animation, drawing


def test_frames_and_times() -> None:
    moving = animation(4)
    files = dict(frames(moving))
    assert list(files) == [*(f"frame 00{n}.png" for n in (1, 2, 3, 4)), "frames.json"]
    assert files["frames.json"]["durations"]["frame 002.png"] == moving.durations[1]
    assert np.array_equal(files["frame 003.png"].pixels, moving.frames[2].pixels)


def test_apart_and_together_again(tmp_path: Path) -> None:
    animate([drawing(), drawing(channels=1).rgb()]).save(tmp_path / "a.apng")
    assert main(["formats", "frames", str(tmp_path / "a.apng"), "-o", str(tmp_path / "out")]) == 0
    folder = tmp_path / "out"
    folder = folder if (folder / "frames.json").exists() else folder / "a"
    assert json.loads((folder / "frames.json").read_text())["loop"] == 0
    assert np.array_equal(Picture.open(folder / "frame 001.png").pixels, drawing().pixels)
