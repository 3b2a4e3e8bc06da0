"""Check: compare everything in a data folder; only reads, also while the studio is running."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, computed_field

from nijigen.core.database import damage_in
from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.jobs.stores import sidecars
from nijigen.jobs.stores.database import SCHEMA, VERSION
from nijigen.jobs.stores.derived import DERIVED
from nijigen.jobs.stores.files import entries, sha256_of
from nijigen.jobs.stores.folder import DataFolder, Origin
from nijigen.jobs.stores.index import listing, sidecar_of
from nijigen.jobs.stores.job_rows import is_damaged
from nijigen.jobs.stores.records import Record
from nijigen.jobs.stores.recovery.backups import backups

Kind = Literal[
    "marker", "database", "backup", "no file", "no row", "content", "row", "sidecar", "stray", "job"
]
RECENT = 60.0
"""Seconds for which a running studio may be about to add the row of a file."""


class Finding(Record):
    """One thing that is not as it should be."""

    kind: Kind
    path: str = Field(description="The file, or the id of a job")
    detail: str


class FolderReport(Record):
    """What a check of a data folder found."""

    folder: str
    running: str | None = Field(description="What the process that uses the folder says of itself")
    pictures: int = Field(description="Pictures in the database")
    files: int = Field(description="Picture files")
    jobs: int = Field(description="Jobs in the database")
    backups: int = Field(description="Backups of the database")
    lost_and_found: int = Field(description="Files in lost+found")
    free: int = Field(description="Free bytes on the disk")
    findings: list[Finding]

    @computed_field(description="Whether everything is as it should be")  # type: ignore[prop-decorator]
    @property
    def healthy(self) -> bool:
        """Whether there are no findings."""
        return not self.findings


def inspect(folder: DataFolder, running: str | None = None, run: Run | None = None) -> FolderReport:
    """Check a data folder; every picture file is read completely.

    Args:
        folder: The folder.
        running: What the process says of itself that uses the folder, if there is one.
        run: Receives the progress, and may cancel.
    """
    found: list[Finding] = []

    def add(kind: Kind, path: Path | str, detail: str) -> None:
        found.append(Finding(kind=kind, path=str(path), detail=detail))

    _check_marker(folder, add)
    rows, jobs = _check_database(folder, add)
    _check_backups(folder, add)
    listed = listing(folder)
    checked = 0
    for id, path in listed.files.items():
        checked += 1
        if run is not None:
            run.progress(checked / len(listed.files))
        if running and _is_recent(path):
            continue
        _check_file(id, path, rows, add)
    for id in (rows or {}).keys() - listed.files.keys():
        path = folder.pictures / id[:2] / id
        row = (rows or {})[id]
        # Those in the trash may be deleted, and their rows a moment later.
        if not path.exists() and row["trashed"] is None:
            add("no file", path, f"the file of {row['name']!r} is missing")
    strays = listed.strays + folder.unknown_in_scratch() + _strays_in(folder.derived)
    for path in strays:
        if not (running and _is_recent(path)):
            add("stray", path, "Nijigen did not make it, or does not know it any more")
    return FolderReport(
        folder=str(folder.root),
        running=running,
        pictures=len(rows or ()),
        files=len(listed.files),
        jobs=jobs,
        backups=len(backups(folder)),
        lost_and_found=len(list(folder.lost_found.iterdir())) if folder.lost_found.is_dir() else 0,
        free=shutil.disk_usage(folder.root).free,
        findings=found,
    )


Add = Callable[[Kind, Path | str, str], None]


def _check_marker(folder: DataFolder, add: Add) -> None:
    try:
        if folder.origin() is not Origin.OURS:
            add("marker", folder.marker, "it is missing")
    except InputError as error:
        add("marker", folder.marker, error.message)


def _check_database(folder: DataFolder, add: Add) -> tuple[dict[str, sqlite3.Row] | None, int]:
    """Check the database; return the rows of pictures, or None, and the number of jobs."""
    try:
        with reading(folder.database) as connection:
            if reason := damage_in(connection, SCHEMA, thorough=True):
                add("database", folder.database, f"it is damaged: {reason}")
                return None, 0
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version != VERSION:
                known = "a newer" if version > VERSION else "an earlier"
                add("database", folder.database, f"{known} version of Nijigen wrote it")
                return None, 0
            rows = {row["id"]: row for row in connection.execute("SELECT * FROM pictures")}
            jobs = connection.execute("SELECT * FROM jobs").fetchall()
    except (sqlite3.Error, OSError) as error:
        reason = str(error) if isinstance(error, sqlite3.Error) else error.strerror or str(error)
        add("database", folder.database, f"it cannot be read: {reason}")
        return None, 0
    for job in jobs:
        if is_damaged(job):
            add("job", str(job["id"]), "what is stored of this job is damaged")
    return rows, len(jobs)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database so that nothing is written.

    Raises:
        sqlite3.Error: It cannot be read.
        OSError: It is missing or empty.
    """
    if path.stat().st_size == 0:
        raise OSError("it is empty")
    # Where no process has it open there is no log, and SQLite would make one to read it; on a
    # read-only disk it could not.
    options = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    address = f"{path.absolute().as_uri()}?{options}"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        yield connection


def _check_backups(folder: DataFolder, add: Add) -> None:
    for path in backups(folder):
        if reason := damage_of_backup(path):
            add("backup", path, f"it is damaged: {reason}")


def damage_of_backup(path: Path) -> str:
    """Return what is wrong with a backup; empty if it is whole."""
    try:
        with reading(path) as connection:
            return damage_in(connection, SCHEMA)
    except (sqlite3.Error, OSError) as error:
        return str(error)


def _check_file(id: str, path: Path, rows: dict[str, sqlite3.Row] | None, add: Add) -> None:
    try:
        content = sha256_of(path)
    except FileNotFoundError:
        return  # A running studio has deleted it since.
    except OSError as error:
        add("content", path, f"it cannot be read: {error.strerror}")
        return
    if content != id:
        add("content", path, "its content is not what was stored: the sha256 differs")
    if rows is not None and id not in rows:
        add("no row", path, "the database does not know it")
    elif rows is not None and sidecar_of(rows[id]) is None:
        add("row", path, "what the database says of it is damaged")
    try:
        if sidecars.read(path) is None:
            add("sidecar", sidecars.path_beside(path), "it is missing")
    except ValueError as error:
        add("sidecar", sidecars.path_beside(path), f"it is damaged: {error}")


def _strays_in(derived: Path) -> list[Path]:
    found = entries(derived) if derived.is_dir() else ()
    return [path for path in found if not DERIVED.fullmatch(path.name)]


def _is_recent(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < RECENT
    except OSError:
        return True
