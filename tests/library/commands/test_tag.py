from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen.cli.main import main
from nijigen.core.errors import InputError, NotFound
from nijigen.library import Library
from nijigen.library.commands.tag import tag


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three pictures in two folders."""
    with Library(tmp_path / "library", writing=True) as library:
        write(tmp_path / "a", 2)
        write(tmp_path / "b", 1, start=2)
        library.add([tmp_path / "a", tmp_path / "b"])
    return tmp_path / "library"


def found(folder: Path, query: str) -> list[int]:
    with Library(folder) as library:
        return library.tags.find(query)


def test_files_and_folders_are_tagged(folder: Path) -> None:
    report = tag([str(folder.parent / "a")], add="cat artist:me rating:s", library=folder)
    assert report.result == {"pictures": 2}
    tag([str(folder.parent / "b" / "scene 2.png")], add="dog", library=folder)
    assert found(folder, "cat me rating:s") == [2, 1]
    assert found(folder, "dog") == [3]


def test_what_a_query_finds_is_tagged(folder: Path) -> None:
    tag(add="cat", where="id:1,3", library=folder)
    tag(add="dog", remove="cat", where="cat id:3", library=folder)
    assert (found(folder, "cat"), found(folder, "dog")) == ([1], [3])
    assert tag(add="dog", where="no_such_tag", library=folder).result == {"pictures": 0}


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    report = tag.plan({}, {"add": "cat", "where": "id:1", "library": folder})
    assert report.changes == ("add cat in 1 picture(s)",)
    assert found(folder, "cat") == []


def test_bad_requests_are_explained(folder: Path) -> None:
    with pytest.raises(InputError, match="no tags"):
        tag(where="id:1", library=folder)
    with pytest.raises(InputError, match="either files or a query"):
        tag(add="cat", library=folder)
    with pytest.raises(InputError, match="both added and removed"):
        tag(add="cat", remove="cat", where="id:1", library=folder)
    with pytest.raises(NotFound, match="nothing at"):
        tag([str(folder.parent / "c")], add="cat", library=folder)


def test_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = folder.parent / "a" / "scene 0.png"
    assert main(["library", "tag", str(picture), "--add", "cat", "--library", str(folder)]) == 0
    assert main(["library", "search", "--tags", "cat", "--library", str(folder)]) == 0
    assert "scene 0.png" in capsys.readouterr().out
    assert main(["library", "search", str(picture), "--library", str(folder)]) == 0
    assert "same file" in capsys.readouterr().out
    assert main(["library", "search", "--library", str(folder)]) == 2
    assert "nothing to search for" in capsys.readouterr().err
