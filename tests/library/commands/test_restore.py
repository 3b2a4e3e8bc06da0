from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from trashing import made, put, states

from nijigen.core.errors import NotFound
from nijigen.library.commands.restore import restore
from nijigen.library.commands.update import update
from nijigen.library.trash import trash


def test_files_come_back_to_exactly_where_they_were(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}
    assert put(place, *paths[:2]) == {}
    assert [path.exists() for path in paths] == [False, False, True]
    assert states(place) == {
        "scene 0.png": "trashed",
        "scene 1.png": "trashed",
        "scene 2.png": "here",
    }
    listed = trash(library=place)
    assert [one["path"] for one in listed] == [str(path) for path in paths[:2]]
    assert all(Path(one["kept"]).read_bytes() for one in listed)
    assert restore.plan({}, {"library": place}).changes == ("move 2 file(s) back",)
    assert restore(library=place).result == {"restored": 2}
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths} == before
    assert set(states(place).values()) == {"here"}
    assert trash(library=place) == []
    assert not (place / "trash").exists()
    assert update(library=place).changes == ()


def test_only_the_last_command_is_undone_unless_files_are_named(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    put(place, paths[0])
    put(place, paths[1])
    assert restore(library=place).result == {"restored": 1}
    assert [path.exists() for path in paths] == [False, True, True]
    assert restore([str(paths[0])], library=place).result == {"restored": 1}
    assert restore(library=place).result == {"restored": 0}
    with pytest.raises(NotFound, match="nothing in the trash"):
        restore([str(paths[0])], library=place)


def test_nothing_is_replaced_and_the_others_come_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from nijigen.cli.main import main

    place, paths = made(tmp_path)
    put(place, *paths)
    paths[0].write_text("mine")
    assert main(["library", "restore", "--library", str(place)]) == 2
    said = capsys.readouterr().err
    assert "exists: the file in the trash would replace it" in said
    assert paths[0].read_text() == "mine"
    assert [path.exists() for path in paths] == [True, True, True]
    assert [one["path"] for one in trash(library=place)] == [str(paths[0])]
    paths[0].unlink()
    assert restore(library=place).result == {"restored": 1}


def test_a_folder_that_is_gone_is_made_again(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    put(place, *paths)
    shutil.rmtree(tmp_path / "pictures")
    assert restore(library=place).result == {"restored": 3}
    assert all(path.exists() for path in paths)
