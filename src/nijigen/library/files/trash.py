"""Trash: files of the user that were moved away, each beside a record of where it was.

A trash is a folder on the disk of its files, so that moving is one rename. The record of a file is
written before the file is moved, and removed after it has come back: whenever a process is killed,
the file is at its place or in the trash with its record.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nijigen.core import disk
from nijigen.core.atomic import refusing, remove_file, remove_leftovers
from nijigen.core.errors import InputError, NijigenError, OutputError
from nijigen.core.private import FOLDER as PRIVATE
from nijigen.core.private import write_file

HIDDEN = ".nijigen-trash"
"""Name of a trash in a folder of the user; scanning skips hidden folders."""
_NO_RECORD = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
_LATEST = 253_402_300_800.0
"""The year 10000, after which times cannot be written."""


@dataclass(frozen=True)
class Trashed:
    """A file in a trash."""

    path: Path
    """Where it was, and comes back to."""
    bytes: int
    modified: int
    """In nanoseconds."""
    moved: float
    """When the command that moved it began, in seconds since 1970; the same for all its files."""
    reason: str
    kept: Path = Path()
    """Where it is now."""

    @property
    def record(self) -> Path:
        """The file with all of this but ``kept``."""
        return self.kept.parent.with_suffix(".json")


class Trash:
    """The trashes of a library.

    Args:
        own: The trash in the folder of the library.
        folders: Folders of the user whose files may be on other disks. Their trashes are made when
            needed, under the name :data:`HIDDEN`.
    """

    def __init__(self, own: Path, folders: Iterable[Path]) -> None:
        self._own = own
        self._folders = sorted(set(folders))

    def files(self) -> list[Trashed]:
        """Return what is in the trash, the last moved first."""
        found = [one for place in self._trashes() for one in _files(place)]
        return sorted(found, key=lambda one: (-one.moved, one.path))

    def put(self, path: Path, moved: float, reason: str) -> Trashed:
        """Move a file into the trash on its disk.

        Args:
            path: The file itself, not a link to it.
            moved: When the command began.
            reason: Why, in a few words.

        Raises:
            InputError: It is no file any more.
            OutputError: It cannot be moved; then it is where it was.
        """
        try:
            status = path.lstat()
        except OSError as error:
            raise InputError(f"{path} cannot be moved: {error.strerror}".lower()) from error
        if path.is_symlink() or not path.is_file():
            raise InputError(f"{path} is not a file itself")
        file = Trashed(path, status.st_size, status.st_mtime_ns, moved, reason)
        *others, last = self._places(path, status.st_dev)
        for place in others:
            try:
                return _put(file, place)
            except OSError as error:
                # Parts of a disk may be mounted again elsewhere.
                if error.errno != errno.EXDEV:
                    raise _refused(path, error) from error
        try:
            return _put(file, last)
        except OSError as error:
            raise _refused(path, error) from error

    def restore(self, file: Trashed) -> None:
        """Move a file back to exactly where it was.

        Raises:
            InputError: Another file is there now; neither is changed.
            OutputError: It cannot be moved; then it is still in the trash.
        """
        with refusing(file.path):
            disk.make_folder(file.path.parent)
            if not _is_same(file.path, file.kept):
                try:
                    disk.move_new(file.kept, file.path)
                except FileExistsError:
                    raise InputError(
                        f"{file.path} exists: the file in the trash would replace it",
                        f"move the other away and try again; yours is {file.kept}",
                    ) from None
        self.delete(file)

    def delete(self, file: Trashed) -> None:
        """Delete a file of the trash for good, and its record.

        Raises:
            OutputError: It cannot be deleted.
        """
        remove_file(file.kept)
        remove_file(file.record)
        _remove_empty(file.kept.parent)

    def sweep(self) -> None:
        """Remove what killed processes have left: empty folders, and records without a file."""
        for place in self._trashes():
            remove_leftovers(place)
            for folder in place.glob("*/"):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            for record in place.glob("*.json"):
                if not record.with_suffix("").exists():
                    with contextlib.suppress(NijigenError):
                        remove_file(record)
            with contextlib.suppress(OSError):
                place.rmdir()

    def _trashes(self) -> list[Path]:
        found = [self._own, *(folder / HIDDEN for folder in self._folders)]
        return [place for place in found if not place.is_symlink()]

    def _places(self, path: Path, device: int) -> Iterator[Path]:
        """Yield where a file can go, the best first; the last is beside it."""
        above = (f for f in self._folders if f in path.parents and _is_inside(path, f))
        folders = (self._own.parent, *above)
        for folder in folders:
            with contextlib.suppress(OSError):
                if folder.stat().st_dev == device:
                    yield self._own if folder == self._own.parent else folder / HIDDEN
        yield path.parent / HIDDEN


def _files(place: Path) -> Iterator[Trashed]:
    """Yield the files of one trash; records of moves that were never made are passed over."""
    try:
        names = sorted(os.listdir(place))
    except OSError:
        return
    for name in names:
        if not name.endswith(".json"):
            continue
        with contextlib.suppress(OSError, *_NO_RECORD):
            file = _read(place / name)
            if os.path.lexists(file.kept):
                yield file


def _read(record: Path) -> Trashed:
    """Return what a record says.

    Others may have written it: a trash in a folder of the user can come out of an archive. So a
    file is only taken out of a folder beside its record, and only to below the folder of its trash.

    Raises:
        OSError: It cannot be read.
        ValueError: It is of a file elsewhere; one of ``_NO_RECORD``: it is no record.
    """
    read = json.loads(record.read_text("ascii"))
    folder, trash = record.with_suffix(""), record.parent
    file = Trashed(
        # Older versions have written whole paths alone.
        path=_around(trash) / read["below"] if "below" in read else Path(read["path"]),
        bytes=int(read["bytes"]),
        modified=int(read["modified"]),
        moved=float(read["moved"]),
        reason=str(read["reason"]),
    )
    if not file.path.is_absolute() or ".." in file.path.parts or "\0" in str(file.path):
        raise ValueError("a path that no file was at")
    if trash.name == HIDDEN and not _is_inside(file.path, trash.parent):
        raise ValueError("a path outside the folder of the trash")
    if folder.is_symlink():
        raise ValueError("a folder elsewhere")
    if not 0 <= file.moved < _LATEST:
        raise ValueError("a time that is none")
    return replace(file, kept=folder / file.path.name)


def _record(file: Trashed, trash: Path) -> dict[str, Any]:
    """Return what is written of a file; names that are no text become escapes in JSON.

    Where it was is said from the folder around the trash, if it was in there: when both are moved,
    or their disk is mounted elsewhere, the file comes back to where it belongs now.
    """
    record = {k: v for k, v in asdict(file).items() if k not in ("path", "kept")}
    around = _around(trash)
    if file.path.is_relative_to(around):
        return record | {"below": str(file.path.relative_to(around))}
    return record | {"path": str(file.path)}


def _around(trash: Path) -> Path:
    """Return the folder that is moved with a trash: that of the user, or what a library is in."""
    return trash.parent if trash.name == HIDDEN else trash.parent.parent


def _is_inside(path: Path, folder: Path) -> bool:
    """Return whether the folder of a file is another or in it, where links lead too."""
    place, around = Path(os.path.realpath(path.parent)), Path(os.path.realpath(folder))
    return around in (place, *place.parents)


def _put(file: Trashed, place: Path) -> Trashed:
    """Move a file into one trash.

    Raises:
        OSError: It cannot be moved.
        OutputError: The record cannot be written.
    """
    if place.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    disk.make_folder(place, PRIVATE)
    folder = place / secrets.token_hex(8)
    file = replace(file, kept=folder / file.path.name)
    try:
        disk.make_folder(folder, PRIVATE)
        write_file(file.record, json.dumps(_record(file, place)).encode("ascii"))
        disk.move(file.path, file.kept)
    except BaseException:
        if not os.path.lexists(file.kept):
            with contextlib.suppress(NijigenError, OSError):
                remove_file(file.record)
                _remove_empty(folder)
        raise
    return file


def _refused(path: Path, error: OSError) -> OutputError:
    reason = "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror).lower()
    return OutputError(f"{path} cannot be moved: {reason}", "look at the disk and the permissions")


def _is_same(path: Path, kept: Path) -> bool:
    """Return whether a killed process has restored a file, but not removed its other name."""
    try:
        return os.path.samestat(path.lstat(), kept.lstat())
    except OSError:
        return False


def _remove_empty(folder: Path) -> None:
    """Remove the folder of a file, and its trash if that was the last."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()
