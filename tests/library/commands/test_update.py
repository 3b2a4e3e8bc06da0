from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen.core.errors import InputError
from nijigen.library import Library
from nijigen.library.commands.update import update
from nijigen.library.signatures.embedding import Embedding


def test_it_adds_moves_and_notes_what_is_gone(tmp_path: Path) -> None:
    paths = write(tmp_path / "a", 3)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "a"])
        library.update()
    assert update(library=place).changes == ()
    paths[0].rename(tmp_path / "a" / "renamed.png")
    paths[1].unlink()
    write(tmp_path / "a", 1, start=9)
    plan = update.plan({}, {"library": place})
    assert plan.changes == (
        "add 2 new or changed file(s)",
        "note that 2 file(s) are gone, if they are not found elsewhere",
    )
    assert update(library=place).result == {
        "added": 1,
        "known": 0,
        "moved": 1,
        "frames": 0,
        "gone": 1,
    }
    assert update(library=place).changes == ()


def test_signatures_that_were_missing_are_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a", 2)
    place = tmp_path / "library"
    with monkeypatch.context() as patch:
        patch.setattr(Embedding, "missing", lambda self: "without the model")
        with Library(place, writing=True) as library:
            library.add([tmp_path / "a"])
    assert update.plan({}, {"library": place}).changes == (
        "compute missing signatures of 2 picture(s)",
        "find faces in 2 picture(s)",
    )
    update(library=place)
    assert update(library=place).changes == ()


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    (path,) = write(tmp_path / "a", 1)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "a"])
    path.unlink()
    path.parent.rmdir()
    with pytest.raises(InputError, match="the folder is gone"):
        update(library=place)


def test_files_that_cannot_be_read_are_named_each_time(tmp_path: Path) -> None:
    write(tmp_path / "a", 1)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "a"])
    write(tmp_path / "a", 1, start=5)
    (tmp_path / "a" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for _ in range(2):
        with pytest.raises(InputError, match=r"1 file\(s\) could not be read: .*bad\.png"):
            update(library=place)
    with Library(place) as library:
        assert len(library) == 2


def test_changed_sidecars_are_read_again(tmp_path: Path) -> None:
    (path,), place = write(tmp_path / "a", 1), tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "a"])
        library.update()
    path.with_suffix(".txt").write_text("1girl, hat")
    assert update.plan({}, {"library": place}).changes == ("read sidecars of 1 picture(s)",)
    update(library=place)
    with Library(place) as library:
        assert library.tags.find("hat") == [1]
    assert update(library=place).changes == ()
