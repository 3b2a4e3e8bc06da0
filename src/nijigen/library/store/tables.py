"""The tables of a library."""

from __future__ import annotations

import shlex
from pathlib import Path

from nijigen.core.database import Schema

DATABASE = "library.sqlite3"

_STEPS = (
    """
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL, format TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    moving INTEGER NOT NULL, added REAL NOT NULL
);
CREATE TABLE places (
    path BLOB PRIMARY KEY, picture INTEGER NOT NULL REFERENCES pictures (id),
    bytes INTEGER NOT NULL, modified INTEGER NOT NULL, mount BLOB NOT NULL, state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX places_by_picture ON places (picture);
CREATE TABLE folders (path BLOB PRIMARY KEY, mount BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE signed (
    signature TEXT NOT NULL, picture INTEGER NOT NULL REFERENCES pictures (id),
    PRIMARY KEY (signature, picture)
) WITHOUT ROWID
""",
)
"""Migrations from each version to the next.

Paths are bytes, since names of files may be in any encoding. ``modified`` is in nanoseconds;
``mount`` is where the disk of a file was mounted; ``state`` is here, away or gone.
"""


def _repair(path: Path) -> str:
    command = shlex.join(
        ["nijigen", "library", "verify", "--repair", "--library", str(path.parent)]
    )
    return f"run {command}: it makes a new list of your pictures"


SCHEMA = Schema(
    steps=_STEPS,
    repair=_repair,
    other="name another folder with --library",
)
