from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nijigen import Animation, Picture
from nijigen.cli.main import main
from nijigen.core.picture import Info
from nijigen.formats.sheet import sheet
from nijigen.imaging.files import encode
from pictures import animation

TAGS = [{"name": "walk", "first": 0, "last": 2, "direction": "reverse", "repeat": 0}]


def made(**settings: Any) -> tuple[Picture, Any]:
    moving = replace(animation(4, 4), info=Info(text={"tags": json.dumps(TAGS)}))
    files = dict(sheet(moving, **settings))
    return files["sheet.png"], files["sheet.json"]


def test_aseprite_lists_and_frames_that_look_the_same() -> None:
    picture, listed = made(columns=2)
    frames = list(listed["frames"].values())
    assert [frame["duration"] for frame in frames] == [40, 50, 60, 70]
    assert [(f["frame"]["x"], f["frame"]["y"]) for f in frames] == [
        (0, 0),
        (48, 0),
        (0, 40),
        (0, 0),
    ]
    assert picture.size == (96, 80)
    assert listed["meta"]["size"] == {"w": 96, "h": 80}
    assert listed["meta"]["frameTags"] == [
        {"name": "walk", "from": 0, "to": 2, "direction": "reverse"}
    ]


def test_phaser_lists_and_padding() -> None:
    picture, listed = made(layout="phaser", padding=2, columns=3)
    (texture,) = listed["textures"]
    assert [frame["filename"] for frame in texture["frames"]] == [f"frame {n}" for n in range(4)]
    first = texture["frames"][0]["frame"]
    part = picture.pixels[first["y"] : first["y"] + 40, first["x"] : first["x"] + 48]
    assert np.array_equal(part, animation(4, 4).frames[0].pixels)
    assert not picture.pixels[:2].any()


def test_the_commands_fit_together(tmp_path: Path) -> None:
    """A sprite to a sheet and back, with tags."""
    moving = replace(animation(3, 4), info=Info(text={"tags": json.dumps(TAGS)}))
    (tmp_path / "a.aseprite").write_bytes(encode(moving, "aseprite"))
    words = ["formats", "sheet", str(tmp_path / "a.aseprite"), "-o", str(tmp_path / "out")]
    assert main(words) == 0
    picture, listed = (str(tmp_path / "out" / "a" / f"sheet.{e}") for e in ("png", "json"))
    target = str(tmp_path / "b.aseprite")
    words = ["formats", "cut-sheet", picture, "--layout", listed, "-o", target]
    assert main(words) == 0
    before, after = (Animation.open(tmp_path / name) for name in ("a.aseprite", "b.aseprite"))
    assert after.durations == before.durations
    assert after.info.text["tags"] == before.info.text["tags"]
    assert all(
        np.array_equal(one.pixels, other.pixels)
        for one, other in zip(before.frames, after.frames, strict=True)
    )
