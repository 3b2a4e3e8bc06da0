"""The database of a data folder: an SQLite file that survives a kill at any moment."""

from __future__ import annotations

import contextlib
import shlex
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from nijigen.core import private
from nijigen.core.errors import InputError, NijigenError, OutputError

_STEPS = (
    """
CREATE TABLE pictures (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, channels INTEGER NOT NULL,
    depth INTEGER NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL,
    created REAL NOT NULL, used REAL NOT NULL
);
CREATE INDEX pictures_by_use ON pictures (used);
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL, inputs TEXT NOT NULL, settings TEXT NOT NULL,
    name TEXT, batch TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    abandoned INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL, started REAL, finished REAL,
    picture TEXT, data TEXT, error TEXT
);
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_by_batch ON jobs (batch, number);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)
""",
    """
ALTER TABLE jobs ADD COLUMN lane TEXT NOT NULL DEFAULT 'interactive';
ALTER TABLE jobs ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
UPDATE jobs SET lane = 'batch' WHERE batch IS NOT NULL;
DROP INDEX jobs_by_state;
CREATE INDEX jobs_by_state ON jobs (state, lane, number)
""",
    """
ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'data'
""",
    """
ALTER TABLE jobs ADD COLUMN access TEXT NOT NULL DEFAULT 'read'
""",
    # What came before its job ended may have been uploaded, so it counts as such.
    """
ALTER TABLE pictures ADD COLUMN origin TEXT NOT NULL DEFAULT 'upload';
ALTER TABLE pictures ADD COLUMN downloaded REAL;
ALTER TABLE pictures ADD COLUMN discarded REAL;
ALTER TABLE pictures ADD COLUMN trashed REAL;
UPDATE pictures SET origin = 'result' WHERE EXISTS (
    SELECT 1 FROM jobs WHERE pictures.created BETWEEN jobs.finished - 5 AND jobs.finished + 5 AND (
        jobs.picture = pictures.id OR jobs.kind = 'files' AND EXISTS (
            SELECT 1 FROM json_each(CASE WHEN json_valid(jobs.data) THEN jobs.data ELSE '[]' END)
                AS file
            WHERE json_extract(file.value, '$.picture') = pictures.id)))
""",
)
"""Migrations from each version to the next; the first turns an empty file into version 1."""
VERSION = len(_STEPS)


TABLES = {"pictures", "jobs", "facts"}


class DatabaseDamaged(InputError):
    """The database cannot be read any more."""

    http_status = 503


class DatabaseBusy(OutputError):
    """Another program holds the database for a long time."""

    http_status = 503


_NOT_WRITTEN = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space on the disk"),
    sqlite3.SQLITE_IOERR: ("the disk is full or does not work as it should", "free some space"),
    sqlite3.SQLITE_READONLY: ("it is read-only", "change the permissions of the data folder"),
    sqlite3.SQLITE_PERM: ("it is read-only", "change the permissions of the data folder"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "look at the disk and the permissions"),
}


def explained(error: sqlite3.Error, path: Path) -> NijigenError | None:
    """Return what an error of SQLite means for the user; None if it is a fault of our own."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, str(error))
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(
            f"another program uses the database {path}", "close that program, and try again"
        )
    if primary in _NOT_WRITTEN:
        reason, hint = _NOT_WRITTEN[primary]
        return OutputError(f"the database {path} cannot be written: {reason} ({error})", hint)
    return None


def damaged(path: Path, reason: str) -> DatabaseDamaged:
    """Return the error for a database that cannot be read."""
    command = shlex.join(["nijigen", "studio", "check", "--data", str(path.parent), "--repair"])
    return DatabaseDamaged(
        f"the database {path} is damaged: {reason}",
        f"stop the studio and run: {command} (your pictures are safe, it makes a new list of them)",
    )


def damage_in(connection: sqlite3.Connection, *, thorough: bool = False) -> str:
    """Return what is wrong with a database, in a few words; empty if it is whole.

    Args:
        connection: A connection to it.
        thorough: Also compare the indexes with the tables, which takes longer.

    Raises:
        sqlite3.Error: It is so damaged that it cannot be examined.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    first = connection.execute(f"PRAGMA {pragma}(1)").fetchone()[0]
    if first != "ok":
        return str(first).replace("\n", " ")
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    missing = TABLES - {row[0] for row in rows}
    return f"it has no table {min(missing)}" if missing else ""


class Database:
    """One connection that threads take turns to use; every change is a transaction.

    Args:
        path: The file; it is created if it is missing.

    Raises:
        DatabaseDamaged: It is not a database, or not one of Nijigen's, or damaged anywhere.
        InputError: A newer version of Nijigen wrote it.
        OutputError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            if not new and not path.is_file():
                raise damaged(path, "it is not a file")
            if not new and path.stat().st_size == 0:
                raise damaged(path, "it is empty")
            # SQLite gives the files beside it the same mode.
            private.create_file(path)
        except OSError as error:
            raise OutputError(
                f"the data folder {path.parent} cannot be used: {error.strerror}",
                "use another with --data",
            ) from error
        with self._explaining():
            # We begin transactions ourselves; Python would guess from each statement.
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(new)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                # Its tables are not what its version says.
                raise damaged(path, str(error)) from error
            raise

    def _prepare(self, new: bool) -> None:
        with self._explaining():
            # Every page is looked at once: damage is reported before anything is written.
            if not new and (reason := damage_in(self._connection)):
                raise damaged(self.path, reason)
            # A write-ahead log: readers do not wait, and committed data survives a kill. It is
            # flushed at each commit, so committed data survives a power failure too.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA fullfsync = ON")  # Like disk.py on macOS.
        with self.transaction() as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise InputError(
                    f"{self.path} was written by a newer Nijigen",
                    "update, or use another --data folder",
                )
            for step in _STEPS[version:]:
                for statement in step.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextlib.contextmanager
    def _explaining(self) -> Iterator[None]:
        """Raise what an error of SQLite means for the user."""
        try:
            yield
        except sqlite3.Error as error:
            if (known := explained(error, self.path)) is not None:
                raise known from error
            raise

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection; all changes in the block are committed, or none of them.

        Raises:
            OutputError: The disk is full or broken.
            DatabaseDamaged: The file was damaged in the meantime.
        """
        with self._lock, self._explaining():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has already ended the transaction.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query.

        Raises:
            OutputError: The disk is broken.
            DatabaseDamaged: The file was damaged in the meantime.
        """
        with self._lock, self._explaining():
            return self._connection.execute(query, values).fetchall()

    def copy_to(self, path: Path) -> None:
        """Copy the database, as it is now, to another file, which is overwritten.

        Raises:
            OutputError: It cannot be written.
        """
        with self._lock, self._explaining(), contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            # A copy is one file, without a log beside it.
            target.execute("PRAGMA journal_mode = DELETE")

    def fact(self, name: str) -> str | None:
        """Return the text stored under a name."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def remember(self, name: str, value: str) -> None:
        """Store a text under a name."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
