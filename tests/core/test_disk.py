"""What is flushed to the disk, and what its errors mean."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from nijigen.core import disk
from nijigen.core.atomic import append_bytes, move_file, remove_file, write_bytes
from nijigen.core.errors import OutputError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders are not flushed there")
OLD, NEW = b"old", b"new" * 5000


class Flushes:
    """Records what is flushed, and fails as told."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.file_error = self.folder_error = 0

    def __call__(self, file: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(file).st_mode)
        number = self.folder_error if is_folder else self.file_error
        if number:
            raise OSError(number, os.strerror(number))
        if sys.platform == "linux":
            self.paths.append(Path(os.readlink(f"/proc/self/fd/{file}")))


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> Flushes:
    made = Flushes()
    monkeypatch.setattr(disk, "_flush", made)
    return made


def changes(folder: Path) -> dict[str, Callable[[], None]]:
    (folder / "made").write_bytes(NEW)
    return {
        "write": lambda: write_bytes(folder / "a", NEW),
        "append": lambda: append_bytes(folder / "a", NEW),
        "move": lambda: move_file(folder / "made", folder / "a"),
        "remove": lambda: remove_file(folder / "a"),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_the_file_is_flushed_before_its_new_name_and_all_new_folders(
    tmp_path: Path, flushes: Flushes
) -> None:
    write_bytes(tmp_path / "b" / "c" / "a", NEW)
    *folders, file, last = flushes.paths
    assert folders == [tmp_path, tmp_path / "b"]
    assert file.name.startswith(".nijigen-")
    assert last == tmp_path / "b" / "c"


@pytest.mark.parametrize("change", ["write", "append", "move"])
def test_an_error_of_the_disk_is_an_error(tmp_path: Path, flushes: Flushes, change: str) -> None:
    (tmp_path / "a").write_bytes(OLD)
    flushes.file_error = errno.EIO
    with pytest.raises(OutputError, match="the disk does not work") as caught:
        changes(tmp_path)[change]()
    assert caught.value.hint
    assert (tmp_path / "a").read_bytes().startswith(OLD)
    assert sorted(os.listdir(tmp_path)) == ["a", "made"]


@pytest.mark.parametrize("change", ["write", "append", "move", "remove"])
def test_an_error_of_the_folder_is_an_error(tmp_path: Path, flushes: Flushes, change: str) -> None:
    (tmp_path / "a").write_bytes(OLD)
    flushes.folder_error = errno.EIO
    with pytest.raises(OutputError, match="the disk does not work"):
        changes(tmp_path)[change]()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
@pytest.mark.parametrize("change", ["write", "append", "move", "remove"])
def test_a_file_system_that_flushes_no_folders_is_no_error(
    tmp_path: Path, flushes: Flushes, change: str, number: int
) -> None:
    flushes.folder_error = number
    changes(tmp_path)[change]()
    assert (tmp_path / "a").exists() == (change != "remove")


def test_a_new_folder_that_could_not_be_flushed_is_made_again(
    tmp_path: Path, flushes: Flushes
) -> None:
    flushes.folder_error = errno.EIO
    with pytest.raises(OutputError):
        write_bytes(tmp_path / "b" / "a", NEW)
    assert os.listdir(tmp_path) == []
    flushes.folder_error = 0
    write_bytes(tmp_path / "b" / "a", NEW)
    assert (tmp_path / "b" / "a").read_bytes() == NEW


def test_a_thread_that_finds_a_folder_waits_until_it_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushing, go_on, found = threading.Event(), threading.Event(), threading.Event()

    def slow(file: int) -> None:
        flushing.set()
        assert go_on.wait(10)

    def second() -> None:
        disk.make_folder(tmp_path / "b")
        found.set()

    monkeypatch.setattr(disk, "_flush", slow)
    threads = [threading.Thread(target=disk.make_folder, args=(tmp_path / "b",))]
    threads[0].start()
    assert flushing.wait(10)
    threads.append(threading.Thread(target=second))
    threads[1].start()
    assert not found.wait(0.2)
    go_on.set()
    for thread in threads:
        thread.join()
    assert found.is_set()


def test_a_line_that_was_written_in_part_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(OutputError, match="too big"):
            append_bytes(tmp_path / "a", NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
