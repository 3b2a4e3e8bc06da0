"""A file is written whole or not at all, whatever happens."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from nijigen.core import atomic
from nijigen.core.atomic import replacing, write_bytes
from nijigen.core.errors import OutputError

OLD, NEW = b"what was there", b"new" * 5000
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions and devices")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(OLD)
    return path


def assert_untouched(old: Path) -> None:
    assert old.read_bytes() == OLD
    assert os.listdir(old.parent) == [old.name]


class FailingFile:
    """A file on a disk that is full after ``room`` bytes."""

    def __init__(self, file: BinaryIO, number: int, room: int, at_close: bool) -> None:
        self._file, self._number, self._room, self._at_close = file, number, room, at_close

    def write(self, data: bytes) -> int:
        if self._at_close:
            return self._file.write(data)
        self._file.write(data[: self._room])
        raise OSError(self._number, os.strerror(self._number))

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        closed = self._file.closed
        self._file.close()
        if self._at_close and not closed:
            raise OSError(self._number, os.strerror(self._number))


def break_disk(
    monkeypatch: pytest.MonkeyPatch, number: int, *, room: int = 100, at_close: bool = False
) -> None:
    real = os.fdopen

    def opened(*arguments: Any, **options: Any) -> FailingFile:
        return FailingFile(real(*arguments, **options), number, room, at_close)

    monkeypatch.setattr(atomic.os, "fdopen", opened)


def test_new_and_old_files_are_written(old: Path) -> None:
    write_bytes(old, NEW)
    write_bytes(old.parent / "new.png", NEW)
    assert old.read_bytes() == (old.parent / "new.png").read_bytes() == NEW
    assert sorted(os.listdir(old.parent)) == ["new.png", "picture.png"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a" / "b" / "c.png", NEW)
    assert (tmp_path / "a" / "b" / "c.png").read_bytes() == NEW


def test_nothing_is_seen_before_the_end(old: Path) -> None:
    with replacing(old) as file:
        file.write(NEW)
        file.flush()
        assert old.read_bytes() == OLD
    assert old.read_bytes() == NEW


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError, ConnectionError])
def test_an_interrupted_block_leaves_the_old_file(old: Path, error: type[BaseException]) -> None:
    def interrupted() -> None:
        with replacing(old) as file:
            file.write(NEW)
            raise error

    with pytest.raises(error):
        interrupted()
    assert_untouched(old)


@pytest.mark.parametrize("at_close", [False, True])
@pytest.mark.parametrize(
    ("number", "reason"), [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "quota")]
)
def test_full_disk(
    old: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str, at_close: bool
) -> None:
    break_disk(monkeypatch, number, at_close=at_close)
    with pytest.raises(OutputError, match=reason) as caught:
        write_bytes(old, NEW)
    assert "another disk" in caught.value.hint
    assert_untouched(old)


@posix
def test_a_real_write_that_stops_in_the_middle(old: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(OutputError, match="too big") as caught:
            write_bytes(old, NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.hint
    assert_untouched(old)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_device_is_written_directly_and_its_error_told() -> None:
    with pytest.raises(OutputError, match="disk is full"):
        write_bytes(Path("/dev/full"), NEW)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@posix
def test_a_pipe_is_written_directly(tmp_path: Path) -> None:
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_bytes, args=(pipe, NEW))
    writer.start()
    with pipe.open("rb") as file:
        assert file.read() == NEW
    writer.join()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_an_error_of_the_block_is_not_mistaken_for_the_disk(old: Path) -> None:
    with pytest.raises(PermissionError), replacing(old):
        raise PermissionError(errno.EACCES, "a file that the block wanted to read")
    assert_untouched(old)


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder") as caught:
        write_bytes(tmp_path, NEW)
    assert "name of a file" in caught.value.hint


def test_a_file_in_the_path(old: Path) -> None:
    with pytest.raises(OutputError, match="a part of its path is a file") as caught:
        write_bytes(old / "below.png", NEW)
    assert caught.value.hint
    with pytest.raises(OutputError, match="a part of its path is a file"):
        write_bytes(old / "further" / "below.png", NEW)
    assert_untouched(old)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_without_permission(
    old: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    # Simulated, since permissions do not bind root.
    def refused(*arguments: Any, **options: Any) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(atomic.os, "open", refused)
    with pytest.raises(OutputError, match=r"permission|read-only") as caught:
        write_bytes(old, NEW)
    assert "another folder" in caught.value.hint
    monkeypatch.undo()
    assert_untouched(old)


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_real_folder_without_permission(old: Path) -> None:
    old.parent.chmod(0o555)
    try:
        with pytest.raises(OutputError, match="permission"):
            write_bytes(old, NEW)
        assert_untouched(old)
    finally:
        old.parent.chmod(0o755)


def test_a_write_protected_file_is_left_alone(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old.chmod(0o444)
    # Root may write all files, so what the system would tell a user is simulated.
    monkeypatch.setattr(atomic.os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match="write-protected") as caught:
        write_bytes(old, NEW)
    assert "permissions" in caught.value.hint
    assert_untouched(old)


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_bytes(tmp_path / ("x" * 5000), NEW)
    assert "shorter" in caught.value.hint
    assert os.listdir(tmp_path) == []


def test_the_longest_name_works(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".png")
    write_bytes(path, NEW)
    assert path.read_bytes() == NEW


def test_a_name_with_a_zero_byte(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_bytes(tmp_path / "a\0b.png", NEW)


@posix
def test_permissions(old: Path) -> None:
    old.chmod(0o640)
    write_bytes(old, NEW)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    mask = os.umask(0o027)
    try:
        write_bytes(old.parent / "new.png", NEW)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((old.parent / "new.png").stat().st_mode) == 0o640


@posix
def test_a_link_is_followed(old: Path) -> None:
    link = old.parent / "link.png"
    link.symlink_to(old.name)
    write_bytes(link, NEW)
    assert link.is_symlink()
    assert old.read_bytes() == NEW


@posix
def test_permissions_that_are_asked_for(old: Path) -> None:
    old.chmod(0o644)
    write_bytes(old, NEW, 0o600)
    write_bytes(old.parent / "new.png", NEW, 0o600)
    assert {stat.S_IMODE(path.stat().st_mode) for path in old.parent.iterdir()} == {0o600}


@posix
def test_what_a_killed_process_left_is_removed_and_nothing_else(old: Path) -> None:
    left, held = (old.parent / f".nijigen-{digit * 16}.part" for digit in "01")
    left.touch()
    import fcntl

    with held.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        atomic.remove_leftovers(old.parent)
        assert sorted(os.listdir(old.parent)) == [held.name, old.name]


@posix
def test_a_file_that_is_taken_for_a_leftover_is_created_again(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, removed = atomic._held, []

    def late(file: int) -> int | None:
        if not removed:
            atomic.remove_leftovers(old.parent)
            removed.append(os.fstat(file).st_nlink)
        return lock(file)

    monkeypatch.setattr(atomic, "_held", late)
    write_bytes(old, NEW)
    assert removed == [0]
    assert old.read_bytes() == NEW
    assert os.listdir(old.parent) == [old.name]
