from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collection import write

from nijigen.core import disk
from nijigen.core.errors import NotFound
from nijigen.library import Library
from nijigen.library._trashing import Unwanted
from nijigen.library.commands.empty_trash import empty_trash
from nijigen.library.commands.restore import restore
from nijigen.library.commands.update import update
from nijigen.library.files.trash import HIDDEN, Trash
from nijigen.library.trash import trash

COUNT = 24


def made(tmp_path: Path, count: int = 3) -> tuple[Path, list[Path]]:
    """Return a library of some pictures, and their files."""
    paths = write(tmp_path / "pictures", count, size=(48, 36))
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "pictures"])
    return place, paths


def put(place: Path, *paths: Path, keeper: Path | None = None) -> dict[Path, str]:
    with Library(place) as library:
        return library.trash([Unwanted(path, "test", keeper) for path in paths])


def states(place: Path) -> dict[str, str]:
    with Library(place) as library:
        found = library.below(place.parent / "pictures")
    return {one.path.name: one.state for one in found}


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


def test_what_is_not_as_it_was_stays(tmp_path: Path) -> None:
    place, paths = made(tmp_path, 5)
    paths[0].write_bytes(paths[0].read_bytes() + b"edited")
    paths[1].unlink()
    link = paths[2].with_name("link.png")
    link.symlink_to(paths[2])
    with Library(place) as library:
        library.add([link])
    keeper = paths[4]
    keeper.write_bytes(keeper.read_bytes()[:-1] + b"?")
    assert put(place, paths[0], paths[1], link) == {
        paths[0]: "it has changed since it was looked at",
        paths[1]: "it is gone",
        link: "it has changed since it was looked at",
    }
    assert put(place, paths[3], keeper=keeper) == {
        paths[3]: f"{keeper}, which would be kept, is not as it was"
    }
    assert trash(library=place) == []


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_keeps_its_files(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    (tmp_path / "pictures").chmod(0o500)
    try:
        failed = put(place, *paths)
    finally:
        (tmp_path / "pictures").chmod(0o700)
    assert set(failed.values()) == {"cannot be moved: permission denied"}
    assert all(path.exists() for path in paths)
    assert trash(library=place) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_move_that_fails_leaves_the_file_and_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    place, paths = made(tmp_path)
    move = disk.move

    def failing(source: Path, target: Path) -> None:
        if source == paths[0]:
            raise OSError(number, os.strerror(number))
        move(source, target)

    monkeypatch.setattr(disk, "move", failing)
    failed = put(place, *paths)
    assert list(failed) == [paths[0]]
    assert failed[paths[0]].startswith("cannot be moved: ")
    assert [path.exists() for path in paths] == [True, False, False]
    assert len(list((place / "trash").glob("*.json"))) == 2


def test_another_disk_has_a_trash_of_its_own(tmp_path: Path) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second disk that can be written")
    folder = shared / f"nijigen-{os.getpid()}"
    place = tmp_path / "library"
    try:
        paths = write(folder / "inside", 2, size=(48, 36))
        with Library(place, writing=True) as library:
            library.add([folder])
        assert put(place, *paths) == {}
        kept = [Path(one["kept"]) for one in trash(library=place)]
        assert all(folder / HIDDEN in path.parents for path in kept)
        assert update(library=place).changes == ()
        assert restore(library=place).result == {"restored": 2}
        assert not (folder / HIDDEN).exists()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_where_a_disk_is_mounted_twice_the_trash_is_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, paths = made(tmp_path, 1)
    move = disk.move

    def crossing(source: Path, target: Path) -> None:
        if place in target.parents:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        move(source, target)

    monkeypatch.setattr(disk, "move", crossing)
    assert put(place, *paths) == {}
    assert Path(trash(library=place)[0]["kept"]).is_relative_to(paths[0].parent / HIDDEN)
    assert not (place / "trash").exists()
    assert restore(library=place).result == {"restored": 1}


def test_names_that_are_no_text_and_file_systems_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    path = folder / os.fsdecode(b"caf\xe9 \xe2\x99\xa5.png")
    try:
        write(tmp_path / "made", 1)[0].rename(path)
    except OSError:
        pytest.skip("this file system takes only names that are text")

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([folder])
    assert put(place, path) == {}
    path.write_text("another")
    with Library(place) as library:
        assert list(library.restore(library.trashed())) == [path]
        path.unlink()
        assert library.restore(library.trashed()) == {}
    assert path.stat().st_size > 100


def test_emptying_forgets_pictures_that_are_nowhere_else(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    copy = paths[1].with_name("copy.png")
    shutil.copy(paths[1], copy)
    with Library(place) as library:
        library.add([copy])
    put(place, paths[0], copy)
    assert empty_trash(days=1, library=place).result == {"files": 0, "bytes": 0}
    assert len(trash(library=place)) == 2
    plan = empty_trash.plan({}, {"library": place})
    assert plan.changes == ("delete 2 file(s) for good, 0.0 MB",)
    assert empty_trash(library=place).result["files"] == 2
    assert not (place / "trash").exists()
    with Library(place) as library:
        assert len(library) == 2
        assert library.verify().problems == []


def test_what_a_killed_process_moved_is_known_to_be_in_the_trash(tmp_path: Path) -> None:
    place, paths = made(tmp_path, 2)
    Trash(place / "trash", []).put(paths[0], 1.0, "test")
    assert update(library=place).changes == ("note that 1 file(s) are in the trash",)
    assert states(place)["scene 0.png"] == "trashed"
    # Killed after it had the old name again, and before it lost the other.
    kept = Path(trash(library=place)[0]["kept"])
    os.link(kept, paths[0])
    assert restore(library=place).result == {"restored": 1}
    assert not kept.exists()


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_after_a_kill_each_file_is_at_its_place_or_in_the_trash(tmp_path: Path, kills: int) -> None:
    place, paths = made(tmp_path, COUNT)
    before = {path: path.read_bytes() for path in paths}
    chance, seen = random.Random(22), set()
    for _ in range(kills):
        script = Path(__file__).parent / "trasher.py"
        command = [sys.executable, str(script), str(place), str(tmp_path / "pictures")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
        with Library(place) as library:
            kept = {file.path: file.kept for file in library.trashed()}
        seen.add(len(kept))
        for path, content in before.items():
            there = [each for each in (path, kept.get(path)) if each is not None and each.exists()]
            assert there
            assert all(each.read_bytes() == content for each in there)
    # Some were killed in the middle.
    assert seen - {0, COUNT}
    update(library=place)
    with Library(place) as library:
        assert library.restore(library.trashed()) == {}
    assert {path: path.read_bytes() for path in paths} == before
    assert not list((place / "trash").glob("[!.]*"))
    update(library=place)
    assert set(states(place).values()) == {"here"}
