"""Scanning: which files are pictures, and where their disks are mounted."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nijigen.core.home import MARKER as STORE_MARKER
from nijigen.core.posts.sidecars.files import names_of_sidecars
from nijigen.core.run import Run
from nijigen.imaging.codecs.sniff import HEAD, is_ugoira_file
from nijigen.imaging.files import READABLE
from nijigen.library.files.paths import absolute
from nijigen.library.store.stamp import Stamp

VIDEOS = frozenset({".mp4", ".webm", ".mkv", ".mov", ".m4v", ".avi"})
ENDINGS = READABLE | VIDEOS
"""Extensions in lower case of the files that are looked at in folders."""


@dataclass(frozen=True)
class Found:
    """A file as it is now."""

    path: Path
    stamp: Stamp
    sidecars: tuple[tuple[Path, int, int], ...] = ()
    """The files with tags beside it, in order, each with its bytes and time."""


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
        path = absolute(path)
        for each, beside in _walk(path, failed) if path.is_dir() else ((path, None),):
            run.check()
            if each in seen:
                continue
            seen.add(each)
            try:
                yield found_at(each, beside)
            except OSError as error:
                failed[each] = (error.strerror or str(error)).lower()


def found_at(path: Path, beside: Collection[str] | None = None) -> Found:
    """Return a file as it is now.

    Args:
        path: The file.
        beside: Names of all files in its folder, if they are known.

    Raises:
        OSError: It does not exist, cannot be looked at, or is no file: reading a pipe never ends.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a file")
    sidecars = []
    for name in names_of_sidecars(path):
        if beside is None or name in beside:
            sidecar = path.with_name(name)
            with contextlib.suppress(OSError):
                one = sidecar.stat()
                if stat.S_ISREG(one.st_mode):
                    sidecars.append((sidecar, one.st_size, one.st_mtime_ns))
    return Found(path, Stamp.of(status), tuple(sidecars))


def _walk(folder: Path, failed: dict[Path, str]) -> Iterator[tuple[Path, Collection[str]]]:
    """Yield the pictures in a folder, each with the names of all files beside it."""

    def note(error: OSError) -> None:
        failed[Path(error.filename)] = (error.strerror or str(error)).lower()

    for parent, folders, names in os.walk(folder, onerror=note):
        if STORE_MARKER in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        beside = frozenset(names)
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and (_ends_as_picture(path) or _is_zipped_ugoira(path)):
                yield path, beside


def _ends_as_picture(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS


def _is_zipped_ugoira(path: Path) -> bool:
    """Return whether a file is an animation of pixiv as programs that fetch them name it."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        with path.open("rb") as file:
            return is_ugoira_file(file.read(HEAD))
    except OSError:
        return False


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    return hashes_of(path, "sha256")[0]


def hashes_of(path: Path, *names: str) -> tuple[str, ...]:
    """Return hashes of a file in hexadecimal digits, all of one reading.

    Raises:
        OSError: It cannot be read.
    """
    made = [hashlib.new(name, usedforsecurity=False) for name in names]
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            for one in made:
                one.update(block)
    return tuple(one.hexdigest() for one in made)


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
