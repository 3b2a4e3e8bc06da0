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
    """
ALTER TABLE pictures RENAME TO contents;
ALTER TABLE contents ADD COLUMN complete INTEGER NOT NULL DEFAULT 1;
UPDATE contents SET complete = 0 WHERE moving;
ALTER TABLE places RENAME COLUMN picture TO content;
DROP INDEX places_by_picture;
CREATE INDEX places_by_content ON places (content);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, content INTEGER NOT NULL REFERENCES contents (id),
    frame INTEGER NOT NULL, frames INTEGER NOT NULL, starts REAL NOT NULL, ends REAL NOT NULL,
    UNIQUE (content, frame)
);
INSERT INTO entries SELECT id, id, 0, 1 - moving, 0, 0 FROM contents;
DELETE FROM sqlite_sequence WHERE name = 'entries';
INSERT INTO sqlite_sequence SELECT 'entries', seq FROM sqlite_sequence WHERE name = 'contents';
CREATE TABLE signed_entries (
    signature TEXT NOT NULL, entry INTEGER NOT NULL REFERENCES entries (id),
    PRIMARY KEY (signature, entry)
) WITHOUT ROWID;
INSERT INTO signed_entries SELECT signature, picture FROM signed;
DROP TABLE signed;
ALTER TABLE signed_entries RENAME TO signed
""",
    """
CREATE TABLE measures (
    content INTEGER NOT NULL REFERENCES contents (id), name TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (content, name)
) WITHOUT ROWID;
CREATE TABLE distinct_contents (
    sha256 TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (sha256, other)
) WITHOUT ROWID
""",
)
"""Migrations from each version to the next.

Version 2 tells contents (what a file contains, once for all its copies) from entries (indexed
images: a still picture, or a frame of a clip). Of clips that version 1 knew, which had their first
frame indexed, the entry stands for no frames yet, so that they are read again from the start.

Paths are bytes, since names of files may be in any encoding. ``modified`` is in nanoseconds;
``mount`` is where the disk of a file was mounted; ``state`` is here, away, gone or trashed.
Contents that the user calls distinct are named by their hashes, so that this survives removing and
adding them.
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
