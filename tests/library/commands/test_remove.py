from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write
from trashing import made, put

from nijigen.core import disk
from nijigen.core.errors import InputError, NotFound
from nijigen.core.run import Run
from nijigen.library import Library
from nijigen.library.commands.remove import remove
from nijigen.library.commands.restore import restore
from nijigen.library.commands.update import update


def test_files_and_folders_are_removed_and_stay_on_the_disk(tmp_path: Path) -> None:
    paths = write(tmp_path / "a", 3)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "a"])
    plan = remove.plan({"paths": [str(paths[0])]}, {"library": place})
    assert plan.changes == (f"remove 1 file(s) of {paths[0]}",)
    assert remove([str(paths[0])], library=place).result == {"pictures": 1}
    assert remove([str(tmp_path / "a")], library=place).result == {"pictures": 2}
    assert all(path.exists() for path in paths)
    assert list(place.rglob("*.webp")) == []
    with pytest.raises(NotFound, match="nothing at"):
        remove([str(paths[0])], library=place)


def test_what_the_next_update_adds_again_is_said(tmp_path: Path) -> None:
    paths = write(tmp_path / "a", 2)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "a"])
    run = Run()
    remove.apply({"paths": [str(paths[0])]}, {"library": place}, run)
    (note,) = run.notes
    assert "update` adds" in note.text
    assert str(tmp_path / "a") in note.text
    run = Run()
    paths[1].unlink()
    remove.apply({"paths": [str(paths[1])]}, {"library": place}, run)
    assert run.notes == ()
    assert update(library=place).result["added"] == 1


def test_a_folder_is_not_forgotten_while_its_own_trash_has_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, paths = made(tmp_path)
    move = disk.move

    def moved(source: Path, target: Path) -> None:
        if place in target.parents:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        move(source, target)

    monkeypatch.setattr(disk, "move", moved)
    assert put(place, paths[0]) == {}
    with pytest.raises(InputError, match=r"scene 0\.png is in the trash on its disk"):
        remove([str(tmp_path / "pictures")], library=place)
    assert restore(library=place).result == {"restored": 1}
    assert paths[0].exists()
    assert remove([str(tmp_path / "pictures")], library=place).result == {"pictures": 3}
