"""Rebuild: make a new database from the newest good backup and from the files of the pictures.

The new database is made in the scratch folder and moved to its place when it is complete, so that a
kill at any moment leaves the old one, the new one, or none, from which the next start goes on.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from nijigen.core import disk, private
from nijigen.core.errors import OutputError
from nijigen.jobs.stores import sidecars
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.files import PictureFiles
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.index import add_row, listing
from nijigen.jobs.stores.records import Problem
from nijigen.jobs.stores.recovery.backups import newest_good, remove_database
from nijigen.jobs.stores.sidecars import Sidecar

_INTERRUPTED = Problem(
    type="/problems/Restored",
    title="Restored",
    status=503,
    detail="the database was restored from a backup, and it is not known whether this job was done",
    hint="retry it if its result is missing",
).model_dump_json()


@dataclass(frozen=True)
class Rebuilt:
    """What a new database was made of."""

    pictures: int
    """How many it has."""
    named: int
    """For how many of them the name is known."""
    backup: Path | None
    """The backup that was used."""
    damaged: Path | None
    """Where the old database is now."""


def rebuild(folder: DataFolder, *, keep_rows: bool = False) -> Rebuilt:
    """Make a new database, and put an old one aside; the caller has the lock of the folder.

    Args:
        folder: The folder.
        keep_rows: Keep the rows that a backup has of pictures without a file, which may have been
            deleted since.

    Raises:
        OutputError: The disk is full; the old database is where it was.
    """
    temporary = folder.scratch / f"{secrets.token_hex(8)}.sqlite3"
    try:
        backup = newest_good(folder, temporary)
        database = Database(temporary)
        try:
            pictures, named = _index(folder, database, keep_rows)
            database.copy_to(whole := temporary.with_suffix(".whole"))
        finally:
            database.close()
        private.protect(whole)
        disk.sync_path(whole)
        old = put_aside(folder)
        disk.replace(whole, folder.database)
    except OSError as error:
        raise OutputError(
            f"the database cannot be restored: {error.strerror or error}",
            "free some space on the disk, and try again",
        ) from error
    finally:
        # What stays is removed at the next start.
        with contextlib.suppress(OSError):
            remove_database(temporary)
    return Rebuilt(pictures, named, backup, old)


def put_aside(folder: DataFolder) -> Path | None:
    """Rename the database and its log to ``nijigen.sqlite3.damaged-N``; return the new path."""
    names = [folder.database.name + ending for ending in ("", "-wal", "-shm", "-journal")]
    present = [name for name in names if (folder.root / name).exists()]
    number = 1
    while any(_aside(folder, name, number).exists() for name in names):
        number += 1
    for name in present:
        (folder.root / name).rename(_aside(folder, name, number))
    disk.sync_folder(folder.root)
    return _aside(folder, names[0], number) if present else None


def _aside(folder: DataFolder, name: str, number: int) -> Path:
    ending = name.removeprefix(folder.database.name)
    return folder.root / f"{folder.database.name}.damaged-{number}{ending}"


def _index(folder: DataFolder, database: Database, keep_rows: bool) -> tuple[int, int]:
    """Make the rows of pictures fit the files; return how many there are, and how many names."""
    files, now = PictureFiles(folder), time.time()
    found = listing(folder).files
    known = {row["id"]: row for row in database.rows("SELECT id, name FROM pictures")}
    named = 0
    with database.transaction() as connection:
        _settle_jobs(connection)
        gone = [(id,) for id in known if id not in found and not keep_rows]
        connection.executemany("DELETE FROM pictures WHERE id = ?", gone)
        for id, path in found.items():
            sidecar = _sidecar(path)
            if id in known:
                named += 1
                if sidecar is not None:
                    connection.execute(
                        "UPDATE pictures SET name = ? WHERE id = ?", (sidecar.name, id)
                    )
                continue
            named += sidecar is not None
            sidecar = sidecar or sidecars.described(path)
            if sidecar is not None:
                add_row(connection, sidecar, now)
                files.describe(sidecar)
        count = connection.execute("SELECT COUNT(*) FROM pictures").fetchone()[0]
    return count, named


def _sidecar(path: Path) -> Sidecar | None:
    sidecar = sidecars.read_or_none(path)
    # A file that was cut off is not what the sidecar says; its content is looked at then.
    return sidecar if sidecar is not None and path.stat().st_size == sidecar.bytes else None


def _settle_jobs(connection: sqlite3.Connection) -> None:
    """Fail the jobs that a backup has as waiting: they may have been done since it was made."""
    connection.execute(
        "UPDATE jobs SET state = 'failed', finished = ?, error = ? "
        "WHERE state IN ('queued', 'running')",
        (time.time(), _INTERRUPTED),
    )
