"""Files and folders that nobody but their owner can read; on Windows folders inherit that."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from nijigen.core import disk
from nijigen.core.atomic import write_bytes

FOLDER = 0o700
FILE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
log = logging.getLogger("nijigen.private")


def create_file(path: Path) -> None:
    """Create an empty file if there is none, before a library would create a readable one.

    Raises:
        OSError: It cannot be created.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE))


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically and flush it to disk; others can never read it.

    Raises:
        OutputError: It cannot be written; the old file stays.
    """
    write_bytes(path, data, FILE)


def place(source: Path, target: Path) -> None:
    """Flush a file and move it to ``target`` on the same disk; a missing folder is created.

    Raises:
        OSError: As for :func:`nijigen.core.disk.replace`.
    """
    disk.make_folder(target.parent, FOLDER)
    protect(source)
    disk.sync_path(source)
    disk.replace(source, target)


def protect(path: Path) -> None:
    """Set the mode of a file that was just written, whatever the umask was.

    Raises:
        OSError: The mode cannot be changed.
    """
    if sys.platform != "win32":
        path.chmod(FILE)


def tighten(folder: Path, within: Sequence[Path]) -> None:
    """Take away everybody else's access to a folder, and to files and folders in it.

    Links are not followed. What cannot be changed (another owner, a file system without modes) is
    logged.

    Args:
        folder: The folder itself.
        within: What is changed in it, with all it contains; it may be missing.
    """
    if sys.platform == "win32":
        return
    # From the top, so that nobody enters meanwhile.
    failed = [path for path in (folder, *within) if not _tightened(path)]
    for path in within:
        for parent, folders, files in os.walk(path):
            inner = (Path(parent, name) for name in folders + files)
            failed += [each for each in inner if not _tightened(each)]
    if failed:
        log.warning(
            "other people on this machine may be able to read %s%s: its mode cannot be changed",
            failed[0],
            f" and {len(failed) - 1} more" if failed[1:] else "",
        )


def is_shared(path: Path) -> bool:
    """Return whether the mode of a file lets others read or change it."""
    return sys.platform != "win32" and bool(path.stat().st_mode & _OTHERS)


def _tightened(path: Path) -> bool:
    """Return whether nobody but the owner has access to a file or folder now."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode) or not mode & _OTHERS:
            return True
        path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
        return not path.lstat().st_mode & _OTHERS
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
