from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collection import scene, write
from trashing import made, put, states

from nijigen.core import disk
from nijigen.library import Library
from nijigen.library.commands.restore import restore
from nijigen.library.commands.update import update
from nijigen.library.files.trash import HIDDEN, Trash
from nijigen.library.trash import trash

COUNT = 24


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


def test_queries_do_not_find_what_is_in_the_trash_alone(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    copy = paths[1].with_name("copy.png")
    shutil.copyfile(paths[1], copy)
    update(library=place)
    assert put(place, *paths[:2]) == {}
    with Library(place) as library:
        assert library.tags.find("filetype:png order:id_asc") == [2, 3]
        assert library.tags.count("") == 2
        listed = library.listing.pictures(limit=9)
        assert ([one.number for one in listed.pictures], listed.total) == ([3, 2], 2)
        # By a picture it is found, and said to be in the trash.
        (hit,) = library.search(scene(0, (48, 36)), 1)
        assert [file.state for file in hit.places] == ["trashed"]


def test_a_trash_may_be_moved_with_the_folder_around_it(tmp_path: Path) -> None:
    place, paths = made(tmp_path / "disk")
    assert put(place, *paths[:2]) == {}
    (record,) = {json.loads(one.read_text())["below"] for one in place.glob("trash/*.json")} - {
        "pictures/scene 1.png"
    }
    assert record == "pictures/scene 0.png"
    # As an older version would have written it.
    older = next(one for one in place.glob("trash/*.json") if "scene 1" in one.read_text())
    whole = json.loads(older.read_text())
    del whole["below"]
    older.write_text(json.dumps(whole | {"path": str(paths[1])}))
    (tmp_path / "disk").rename(tmp_path / "moved")
    there = [tmp_path / "moved" / "pictures" / path.name for path in paths]
    found = [one["path"] for one in trash(library=tmp_path / "moved" / "library")]
    assert sorted(found) == sorted([str(there[0]), str(paths[1])])
    assert restore([str(there[0])], library=tmp_path / "moved" / "library").result == {
        "restored": 1
    }
    assert there[0].exists()


def test_another_disk_has_a_trash_of_its_own(tmp_path: Path) -> None:
    here = tmp_path.stat().st_dev
    disks = (Path("/dev/shm"), Path(tempfile.gettempdir()))
    others = [disk for disk in disks if disk.is_dir() and disk.stat().st_dev != here]
    if not others:
        pytest.skip("needs a second disk that can be written")
    folder = others[0] / f"nijigen-{os.getpid()}"
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
        assert list(library.trash.restore(library.trash.files())) == [path]
        path.unlink()
        assert library.trash.restore(library.trash.files()) == {}
    assert path.stat().st_size > 100


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


@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.slow)])
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
            kept = {file.path: file.kept for file in library.trash.files()}
        seen.add(len(kept))
        for path, content in before.items():
            there = [each for each in (path, kept.get(path)) if each is not None and each.exists()]
            assert there
            assert all(each.read_bytes() == content for each in there)
    # Some were killed in the middle.
    assert seen - {0, COUNT}
    update(library=place)
    with Library(place) as library:
        assert library.trash.restore(library.trash.files()) == {}
    assert {path: path.read_bytes() for path in paths} == before
    assert not list((place / "trash").glob("[!.]*"))
    update(library=place)
    assert set(states(place).values()) == {"here"}
