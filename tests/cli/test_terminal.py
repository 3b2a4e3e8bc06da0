"""What a terminal shows of results that are long as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))

from collection import write

from nijigen.cli.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Drawings that are in the library of the home, one of them twice."""
    folder = tmp_path / "drawings"
    write(folder, 3, size=(90, 60))
    first = sorted(folder.iterdir())[0]
    (folder / "copy.png").write_bytes(first.read_bytes())
    first.with_name(f"{first.name}.txt").write_text("miku")
    assert main(["library", "add", str(folder), "-q"]) == 0
    return folder


def said(capsys: pytest.CaptureFixture[str], *command: str, screen: bool = True) -> str:
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys.stdout, "isatty", lambda: screen)
        assert main(["library", *command]) == 0
    return capsys.readouterr().out


def test_hits_are_lines_on_a_terminal_and_json_elsewhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = str(folder / "copy.png")
    first = said(capsys, "search", picture).splitlines()[0]
    assert first.split("  ")[1:4] == ["1.00", "same file", "90×60"]
    assert "copy.png and 1 more" in first
    for command in (["search", picture], ["search", "--tags", "id:1"]):
        assert json.loads(said(capsys, *command, screen=False))[0]["size"] == [90, 60]
    assert json.loads(said(capsys, "search", "--tags", "id:1", "--json"))[0]["size"] == [90, 60]
    assert said(capsys, "search", "--tags", "id:1").startswith("id:1  90×60  ")
    assert said(capsys, "search", "--tags", "nobody") == "nothing found\n"


@pytest.mark.parametrize(
    ("command", "last"),
    [
        (["add", "{folder}"], "all 4 file(s) are in the library"),
        (["dedupe"], "1 extra file(s) in 1 group(s)"),
        (["clean", "--flaw", "tiny"], "4 flawed file(s); 3 measured now"),
        (["update"], "0 added, 0 known, 0 moved, 0 frames, 0 gone"),
        (["verify"], "3 picture(s), 0 problem(s)"),
        (["trash"], "the trash is empty"),
    ],
)
def test_every_long_result_has_lines(
    folder: Path, capsys: pytest.CaptureFixture[str], command: list[str], last: str
) -> None:
    shown = said(capsys, *(word.format(folder=folder) for word in command)).splitlines()
    assert shown[-1] == last
    assert not any(line.startswith(("{", "[")) for line in shown)


def test_the_contents_of_a_library(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = dict(line.split(maxsplit=1) for line in said(capsys, "stats").splitlines())
    assert rows["pictures"].startswith("3, ")
    assert rows["files"] == "4 here"
    assert rows["folders"] == str(folder)


def test_a_word_is_no_file_but_a_tag(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "search", "miku", "solo"]) == 3
    assert capsys.readouterr().err == (
        'error: there is no file miku\nhint: for words: --tags "miku solo"\n'
    )
    assert main(["library", "search", "miku.png"]) == 3
    assert "--tags" not in capsys.readouterr().err
