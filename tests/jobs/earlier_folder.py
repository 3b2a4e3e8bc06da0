"""A data folder as the first version of Nijigen wrote it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

PICTURE = "6511a36f4810c772d4c4267bb7c0916cae56aea78d0cc254f7c55634b0e70caf"
VERSION_1 = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "facts" VALUES('paused','yes');
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL, inputs TEXT NOT NULL, settings TEXT NOT NULL,
    name TEXT, batch TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    abandoned INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL, started REAL, finished REAL,
    picture TEXT, data TEXT, error TEXT
);
INSERT INTO "jobs" VALUES(1,'143cbd492dc8a584','effects.halftone','{{"picture":"{PICTURE}"}}',
    '{{"cell":8}}','1-halftone.png',NULL,'done',1,0,1796027826.923896313,1796027826.924108267,
    1796027826.924170971,'{PICTURE}',NULL,NULL);
INSERT INTO "jobs" VALUES(2,'c08b003d607fd2e4','effects.halftone','{{"picture":"{PICTURE}"}}',
    '{{"cell":9}}',NULL,'batch-1','failed',1,0,1796027826.924268961,1796027826.924361229,
    1796027826.924438477,NULL,NULL,'{{"type":"about:blank","title":"InputError","status":422,
    "detail":"wrong","hint":"do it right","field":null,"limit":null,"log_id":null}}');
INSERT INTO "jobs" VALUES(3,'e170cd8617afca74','effects.halftone','{{"picture":"{PICTURE}"}}',
    '{{"cell":10}}','x.webp','batch-1','running',1,0,1796027826.924534082,1796027826.924693108,
    NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(4,'73d7062f38f022b8','effects.halftone','{{"picture":"{PICTURE}"}}',
    '{{"cell":11}}',NULL,NULL,'queued',0,0,1796027826.924773693,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE pictures (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, channels INTEGER NOT NULL,
    depth INTEGER NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL,
    created REAL NOT NULL, used REAL NOT NULL
);
INSERT INTO "pictures" VALUES('{PICTURE}','1.png','png',48,40,3,8,1,1463,
    1796027826.923606157,1796027826.923606157);
CREATE INDEX pictures_by_use ON pictures (used);
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_by_batch ON jobs (batch, number);
PRAGMA user_version = 1;
"""
"""What Nijigen wrote before there were lanes: a database of its own, dumped."""


def old_folder(folder: Path) -> Path:
    connection = sqlite3.connect(folder / "nijigen.sqlite3")
    connection.executescript(VERSION_1)
    connection.close()
    (folder / "pictures" / PICTURE[:2]).mkdir(parents=True)
    (folder / "pictures" / PICTURE[:2] / PICTURE).touch()
    return folder
