"""A lock that gives one process exclusive use of a data folder."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from nijigen.core.disk import make_folder
from nijigen.core.errors import InputError, OutputError

# Beyond the text: on Windows, locked bytes cannot be read by others.
_PLACE = 1 << 20
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class FolderLock:
    """Held from creation until :meth:`release`, or until the process ends in any way.

    Args:
        folder: The folder to lock; it is created if missing.
        file: Name of the lock file in it.
        what: How the error refers to the folder.
        hint: What to do instead, as the end of a sentence.
        held: The same, where another process holds the lock; by default the hint.

    Raises:
        InputError: Another process holds the lock.
        OutputError: The folder is not writable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        file: str = "lock",
        what: str = "",
        hint: str = "name another folder with --data",
        held: str = "",
    ) -> None:
        try:
            make_folder(folder)
            self._file = os.open(folder / file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise OutputError(
                f"the folder {folder} cannot be used: {error.strerror}", hint
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            where = os.read(self._file, 200).decode(errors="replace").strip()
            os.close(self._file)
            if error.errno not in _HELD:
                raise OutputError(
                    f"the folder {folder} cannot be locked: {error.strerror}", hint
                ) from error
            raise InputError(
                f"{what or f'the folder {folder}'} is in use by another Nijigen process",
                f"{where or 'stop the other one'}, or {held or hint}",
            ) from None
        self._path = folder / file
        self.note(f"stop process {os.getpid()}")

    def is_there(self) -> bool:
        """Return whether the lock file still lies in its folder, where others look for it."""
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False

    def note(self, where: str) -> None:
        """Record what to do about this process, for the hint of a second one's error."""
        # The lock is held also where a full disk has no room for that.
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, where.encode())

    def release(self) -> None:
        """Release the lock."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def note_of_holder(folder: Path, *, file: str = "lock") -> str | None:
    """Return what the process that holds a lock has noted, or None if no process holds it.

    Raises:
        OutputError: The lock file cannot be opened.
    """
    try:
        opened = _opened(folder / file)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"{folder / file} cannot be opened: {error.strerror}") from error
    try:
        _lock(opened)
    except OSError:
        return os.read(opened, 200).decode(errors="replace").strip()
    finally:
        os.close(opened)
    return None


def _opened(path: Path) -> int:
    """Open a lock file for a look; on a read-only disk it can only be read."""
    try:
        return os.open(path, os.O_RDWR)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES):
            raise
        return os.open(path, os.O_RDONLY)


if sys.platform == "win32":

    def _lock(file: int) -> None:
        import msvcrt

        os.lseek(file, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:

    def _lock(file: int) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
