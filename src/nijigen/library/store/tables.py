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
    # The tables of core/posts/sql/schema.py as they were then, and what libraries know besides.
    """
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY REFERENCES contents (id), md5 TEXT, width INTEGER, height INTEGER,
    filetype TEXT, filesize INTEGER, duration REAL, created_at INTEGER, updated_at INTEGER,
    rating TEXT, score INTEGER, favcount INTEGER, source TEXT NOT NULL DEFAULT '',
    parent_id INTEGER, has_children INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0, faces INTEGER, site TEXT NOT NULL DEFAULT '',
    site_id INTEGER, site_rating TEXT, raw TEXT
);
CREATE INDEX pictures_by_md5 ON pictures (md5);
CREATE INDEX pictures_by_site ON pictures (site, site_id);
CREATE INDEX pictures_by_parent ON pictures (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX pictures_by_score ON pictures (score);
CREATE INDEX pictures_by_time ON pictures (created_at);
CREATE TABLE tags (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, category TEXT,
    count INTEGER NOT NULL DEFAULT 0, posts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE picture_tags (
    picture_id INTEGER NOT NULL REFERENCES pictures (id),
    tag_id INTEGER NOT NULL REFERENCES tags (id), PRIMARY KEY (picture_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX picture_tags_by_tag ON picture_tags (tag_id, picture_id);
CREATE TABLE tag_aliases (
    name TEXT NOT NULL, tag_id INTEGER NOT NULL REFERENCES tags (id), PRIMARY KEY (name, tag_id)
) WITHOUT ROWID;
CREATE TABLE tag_implications (
    tag_id INTEGER NOT NULL REFERENCES tags (id), implied_id INTEGER NOT NULL REFERENCES tags (id),
    PRIMARY KEY (tag_id, implied_id)
) WITHOUT ROWID;
CREATE TABLE picture_colors (
    picture_id INTEGER NOT NULL REFERENCES pictures (id), color TEXT NOT NULL,
    PRIMARY KEY (picture_id, color)
) WITHOUT ROWID;
CREATE INDEX picture_colors_by_color ON picture_colors (color, picture_id);
CREATE TABLE pools (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE picture_pools (
    pool_id INTEGER NOT NULL REFERENCES pools (id), position INTEGER NOT NULL,
    picture_id INTEGER NOT NULL REFERENCES pictures (id), PRIMARY KEY (pool_id, position)
) WITHOUT ROWID;
CREATE INDEX picture_pools_by_picture ON picture_pools (picture_id);
CREATE TABLE sidecars (
    place BLOB NOT NULL, path BLOB NOT NULL, position INTEGER NOT NULL,
    picture INTEGER NOT NULL REFERENCES pictures (id), bytes INTEGER NOT NULL,
    modified INTEGER NOT NULL, post TEXT, PRIMARY KEY (place, path)
) WITHOUT ROWID;
CREATE INDEX sidecars_by_picture ON sidecars (picture);
CREATE TABLE edits (
    picture INTEGER NOT NULL REFERENCES pictures (id), tag TEXT NOT NULL, category TEXT,
    added INTEGER NOT NULL, PRIMARY KEY (picture, tag)
) WITHOUT ROWID;
CREATE TABLE ratings (
    picture INTEGER PRIMARY KEY REFERENCES pictures (id), rating TEXT NOT NULL
);
CREATE TABLE site_parents (
    picture INTEGER PRIMARY KEY REFERENCES pictures (id), number INTEGER NOT NULL
);
CREATE TABLE faces (
    picture INTEGER NOT NULL REFERENCES pictures (id), position INTEGER NOT NULL,
    left REAL NOT NULL, top REAL NOT NULL, right REAL NOT NULL, bottom REAL NOT NULL,
    confidence REAL NOT NULL, PRIMARY KEY (picture, position)
) WITHOUT ROWID;
CREATE TABLE searches (name TEXT PRIMARY KEY, query TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO pictures (id, width, height, filetype, filesize, created_at)
    SELECT id, width, height,
        CASE format WHEN 'jpeg' THEN 'jpg' WHEN 'tiff' THEN 'tif' ELSE format END, bytes,
        (SELECT min(modified) / 1000000000 FROM places WHERE content = contents.id)
    FROM contents
""",
    """
ALTER TABLE entries ADD COLUMN cut INTEGER NOT NULL DEFAULT 1
""",
    """
CREATE TABLE uploads (
    id INTEGER PRIMARY KEY, content INTEGER NOT NULL REFERENCES contents (id)
);
CREATE INDEX uploads_by_content ON uploads (content)
""",
    """
ALTER TABLE places ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;
ALTER TABLE places ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX places_trashed ON places (content) WHERE state = 'trashed'
""",
    """
CREATE TABLE compared (
    entry INTEGER NOT NULL, other INTEGER NOT NULL, version INTEGER NOT NULL, found TEXT NOT NULL,
    PRIMARY KEY (entry, other)
) WITHOUT ROWID
""",
)
"""Migrations from each version to the next.

Version 2 tells contents (what a file contains, once for all its copies) from entries (indexed
images: a still picture, or a frame of a clip). Of clips that version 1 knew, which had their first
frame indexed, the entry stands for no frames yet, so that they are read again from the start.
Version 5 tells frames with which a shot begins from others.
In ``compared`` is what pairs of entries were found to be to each other, as JSON, which can be found
again. In ``uploads`` are the numbers that programs gave to pictures that they sent.

Paths are bytes, since names of files may be in any encoding. ``bytes``, ``modified``, ``inode`` and
``changed`` are the stamp of a file; of places that older versions noted, ``inode`` is 0.
``mount`` is where the disk of a file was mounted; ``state`` is here, away, gone or trashed.
Contents that the user calls distinct are named by their hashes, so that this survives removing and
adding them.

What sidecars and the user say of a picture is in ``sidecars`` (``post`` is JSON, NULL where one
cannot be read), ``edits`` (``added`` is 0 for removed tags) and ``ratings``; ``pictures``, by the
number of the content, and the tables of tags follow from it, and are what queries look at.
``tags.posts`` is how often the vocabulary says that a tag is used; ``site_parents`` has the numbers
that sites give to parents.
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
