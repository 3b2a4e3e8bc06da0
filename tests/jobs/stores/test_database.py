"""The database: a folder of an older Nijigen goes on where it was left."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores

from nijigen.jobs.stores import database
from nijigen.jobs.stores.database import VERSION, Database

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


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    connection.close()
    return found


def test_jobs_of_version_1_are_all_there_and_go_on(tmp_path: Path) -> None:
    stores = Stores(old_folder(tmp_path))
    assert stores.database.fact("paused") == "yes"
    jobs = stores.jobs.newest()[::-1]
    assert [job.settings["cell"] for job in jobs] == [8, 9, 10, 11]
    assert [job.state for job in jobs] == ["done", "failed", "running", "queued"]
    assert [job.lane for job in jobs] == ["interactive", "batch", "batch", "interactive"]
    assert {job.notes for job in jobs} == {()}
    assert jobs[0].result == stores.pictures.get(PICTURE)
    assert jobs[1].error is not None
    assert jobs[1].error.hint == "do it right"
    stores.jobs.recover()
    claim = stores.jobs.claim("batch")
    assert claim is not None
    assert (claim.id, claim.attempt) == (jobs[2].id, 2)
    # Numbers go on, too: what is added now comes after all of it.
    added = stores.jobs.add("effects.halftone", {"picture": PICTURE}, {})
    assert stores.jobs.newest()[0].id == added.id
    stores.database.close()
    assert version(tmp_path / "nijigen.sqlite3") == VERSION
    # A second time nothing is left to be done.
    assert len(Stores(tmp_path).jobs.newest()) == 5


def test_a_new_folder_is_the_same_as_an_old_one_brought_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    schemas = []
    for folder in (old_folder(tmp_path / "old"), tmp_path / "new"):
        made = Database(folder / "nijigen.sqlite3")
        rows = made.rows("SELECT name, sql FROM sqlite_master ORDER BY name")
        schemas.append([(row["name"], "".join((row["sql"] or "").split())) for row in rows])
        made.close()
    assert schemas[0] == schemas[1]


def test_a_step_that_fails_leaves_the_old_database_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_folder(tmp_path) / "nijigen.sqlite3"
    steps = (database._STEPS[0], database._STEPS[1] + "; SELECT * FROM nowhere")
    monkeypatch.setattr(database, "_STEPS", steps)
    with pytest.raises(Exception, match="nowhere"):
        Database(path)
    monkeypatch.undo()
    assert version(path) == 1
    assert len(Stores(tmp_path).jobs.newest()) == 4
