"""What makes data prints it when no file is named, and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nijigen.cli.main import main
from pictures import drawing


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png"):
        drawing().save(tmp_path / name)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_result_is_printed_as_it_is(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["color", "palette", str(pictures / "a.png")]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["colors"]
    assert said.err == ""
    assert main(["color", "palette", str(pictures / "a.png"), "--format", "gpl"]) == 0
    assert capsys.readouterr().out.startswith("GIMP Palette")
    assert names(pictures) == ["a.png", "b.png"]


def test_results_of_a_folder_follow_each_other(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "c.png").write_bytes(b"no picture")
    assert main(["color", "palette", str(pictures)]) == 2
    said = capsys.readouterr()
    assert said.out.count('"colors"') == 2
    assert f"{pictures / 'a.png'}:" in said.err
    assert f"error: {pictures / 'c.png'}: " in said.err
    assert main(["color", "palette", str(pictures), "--json"]) == 2
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(entry["source"]).name for entry in entries] == ["a.png", "b.png"]
    assert all(entry["result"]["colors"] for entry in entries)
    assert names(pictures) == ["a.png", "b.png", "c.png"]


def test_files_that_no_terminal_shows_are_written(pictures: Path) -> None:
    assert main(["color", "palette", str(pictures / "a.png"), "--format", "ase"]) == 0
    assert names(pictures) == [".nijigen.jsonl", "a-palette.ase", "a.png", "b.png"]


def test_a_name_asks_for_files(pictures: Path) -> None:
    command = ["color", "palette", str(pictures), "--name", "{stem}.json"]
    assert main(command) == 0
    assert main(command) == 0
    assert names(pictures) == [".nijigen.jsonl", "a.json", "a.png", "b.json", "b.png"]


def test_a_point_or_a_box_is_one_line(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = "[[1, 2, 30.5, 40]]"
    assert main(["faces", "detect", str(pictures / "a.png"), "--given", given]) == 0
    said = capsys.readouterr().out
    assert '"box": [1.0, 2.0, 30.5, 40.0],' in said
    assert json.loads(said)["faces"][0]["box"] == [1, 2, 30.5, 40]


def test_a_watch_needs_a_place(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["color", "palette", str(pictures), "--watch"]) == 2
    assert "-o" in capsys.readouterr().err
    assert main(["generate", "character", "-o", str(pictures / "drawn.png"), "--watch"]) == 2
    assert "--watch needs a folder" in capsys.readouterr().err
    assert not (pictures / "drawn.png").exists()
