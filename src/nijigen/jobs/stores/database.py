"""The database of a data folder: an SQLite file that survives a kill at any moment."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from nijigen.core import private
from nijigen.core.errors import InputError, OutputError

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
            SELECT 1 FROM json_each(jobs.data) AS file
            WHERE json_extract(file.value, '$.picture') = pictures.id)))
""",
)
"""Migrations from each version to the next; the first turns an empty file into version 1."""
VERSION = len(_STEPS)


class Database:
    """One connection that threads take turns to use; every change is a transaction."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite gives the files beside it the same mode.
            private.create_file(path)
            # We begin transactions ourselves; Python would guess from each statement.
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise OutputError(
                f"the data folder {path.parent} cannot be used: {error}", "use another with --data"
            ) from error
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(path)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise InputError(
                f"{path} is not a Nijigen database: {error}",
                "move the file away, or use another folder with --data",
            ) from error
        except InputError:
            self._connection.close()
            raise

    def _prepare(self, path: Path) -> None:
        # A write-ahead log: readers do not wait, and committed data survives a kill. It is flushed
        # at each commit, so committed data survives a power failure too.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA fullfsync = ON")  # Like disk.py on macOS.
        with self.transaction() as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise InputError(
                    f"{path} was written by a newer Nijigen", "update, or use another --data folder"
                )
            for step in _STEPS[version:]:
                for statement in step.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection; all changes in the block are committed, or none of them.

        Raises:
            OutputError: The disk is full or broken.
        """
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                # A full disk has already ended the transaction.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError):
                    raise OutputError(
                        f"the database cannot be written: {error}", "free some space on the disk"
                    ) from error
                raise

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

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
