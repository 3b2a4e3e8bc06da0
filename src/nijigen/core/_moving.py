"""Move the files of a store to another folder; a kill at any moment loses nothing.

The files are copied to a temporary folder next to the target, compared, and renamed into place;
only then are the old ones removed. Renaming the old folder would be faster, but stores that move
are small, and one method that works across disks is easier to test than two.
"""

from __future__ import annotations

import contextlib
import filecmp
import shutil
from collections.abc import Iterator
from pathlib import Path

from nijigen.core import disk
from nijigen.core.atomic import write_bytes
from nijigen.core.errors import OutputError

MARKER = ".nijigen-store.json"
"""The file that makes a folder a store."""
PRIVATE = 0o700
"""Permissions of the folders of a store."""


def bring(source: Path, place: Path, contents: str, marker: bytes) -> None:
    """Copy the files in ``source`` to ``place`` atomically; it must be empty or missing.

    A symbolic link was set up by the user: the new place then links to the same target.

    Args:
        source: The old folder.
        place: The new one, in the home.
        contents: Glob pattern of the files to copy.
        marker: Content of the marker until :func:`clear` has finished.

    Raises:
        OSError: Something could not be read or written; ``place`` is unchanged.
    """
    part = place.with_name(f".{place.name}.part")
    _discard(part)
    try:
        if source.is_symlink():
            part.symlink_to(source.resolve(), target_is_directory=True)
        else:
            part.mkdir()
            part.chmod(PRIVATE)
            for path in _files(source, contents):
                _copy(path, part / path.name)
            write_bytes(part / MARKER, marker)
        if place.is_dir():
            place.rmdir()
        part.rename(place)
    except (OSError, OutputError):
        with contextlib.suppress(OSError):
            _discard(part)
        raise
    disk.sync_folder(place.parent)


def clear(source: Path, place: Path, contents: str) -> None:
    """Remove from ``source`` the files that ``place`` has, and the folder if it is then empty.

    Raises:
        OSError: A file cannot be removed.
    """
    for path in _files(source, contents):
        if not path.is_symlink() and _same(path, place / path.name):
            path.unlink()
    with contextlib.suppress(OSError):
        source.rmdir()
        if source.parent.name == "nijigen":
            source.parent.rmdir()


def differing(source: Path, place: Path, contents: str) -> list[str]:
    """Return the names of files in ``source`` that are missing or different in ``place``."""
    return [path.name for path in _files(source, contents) if not _same(path, place / path.name)]


def _files(folder: Path, contents: str) -> Iterator[Path]:
    return (path for path in sorted(folder.glob(contents)) if path.is_file())


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        target.symlink_to(source.resolve())
        return
    shutil.copyfile(source, target)
    shutil.copystat(source, target)
    disk.sync_path(target)
    if not _same(source, target):
        raise OSError(f"{source} changed while it was being copied")


def _same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except FileNotFoundError:
        return False


def _discard(part: Path) -> None:
    """Remove the remains of an interrupted move."""
    if part.is_symlink():
        part.unlink()
    elif part.exists():
        shutil.rmtree(part)
