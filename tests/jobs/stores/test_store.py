"""The job store: every change is whole, and survives the process."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores

from nijigen.core.errors import NotFound
from nijigen.core.run import Note
from nijigen.jobs.stores.records import LANES, Lane, Problem
from nijigen.jobs.stores.store import MOST_ABANDONED, Claim, JobStore

WRONG = Problem(title="InputError", status=422, detail="wrong", hint="do it right")


def claimed(jobs: JobStore, lane: Lane = "interactive") -> Claim:
    claim = jobs.claim(lane)
    assert claim is not None
    return claim


def test_jobs_are_claimed_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    picture = stores.add()
    ids = [stores.jobs.add("a.b", {"picture": picture}, {"n": n}).id for n in range(5)]
    assert [job.id for job in stores.jobs.newest()] == ids[::-1]
    assert [job.id for job in stores.jobs.waiting()] == ids
    assert [claimed(stores.jobs).id for _ in ids] == ids
    assert stores.jobs.claim() is None
    assert [job.id for job in stores.jobs.newest(state="running")] == ids[::-1]
    assert stores.jobs.newest(state="queued") == []


def test_a_job_is_reported_as_it_was_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However soon a worker takes it up."""
    stores = Stores(tmp_path)
    whole = stores.database.transaction

    @contextlib.contextmanager
    def with_a_quick_worker() -> Iterator[sqlite3.Connection]:
        with whole() as connection:
            yield connection
        monkeypatch.undo()
        stores.jobs.fail(claimed(stores.jobs), WRONG)

    picture = stores.add()
    monkeypatch.setattr(stores.database, "transaction", with_a_quick_worker)
    job = stores.jobs.add("a.b", {"picture": picture}, {})
    assert (job.state, stores.jobs.get(job.id).state) == ("queued", "failed")
    monkeypatch.setattr(stores.database, "transaction", with_a_quick_worker)
    again = stores.jobs.retry(job.id)
    assert again is not None
    assert (again.state, stores.jobs.get(job.id).state) == ("queued", "failed")


