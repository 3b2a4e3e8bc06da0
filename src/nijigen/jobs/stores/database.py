"""The database of a data folder: pictures, jobs, and single facts."""

from __future__ import annotations

import shlex
from pathlib import Path

from nijigen.core.database import Database as AnyDatabase
from nijigen.core.database import Schema

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
"""Migrations from each version to the next."""


def _repair(path: Path) -> str:
    command = shlex.join(["nijigen", "studio", "check", "--data", str(path.parent), "--repair"])
    return (
        f"stop the studio and run: {command} (your pictures are safe, it makes a new list of them)"
    )


SCHEMA = Schema(
    steps=_STEPS,
    repair=_repair,
    other="use another folder with --data",
)
VERSION = SCHEMA.version


class Database(AnyDatabase):
    """The database of a data folder.

    Args:
        path: The file; it is created if it is missing.

    Raises:
        DatabaseDamaged: It is not a database, or not one of Nijigen's, or damaged anywhere.
        InputError: A newer version of Nijigen wrote it.
        OutputError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)

    def fact(self, name: str) -> str | None:
        """Return the text stored under a name."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def remember(self, name: str, value: str) -> None:
        """Store a text under a name."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
