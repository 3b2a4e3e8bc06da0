"""The data folder of a studio: its layout, and the marker that makes a folder ours.

Nothing in a folder is changed before it has the marker. A folder without one gets it if it is
empty, or if an earlier version of Nijigen wrote the database in it; any other is refused.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import shlex
import shutil
import sqlite3
import time
from enum import Enum
from functools import cached_property
from pathlib import Path

from nijigen.core import private
from nijigen.core.atomic import remove_file, write_bytes
from nijigen.core.disk import make_folder, move
from nijigen.core.errors import InputError, OutputError
from nijigen.core.home import MARKER, Store, home, make_private
from nijigen.core.lock import FolderLock
from nijigen.core.strict import read_json
from nijigen.jobs.stores.database import SCHEMA

log = logging.getLogger("nijigen.studio")

STORE = Store(name="studio", version=2)
"""The default data folder. Version 1 had no sidecars and no lost+found: earlier versions of
Nijigen would delete what they find there, so they must refuse a folder of version 2."""
LOCK = "lock"
ANOTHER = "name another folder with --data"
MOST_LINES = 20
"""So many unknown files are logged one by one."""
_SESSION = re.compile(r"nijigen-[0-9a-f]{16}")
# What systems put into empty folders, and what a start that was killed before the marker leaves.
_NOT_CONTENT = {LOCK, "lost+found"}
_PICTURE = re.compile(r"[0-9a-f]{64}")


class Origin(Enum):
    """How a folder came to be what it is."""

    OURS = "has the marker"
    EMPTY = "missing or empty"
    EARLIER = "written by a version of Nijigen that had no marker"
    FOREIGN = "has other files"


class DataFolder:
    """The paths of everything in a data folder; creates nothing by itself.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.marker = root / MARKER
        self.database = root / "nijigen.sqlite3"
        self.token = root / "token"
        """The secret that programs send to the server."""
        self.worker_note = root / "worker.json"
        self.pictures = root / "pictures"
        """Files of pictures, as ``ab/abcd…`` by their sha256, each with a sidecar."""
        self.derived = root / "derived"
        """Thumbnails and other files that can be made again from pictures."""
        self.lost_found = root / "lost+found"
        """Files that were found in the other folders and are not known there."""
        self.backups = root / "backups"
        """Copies of the database."""
        self.repair_request = root / "repair-at-next-start"
        """An empty file: somebody has asked for a repair."""
        self._scratch = root / "scratch"
        self.adopted = False
        """Whether :meth:`prepare` found no marker: then nothing is moved until the next start."""

    @cached_property
    def scratch(self) -> Path:
        """The folder for temporary files of this process; those of earlier ones are deleted."""
        return self._scratch / f"nijigen-{secrets.token_hex(8)}"

    def origin(self) -> Origin:
        """Return whether the folder is ours; changes nothing.

        Raises:
            InputError: The folder cannot be read, or its marker is damaged, or not the studio's.
        """
        try:
            if STORE.marker(self.root, ANOTHER) is not None:
                return Origin.OURS
            names = os.listdir(self.root)
        except FileNotFoundError:
            return Origin.EMPTY
        except OSError as error:
            raise InputError(
                f"the data folder {self.root} cannot be read: {error.strerror}", ANOTHER
            ) from None
        if all(name in _NOT_CONTENT or name.startswith(".") for name in names):
            return Origin.EMPTY
        return Origin.EARLIER if _is_ours(self.database) else Origin.FOREIGN

    def _has_pictures(self) -> bool:
        """Return whether there are files that are named as those of our pictures."""
        try:
            return any(_PICTURE.fullmatch(path.name) for path in self.pictures.glob("??/*"))
        except OSError:
            return False

    def has_readable_marker(self) -> bool:
        """Return whether there is a marker of any kind of store, and of any version."""
        try:
            found = read_json(self.marker.read_bytes())
            return isinstance(found["store"], str) and isinstance(found["version"], int)
        except (OSError, ValueError, TypeError, KeyError):
            return False

    def mark(self) -> None:
        """Write the marker.

        Raises:
            OutputError: It cannot be written.
        """
        STORE.mark(self.root)

    def require(self) -> Origin:
        """Return how the folder came to be ours, or can be.

        Raises:
            InputError: It is somebody else's.
        """
        found = self.origin()
        if found is Origin.FOREIGN:
            hint = f"{ANOTHER}, an empty or a new one; nothing was changed in this one"
            if self._has_pictures():
                command = ["nijigen", "studio", "check", "--data", str(self.root), "--repair"]
                hint += f"; if it was one and its database is lost, run: {shlex.join(command)}"
            raise InputError(f"{self.root} has files, but is not a data folder of Nijigen", hint)
        return found

    def lock(self, held: str = "", *, trusted: bool = False) -> FolderLock:
        """Return a lock on the folder, which is created if it is missing, with mode 700.

        Args:
            held: What to do if another process has the lock, as the end of a sentence.
            trusted: Also lock a folder that has neither a marker nor a database.

        Raises:
            InputError: It is somebody else's, or another process has the lock.
            OutputError: It cannot be written.
        """
        # Before the lock, which is a file.
        if not trusted:
            self.require()
        try:
            self._make()
        except OSError as error:
            raise self._unusable(error) from error
        return FolderLock(self.root, file=LOCK, what=f"the data folder {self.root}", held=held)

    def prepare(self) -> None:
        """Make the folder ours if it can be, with everything that is missing in it.

        The caller holds the lock of the folder.

        Raises:
            InputError: It is somebody else's.
            OutputError: It cannot be written.
        """
        found = self.require()
        self.adopted = found is Origin.EARLIER
        try:
            self._make()
            marker = STORE.marker(self.root, ANOTHER)
            if marker is None or marker["version"] < STORE.version:
                self.mark()
            for each in (self.pictures, self.derived, self._scratch):
                make_folder(each, private.FOLDER)
            self.remove_leftovers()
            self.scratch.mkdir(exist_ok=True)
            self._tighten()
        except OSError as error:
            raise self._unusable(error) from error

    def _tighten(self) -> None:
        """Keep others out, if an earlier version or a copy program left modes that let them in."""
        beside = (self.database.with_name(f"{self.database.name}-{end}") for end in ("wal", "shm"))
        folders = (self.pictures, self.derived, self.lost_found, self.backups)
        notes = (self.marker, self.worker_note, self.root / LOCK)
        private.tighten(self.root, [self.database, *beside, *folders, self._scratch, *notes])

    def _make(self) -> None:
        if self.root == STORE.place:
            make_private(home())
        make_private(self.root)

    def _unusable(self, error: OSError) -> OutputError:
        text = f"the data folder {self.root} cannot be used: {error.strerror}"
        return OutputError(text, ANOTHER)

    def remove_leftovers(self) -> None:
        """Remove the temporary files of earlier processes, which had this same lock."""
        for entry in self._scratch.iterdir():
            if _SESSION.fullmatch(entry.name) and entry != self.scratch:
                shutil.rmtree(entry, ignore_errors=True)

    def ask_for_repair(self, wanted: bool) -> None:
        """Note that the folder is to be repaired at the next start, or not.

        Raises:
            OutputError: It cannot be noted.
        """
        if wanted:
            write_bytes(self.repair_request, b"")
        else:
            remove_file(self.repair_request)

    def clear_scratch(self) -> None:
        """Remove the temporary files of this process."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    def unknown_in_scratch(self) -> list[Path]:
        """Return what is among the temporary files and was not made by Nijigen."""
        if not self._scratch.is_dir():
            return []
        return [e for e in self._scratch.iterdir() if not _SESSION.fullmatch(e.name)]

    def set_aside(self, path: Path) -> Path:
        """Move a file or folder to lost+found, and return its new path.

        Its name there begins with the time and says where it was. Nothing is overwritten.

        Raises:
            OSError: It cannot be moved.
        """
        inner = "-".join(path.relative_to(self.root).parts)
        # With the time and a number, names of up to 255 bytes become too long.
        name = inner.encode(errors="surrogateescape")[-200:].decode(errors="surrogateescape")
        stamp = time.strftime("%Y%m%d-%H%M%S")
        make_folder(self.lost_found, private.FOLDER)
        number, target = 1, self.lost_found / f"{stamp}-{name}"
        while os.path.lexists(target):
            number += 1
            target = self.lost_found / f"{stamp}-{number}-{name}"
        move(path, target)
        return target

    def set_all_aside(self, paths: list[Path]) -> None:
        """Move unknown files to lost+found, and log it: one line each, or one line for many."""
        moved = []
        for path in paths:
            try:
                moved.append((path, self.set_aside(path)))
            except OSError as error:
                log.warning("%s is not known here, and cannot be moved: %s", path, error.strerror)
        if len(moved) > MOST_LINES:
            log.warning("%d unknown files were moved to %s", len(moved), self.lost_found)
            return
        for path, target in moved:
            log.warning("%s is not known here and was moved to %s", path, target)


def _is_ours(database: Path) -> bool:
    """Return whether a file is a database that Nijigen wrote; it is only read."""
    if not database.is_file():
        return False
    try:
        address = f"{database.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {row[0] for row in found} >= SCHEMA.columns(1).keys()
    except sqlite3.Error:
        return False
