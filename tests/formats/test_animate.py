from __future__ import annotations

from pathlib import Path

import pytest

from nijigen import Animation, Run
from nijigen.cli.main import main
from nijigen.formats.animate import animate
from pictures import drawing


def test_pictures_of_different_sizes_are_centered() -> None:
    run = Run()
    made = animate([drawing(10, 8), drawing(20, 30)], run=run)
    assert made.size == (20, 30)
    first = made.frames[0].pixels
    assert first[0, 0, 3] == 0
    assert (first[11:19, 5:15, 3] == 255).all()
    assert [note.kind for note in run.notes] == ["assumed"]


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        drawing(20 + number, 16).save(tmp_path / "in" / f"{number}.png")
    target = tmp_path / "a.gif"
    words = ["formats", "animate", str(tmp_path / "in"), "-o", str(target), "--duration", "50"]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith(f"3 files → {target}")
    made = Animation.open(target)
    assert (len(made.frames), made.durations) == (3, (50, 50, 50))
    changed = target.stat().st_mtime_ns
    assert main(words) == 0
    assert target.stat().st_mtime_ns == changed