def test_a_job_keeps_all_that_it_was_given(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    picture = stores.add()
    job = stores.jobs.add("a.b", {"picture": picture}, {"word": "絵", "n": [1]}, "x.png", "batch")
    assert (job.inputs, job.settings) == ({"picture": picture}, {"word": "絵", "n": [1]})
    assert (job.name, job.batch, job.state) == ("x.png", "batch", "queued")
    assert stores.jobs.newest(batch="batch") == [job]
    assert stores.jobs.newest(batch="other") == []
    with pytest.raises(NotFound):
        stores.jobs.add("a.b", {"picture": "0" * 64}, {}, pictures=["0" * 64])
    with pytest.raises(NotFound):
        stores.jobs.get("no such")
    assert len(stores.jobs.newest()) == 1


def test_a_result_and_the_state_are_one_change(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    stores.jobs.add("a.b", {"picture": stores.add(1)}, {})
    claim, result = claimed(stores.jobs), stores.add(2)

    def interrupted() -> None:
        with stores.database.transaction() as connection:
            assert stores.jobs.finish(connection, claim, picture=result, name="r")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stores.jobs.get(claim.id).state == "running"
    with stores.database.transaction() as connection:
        assert stores.jobs.finish(connection, claim, picture=result, name="r")
        # Nobody can finish it a second time.
        assert not stores.jobs.finish(connection, claim, picture=result, name="r")
    job = stores.jobs.get(claim.id)
    assert (job.state, job.progress) == ("done", 1)
    assert job.result == stores.pictures.get(result)
    stores.pictures.trash.put(result)
    assert stores.jobs.get(claim.id).result is None


def test_what_comes_after_a_cancel_is_not_written(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    stores.jobs.add("a.b", {"picture": stores.add(1)}, {})
    late, result = claimed(stores.jobs), stores.add(2)
    assert stores.jobs.cancel(late.id)
    assert not stores.jobs.cancel(late.id)
    with stores.database.transaction() as connection:
        assert not stores.jobs.finish(connection, late, picture=result, name="r")
    stores.jobs.fail(late, WRONG)
    assert stores.jobs.get(late.id).state == "cancelled"
    # Nor if it was taken up again meanwhile: that is another attempt.
    assert stores.jobs.retry(late.id)
    again = claimed(stores.jobs)
    assert (again.id, again.attempt) == (late.id, late.attempt + 1)
    stores.jobs.fail(late, WRONG)
    stores.jobs.give_up(late)
    stores.jobs.put_back(late)
    assert stores.jobs.get(late.id).state == "running"


def test_a_running_job_is_taken_up_again_in_its_place(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    picture = stores.add()
    ids = [stores.jobs.add("a.b", {"picture": picture}, {}).id for _ in range(3)]
    assert claimed(stores.jobs).id == ids[0]
    stores.database.close()
    again = Stores(tmp_path)
    again.jobs.recover()
    assert [job.state for job in again.jobs.waiting()] == ["queued"] * 3
    assert [claimed(again.jobs).id for _ in ids] == ids
    assert again.jobs.get(ids[0]).started is not None


def test_a_job_that_may_kill_the_process_is_given_up_in_the_end(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.jobs.add("a.b", {"picture": stores.add()}, {}).id
    for _ in range(MOST_ABANDONED):
        assert claimed(stores.jobs).id == id
        stores.jobs.recover()
    job = stores.jobs.get(id)
    assert job.state == "failed"
    assert job.error is not None
    assert "20 times" in job.error.detail
    assert stores.jobs.retry(id)
    assert claimed(stores.jobs).id == id


def test_each_lane_has_its_own_order(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    picture = stores.add()
    lanes: list[Lane] = ["batch", "interactive", "batch", "network", "interactive"]
    ids = [stores.jobs.add("a.b", {"picture": picture}, {}, lane=lane).id for lane in lanes]
    assert stores.jobs.count_waiting() == {"batch": 2, "interactive": 2, "network": 1}
    for lane in LANES:
        mine = [number for number, other in enumerate(lanes) if other == lane]
        assert [claimed(stores.jobs, lane).id for _ in mine] == [ids[n] for n in mine]
        assert stores.jobs.claim(lane) is None
    assert stores.jobs.count_waiting() == {}
    # A fault of one lane is no affair of the others, which go on.
    stores.jobs.recover("batch")
    assert stores.jobs.count_waiting() == {"batch": 2}
    assert {job.lane for job in stores.jobs.newest(state="running")} == {"interactive", "network"}


def test_a_job_whose_process_dies_has_three_tries(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.jobs.add("a.b", {"picture": stores.add()}, {}, lane="batch").id
    for tries in range(1, 4):
        assert stores.jobs.get(id).state == "queued"
        claim = claimed(stores.jobs, "batch")
        assert claim.attempt == tries
        stores.jobs.crashed(claim, "signal 9")
    error = stores.jobs.get(id).error
    assert error is not None
    assert "signal 9" in error.detail
    stores.jobs.retry(id)
    stores.jobs.crashed(claimed(stores.jobs, "batch"), "signal 9")
    assert stores.jobs.get(id).state == "queued"


def test_notes_are_kept_with_the_result(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    id = stores.jobs.add("a.b", {"picture": stores.add()}, {}).id
    notes = (Note(kind="alpha", text="α is lost"), Note(kind="depth", text="8 bits are left"))
    claim = claimed(stores.jobs)
    with stores.database.transaction() as connection:
        stores.jobs.finish(connection, claim, data="1", notes=notes)
    assert stores.jobs.get(id).notes == notes


def test_ended_jobs_can_be_forgotten(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    picture = stores.add()
    failed, waiting = (stores.jobs.add("a.b", {"picture": picture}, {}) for _ in range(2))
    stores.jobs.fail(claimed(stores.jobs), WRONG)
    told = stores.jobs.get(failed.id)
    assert (told.state, told.error) == ("failed", WRONG)
    stores.jobs.forget_older(-1)
    assert [job.id for job in stores.jobs.newest()] == [waiting.id]
    stores.jobs.forget(waiting.id)
    assert stores.jobs.get(waiting.id).state == "queued"
    stores.jobs.cancel(waiting.id)
    stores.jobs.forget(waiting.id)
    assert stores.jobs.newest() == []
