"""Scanning: which files are pictures, and where their disks are mounted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nijigen.core.home import MARKER as STORE_MARKER
from nijigen.core.run import Run
from nijigen.imaging.files import READABLE

VIDEOS = frozenset({".mp4", ".webm", ".mkv", ".mov", ".m4v", ".avi"})
ENDINGS = READABLE | VIDEOS
"""Extensions in lower case of the files that are looked at in folders."""


@dataclass(frozen=True)
class Found:
    """A file as it is now."""

    path: Path
    bytes: int
    modified: int
    """In nanoseconds."""


def find(paths: Iterable[Path], run: Run, failed: dict[Path, str]) -> Iterator[Found]:
    """Yield the files among paths and in folders, in order; each once.

    Hidden files and folders, stores of Nijigen and links to folders are skipped.

    Args:
        paths: Files of any name, and folders.
        run: May be cancelled.
        failed: Receives what cannot be read, with the reason.
    """
    seen: set[Path] = set()
    for path in paths:
        path = Path(os.path.abspath(path))
        for each in _walk(path, failed) if path.is_dir() else (path,):
            run.check()
            if each in seen:
                continue
            seen.add(each)
            try:
                status = each.stat()
            except OSError as error:
                failed[each] = (error.strerror or str(error)).lower()
                continue
            yield Found(each, status.st_size, status.st_mtime_ns)


def _walk(folder: Path, failed: dict[Path, str]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        failed[Path(error.filename)] = (error.strerror or str(error)).lower()

    for parent, folders, names in os.walk(folder, onerror=note):
        if STORE_MARKER in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in ENDINGS and not name.startswith("."):
                yield Path(parent, name)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mount_of(folder: Path) -> Path:
    """Return where the disk of an existing folder is mounted."""
    while not os.path.ismount(folder) and folder.parent != folder:
        folder = folder.parent
    return folder


def is_mounted(mount: Path) -> bool:
    """Return whether a disk is mounted there now."""
    return os.path.ismount(mount)


def name_of(path: Path) -> str:
    """Return a path for messages, also if its name is in an unknown encoding."""
    return os.fsencode(path).decode(errors="replace")
