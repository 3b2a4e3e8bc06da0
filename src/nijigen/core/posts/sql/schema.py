"""The tables of posts in SQLite. Whoever keeps a database creates them and migrates it.

A picture's tags include what they imply, so a query need not follow implications; names, colors,
types and ratings are those of ``Post``; times are whole seconds since 1970, UTC.
"""

SCHEMA = """
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY,
    md5 TEXT,
    width INTEGER,
    height INTEGER,
    filetype TEXT,
    filesize INTEGER,
    duration REAL,
    created_at INTEGER,
    updated_at INTEGER,
    rating TEXT CHECK (rating IN ('general', 'sensitive', 'questionable', 'explicit')),
    score INTEGER,
    favcount INTEGER,
    source TEXT NOT NULL DEFAULT '',
    parent_id INTEGER,
    has_children INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    faces INTEGER,
    -- What the site called it: its name, its number for the post, its rating, all that it sent.
    site TEXT NOT NULL DEFAULT '',
    site_id INTEGER,
    site_rating TEXT,
    raw TEXT
);
CREATE INDEX pictures_by_md5 ON pictures (md5);
CREATE INDEX pictures_by_site ON pictures (site, site_id);
CREATE INDEX pictures_by_parent ON pictures (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX pictures_by_score ON pictures (score);
CREATE INDEX pictures_by_time ON pictures (created_at);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category TEXT CHECK (category IN ('general', 'artist', 'copyright', 'character', 'meta')),
    -- Pictures that have it.
    count INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE picture_tags (
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (picture_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX picture_tags_by_tag ON picture_tags (tag_id, picture_id);
-- An alias may mean two tags; a tag of the same name beats it.
CREATE TABLE tag_aliases (
    name TEXT NOT NULL,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (name, tag_id)
) WITHOUT ROWID;
CREATE TABLE tag_implications (
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    implied_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, implied_id)
) WITHOUT ROWID;

CREATE TABLE picture_colors (
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    color TEXT NOT NULL,
    PRIMARY KEY (picture_id, color)
) WITHOUT ROWID;
CREATE INDEX picture_colors_by_color ON picture_colors (color, picture_id);
CREATE TABLE pools (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE picture_pools (
    pool_id INTEGER NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, position)
) WITHOUT ROWID;
CREATE INDEX picture_pools_by_picture ON picture_pools (picture_id);
"""
"""Statements that create the tables in an empty database."""
