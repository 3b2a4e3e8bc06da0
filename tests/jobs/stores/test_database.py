"""The database: a folder of an older Nijigen goes on where it was left."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from earlier_folder import PICTURE, old_folder
from job_stores import Stores

from nijigen.jobs.stores import database
from nijigen.jobs.stores.database import SCHEMA, VERSION, Database


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
    steps = (SCHEMA.steps[0], SCHEMA.steps[1] + "; SELECT * FROM nowhere")
    monkeypatch.setattr(database, "SCHEMA", replace(SCHEMA, steps=steps))
    with pytest.raises(Exception, match="nowhere"):
        Database(path)
    monkeypatch.undo()
    assert version(path) == 1
    assert len(Stores(tmp_path).jobs.newest()) == 4


def test_every_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    made = Database(tmp_path / "nijigen.sqlite3")
    assert made.rows("PRAGMA synchronous")[0][0] == 2  # FULL
    assert made.rows("PRAGMA journal_mode")[0][0] == "wal"
    made.close()
