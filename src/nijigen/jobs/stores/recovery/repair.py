"""Repair: bring a data folder in order, without deleting anything of the user's.

Each step leaves the folder as it was or better, so that a repair that is killed is simply repeated.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
from pathlib import Path

from nijigen.core.atomic import write_bytes
from nijigen.core.database import DatabaseDamaged, damage_in
from nijigen.core.errors import InputError
from nijigen.jobs.stores import sidecars
from nijigen.jobs.stores.database import SCHEMA, Database
from nijigen.jobs.stores.files import PICTURE_ID, PictureFiles, sha256_of
from nijigen.jobs.stores.folder import DataFolder, Origin
from nijigen.jobs.stores.index import add_rows, listing, settle, sidecar_of
from nijigen.jobs.stores.job_rows import is_damaged
from nijigen.jobs.stores.recovery.backups import back_up, backups
from nijigen.jobs.stores.recovery.check import damage_of_backup, reading
from nijigen.jobs.stores.recovery.rebuild import rebuild


def is_recognizable(folder: DataFolder) -> bool:
    """Return whether a folder has a marker, or pictures that are named like ours.

    A repair is asked for by the user, for this very folder; so it also takes one whose marker and
    database are both lost.
    """
    with contextlib.suppress(InputError):
        if folder.origin() in (Origin.OURS, Origin.EARLIER):
            return True
    return bool(listing(folder).files)


def repair(folder: DataFolder) -> list[str]:
    """Bring a folder in order; the caller has its lock.

    Returns:
        What was done, one line each.

    Raises:
        InputError: It is not a data folder, or a newer version of Nijigen wrote it.
        OutputError: The disk is full; what was done is done.
    """
    steps = _Repair(folder)
    steps.marker()
    folder.prepare()
    # What was asked for is more than the start of an adopted folder does.
    folder.adopted = False
    steps.backups()
    database = steps.open()
    try:
        steps.files(database)
        steps.rows(database)
        steps.jobs(database)
        before = _count(folder.lost_found)
        settle(folder, database)
        if (moved := _count(folder.lost_found) - before) > 0:
            steps.done.append(f"{moved} unknown file(s) were moved to {folder.lost_found}")
        back_up(folder, database)
    finally:
        database.close()
    folder.ask_for_repair(False)
    return steps.done


class _Repair:
    """The steps, and what they did."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.store = PictureFiles(folder)
        self.done: list[str] = []

    def marker(self) -> None:
        """Write a marker that is missing or damaged."""
        folder = self.folder
        with contextlib.suppress(InputError):
            if folder.origin() in (Origin.OURS, Origin.EARLIER, Origin.EMPTY):
                return
        if folder.has_readable_marker() or not is_recognizable(folder):
            folder.require()  # It says why not.
            return
        if folder.marker.exists():
            self._set_aside(folder.marker, "the marker was damaged")
        folder.mark()
        self.done.append(f"{folder.marker} was written again")

    def backups(self) -> None:
        """Set damaged backups aside."""
        for path in backups(self.folder):
            if damage_of_backup(path):
                self._set_aside(path, "a backup was damaged")

    def open(self) -> Database:
        """Open the database; one that is damaged or missing is made again."""
        path = self.folder.database
        try:
            if path.exists():
                with reading(path) as connection:
                    reason = damage_in(connection, SCHEMA, thorough=True)
                if not reason:
                    return Database(path)
        except (DatabaseDamaged, sqlite3.Error, OSError):
            pass
        # Their files may be in lost+found.
        made = rebuild(self.folder, keep_rows=True)
        if made.damaged is not None:
            self.done.append(f"the damaged database was renamed to {made.damaged}")
        source = f"the backup {made.backup.name} and " if made.backup is not None else ""
        self.done.append(
            f"a new database was made from {source}the files: {made.pictures} picture(s), "
            f"{made.named} of them with their names"
        )
        return Database(path)

    def files(self, database: Database) -> None:
        """Set files aside whose content is wrong, and add the rows of those that have none."""
        known = {row["id"] for row in database.rows("SELECT id FROM pictures")}
        for id, path in listing(self.folder).files.items():
            if not self.store.is_there(id):
                self._set_aside(path, "its content was not what was stored")
            elif id not in known:
                sidecar = sidecars.read_or_none(path) or sidecars.described(path)
                if sidecar is not None:
                    add_rows(database, [sidecar])
                    self.done.append(f"{sidecar.name} was added to the database again ({id})")

    def rows(self, database: Database) -> None:
        """Mend the rows of pictures and the sidecars of their files."""
        lost = self._in_lost_and_found()
        for row in database.rows("SELECT * FROM pictures"):
            id = str(row["id"])
            sidecar = sidecar_of(row)
            if not PICTURE_ID.fullmatch(id) or not self._has_file(id, sidecar, lost):
                self._remove_row(database, row)
                continue
            path = self.store.path(id)
            beside = sidecars.read_or_none(path)
            if sidecar is None:
                sidecar = beside or sidecars.described(path)
                if sidecar is not None:
                    add_rows(database, [sidecar])
                    self.done.append(f"the row of {sidecar.name} was written again ({id})")
            if sidecar is not None and beside is None:
                sidecars.write(path, sidecar)
                self.done.append(f"the sidecar of {sidecar.name} was written again ({id})")

    def jobs(self, database: Database) -> None:
        """Remove the rows of jobs that are damaged, after writing them to lost+found."""
        for row in database.rows("SELECT * FROM jobs"):
            if not is_damaged(row):
                continue
            target = self._write_down("job", row)
            with database.transaction() as connection:
                connection.execute("DELETE FROM jobs WHERE number = ?", (row["number"],))
            self.done.append(f"a damaged job was moved to {target}")

    def _has_file(
        self, id: str, sidecar: sidecars.Sidecar | None, lost: dict[int, list[Path]]
    ) -> bool:
        """Return whether a picture has its file, if need be from lost+found."""
        if self.store.is_there(id):
            return True
        for path in lost.get(sidecar.bytes, []) if sidecar is not None else ():
            if path.exists() and sha256_of(path) == id:
                assert sidecar is not None
                self.store.place(path, sidecar)
                self.done.append(f"the file of {sidecar.name} was found in {path.parent} ({id})")
                return True
        return False

    def _remove_row(self, database: Database, row: sqlite3.Row) -> None:
        if row["trashed"] is None:
            target = self._write_down("picture", row)
            self.done.append(
                f"the file of {row['name']} is missing, and nowhere in lost+found: its row was "
                f"moved to {target}"
            )
        with database.transaction() as connection:
            connection.execute("DELETE FROM pictures WHERE id = ?", (row["id"],))

    def _write_down(self, what: str, row: sqlite3.Row) -> Path:
        """Write a row to a file in lost+found; return its path."""
        entries = {name: row[name] for name in row.keys()}  # noqa: SIM118
        text = json.dumps(entries, indent=2, default=repr)
        target = self.folder.lost_found / f"{what}-{secrets.token_hex(8)}.json"
        write_bytes(target, text.encode(errors="backslashreplace"))
        return target

    def _in_lost_and_found(self) -> dict[int, list[Path]]:
        """Return the files in lost+found by their size."""
        found: dict[int, list[Path]] = {}
        for path in self.folder.lost_found.iterdir() if self.folder.lost_found.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                found.setdefault(path.stat().st_size, []).append(path)
        return found

    def _set_aside(self, path: Path, why: str) -> None:
        try:
            target = self.folder.set_aside(path)
        except OSError as error:
            self.done.append(f"{why}: {path} cannot be moved: {error.strerror}")
        else:
            self.done.append(f"{why}: {path} was moved to {target}")


def _count(folder: Path) -> int:
    return len(list(folder.iterdir())) if folder.is_dir() else 0
