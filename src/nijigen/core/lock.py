"""A lock that gives one process exclusive use of a data folder."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

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
        hint: Alternative to suggest, as the end of a sentence.

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
    ) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
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
                f"open {where}, or {hint}" if where else f"stop the other one, or {hint}",
            ) from None
        os.ftruncate(self._file, 0)

    def note(self, where: str) -> None:
        """Record where to find this process, for the error message of a second one."""
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, where.encode())

    def release(self) -> None:
        """Release the lock."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


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
