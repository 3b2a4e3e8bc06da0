"""Atomic and durable writing of files: after any failure there is the old file or the new one.

A function that returns without an error has made its change durable, as in
:mod:`nijigen.core.disk`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from nijigen.core import disk
from nijigen.core.errors import OutputError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space, or write to another disk"),
    errno.EDQUOT: ("your disk quota is used up", "free some space, or write to another disk"),
    errno.EFBIG: ("the file would be too big for this disk", "write to another disk"),
    errno.EIO: ("the disk does not work as it should", "write to another disk"),
    errno.EROFS: ("the disk is read-only", "write to another folder"),
    errno.EACCES: ("no permission to write there", "write to another folder"),
    errno.EPERM: ("no permission to write there", "write to another folder"),
    errno.ENOTDIR: ("a part of its path is a file", "give a path through folders only"),
    errno.EEXIST: ("a part of its path is a file", "give a path through folders only"),
    errno.EISDIR: ("it is a folder", "give the name of a file"),
    errno.ENAMETOOLONG: ("the name is too long", "give a shorter name"),
}
# Errors of writing to an open file. Other exceptions of the caller's block (a broken connection is
# an OSError too) are not ours.
_WHILE_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


@contextlib.contextmanager
def replacing(path: Path, permissions: int | None = None) -> Iterator[BinaryIO]:
    """Open a file that replaces ``path`` when the block ends without an error.

    Until then it is a temporary file in the same folder, which is removed on any error, Ctrl-C
    included; the old file stays. Missing folders are created, a symbolic link is followed, a device
    or pipe is written directly.

    Args:
        path: The file.
        permissions: By default those of an existing file, or what the umask leaves to a new one.

    Raises:
        OutputError: The file cannot be written; the hint says what to do.
    """
    with refusing(path):
        target = Path(os.path.realpath(path))
        mode = _mode(path, target)
        if mode is not None and not stat.S_ISREG(mode):
            file: BinaryIO = target.open("wb")
            temporary, held = None, None
        else:
            disk.make_folder(target.parent)
            _remove_leftovers_once(target.parent)
            temporary, descriptor, held = _created(target.parent, permissions)
            file = os.fdopen(descriptor, "wb")
    try:
        try:
            yield file
        except OSError as error:
            if error.errno in _WHILE_WRITING:
                raise _refusal(path, error) from error
            raise
        with refusing(path):
            if temporary is None:
                file.close()
            else:
                if permissions is None and mode is not None:
                    permissions = stat.S_IMODE(mode)
                if permissions is not None:
                    temporary.chmod(permissions)
                file.flush()
                disk.sync_file(file.fileno())
                file.close()
                disk.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise
    finally:
        if held is not None:
            os.close(held)


def write_bytes(path: Path, data: bytes, permissions: int | None = None) -> None:
    """Write a whole file atomically, as :func:`replacing` does.

    Raises:
        OutputError: The file cannot be written; the old file stays.
    """
    with replacing(path, permissions) as file, refusing(path):
        file.write(data)


_PART = re.compile(r"\.nijigen-[0-9a-f]{16}\.part")
_looked_through: set[Path] = set()
"""Folders whose leftovers this process has removed."""


def _remove_leftovers_once(folder: Path) -> None:
    if folder not in _looked_through:
        _looked_through.add(folder)
        remove_leftovers(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that killed processes have left in a folder.

    Those of running processes are locked, and files of other names are never touched.
    """
    try:
        found = [entry for entry in os.scandir(folder) if _PART.fullmatch(entry.name)]
    except OSError:
        return
    for entry in found:
        with contextlib.suppress(OSError):
            if entry.is_file(follow_symlinks=False):
                _remove_unheld(entry.path)


def _created(folder: Path, permissions: int | None) -> tuple[Path, int, int | None]:
    """Create a temporary file; return its path, a descriptor, and what holds its lock."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        # Not derived from the name of the target, which may already have the maximum length.
        path = folder / f".nijigen-{secrets.token_hex(8)}.part"
        descriptor = os.open(path, flags, 0o666 if permissions is None else permissions)
        held = _held(descriptor)
        if held is None or path.exists():
            return path, descriptor, held
        # Another process took it for a leftover before it was locked.
        os.close(held)
        os.close(descriptor)


if sys.platform == "win32":

    def _held(file: int) -> int | None:
        """Do nothing: files that are open cannot be removed there."""
        return None

    def _remove_unheld(path: str) -> None:
        os.unlink(path)

else:

    def _held(file: int) -> int | None:
        """Lock a file until the returned descriptor is closed, where its file system has locks."""
        import fcntl

        # Whoever looks whether it is locked is done at once.
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        return os.dup(file)

    def _remove_unheld(path: str) -> None:
        """Remove a file, unless somebody has locked it: that is an OSError."""
        import fcntl

        with open(path, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)


def remove_file(path: Path) -> None:
    """Remove a file; a missing file is not an error.

    Raises:
        OutputError: It cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
        if path.parent.exists():
            disk.sync_folder(path.parent)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))[0]
        raise OutputError(
            f"{path} cannot be removed: {reason}", "check the permissions of its folder"
        ) from error


def append_bytes(path: Path, data: bytes) -> None:
    """Append to a file, or create it, in one write, so that concurrent writers do not mix.

    Raises:
        OutputError: The file cannot be written; it may then end with the start of ``data``.
    """
    with refusing(path):
        disk.make_folder(path.parent)
        is_known = path in _appended and path.exists()
        with path.open("ab", buffering=0) as file:
            written = file.write(data)
            if written < len(data):
                # The disk is full: writing the rest says so.
                file.write(data[written:])
            disk.sync_file(file.fileno())
        if not is_known:
            disk.sync_folder(path.parent)
            _appended.add(path)


_appended: set[Path] = set()
"""Files appended to, whose names this process has flushed: whoever created them may not have."""


def _mode(path: Path, target: Path) -> int | None:
    """Return the type and permissions of a path, or None if it does not exist."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    # A rename would succeed: it only needs permissions of the folder.
    if not os.access(target, os.W_OK):
        raise OutputError(
            f"{path} cannot be written: it is write-protected",
            "give another name, or change its permissions",
        )
    return mode


def move_file(made: Path, path: Path) -> None:
    """Move a finished file on the same disk to ``path``.

    The permissions of an existing file are kept, a symbolic link is followed, a device or pipe is
    written directly.

    Raises:
        OutputError: It cannot be written; the old file stays.
    """
    with refusing(path):
        target = Path(os.path.realpath(path))
        mode = _mode(path, target)
        if mode is not None and not stat.S_ISREG(mode):
            with made.open("rb") as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
            return
        if mode is not None:
            made.chmod(stat.S_IMODE(mode))
        disk.sync_path(made)
        disk.replace(made, target)


@contextlib.contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn system errors about a file into an error with a hint.

    Raises:
        OutputError: The block raised such an error.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError | ValueError) -> OutputError:
    number = error.errno if isinstance(error, OSError) else None
    text = error.strerror if isinstance(error, OSError) else None
    reason, hint = _REASONS.get(
        number or 0, (text or str(error), "give another name or another folder")
    )
    return OutputError(f"{path} cannot be written: {reason}", hint)
