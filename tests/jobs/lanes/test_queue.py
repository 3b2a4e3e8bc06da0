"""The queue: one worker, in order, stoppable, and not to be stopped by a fault."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from job_stores import Stores

from nijigen.core import registry
from nijigen.core.errors import InputError, NotFound, SettingsError
from nijigen.core.operation import Operation, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.files import decode
from nijigen.jobs.lanes.queue import Queue
from nijigen.jobs.lanes.running import NotNow
from nijigen.jobs.stores.records import JobRecord, Lane

TURNSTILE = threading.Semaphore(0)
"""Lets the operation of these tests go on, step by step."""
WORKING: list[int] = []


@operation(alpha="own", version=1)
def turnstile(
    picture: Picture,
    *,
    steps: int = 1,
    fault: bool = False,
    ends: bool = False,
    run: Run = SILENT,
) -> Picture:
    """Go on when told so.

    Args:
        picture: Any size.
        steps: How often.
        fault: End with a fault.
        ends: Ask Python to end.
    """
    WORKING.append(1)
    try:
        for step in range(steps):
            assert len(WORKING) == 1, "two jobs run at once"
            while not TURNSTILE.acquire(timeout=0.01):
                run.check()
            run.progress((step + 1) / steps)
            run.show(lambda: picture)
        if ends:
            sys.exit(3)
        if fault:
            raise ZeroDivisionError("of the inside")
        return picture
    finally:
        WORKING.clear()


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(id: str) -> Operation[Any, Any]:
        assert id == "tests.turnstile"
        return turnstile

    monkeypatch.setattr(registry, "get", get)
    turnstile.id = "tests.turnstile"
    while TURNSTILE.acquire(blocking=False):
        pass


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(tmp_path)


@pytest.fixture
def queue(stores: Stores) -> Iterator[Queue]:
    made = Queue(stores.jobs, stores.finder)
    made.start()
    yield made
    made.stop()


def eventually(look: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not look():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def add(queue: Queue, stores: Stores, **settings: Any) -> JobRecord:
    return queue.add("tests.turnstile", {"picture": stores.add()}, settings)


def test_one_after_the_other(queue: Queue, stores: Stores) -> None:
    jobs = [add(queue, stores, steps=2) for _ in range(5)]
    TURNSTILE.release(10)
    eventually(lambda: not queue.waiting())
    ended = [queue.get(job.id) for job in jobs]
    assert [job.state for job in ended] == ["done"] * 5
    finished = [job.finished for job in ended]
    assert finished == sorted(finished, key=str)


def test_progress_and_time_left(queue: Queue, stores: Stores) -> None:
    job = add(queue, stores, steps=4)
    TURNSTILE.release(1)
    eventually(lambda: queue.get(job.id).progress == 0.25)
    # Now it has begun for sure, and the clock runs.
    time.sleep(0.6)
    TURNSTILE.release(1)
    eventually(lambda: queue.get(job.id).progress == 0.5)
    running = queue.get(job.id)
    assert running.state == "running"
    assert running.eta is not None
    assert running.eta >= 0.6
    TURNSTILE.release(2)
    eventually(lambda: queue.get(job.id).state == "done")


def test_the_unfinished_result_can_be_looked_at(
    queue: Queue, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nijigen.jobs.lanes.running.SECONDS_BETWEEN_LOOKS", 0.0)
    job = add(queue, stores, steps=2)
    with pytest.raises(NotFound):
        queue.look(job.id)
    TURNSTILE.release(1)
    eventually(lambda: queue.get(job.id).looks == 1)
    assert decode(queue.look(job.id)).size == stores.pictures.value(job.inputs["picture"]).size
    TURNSTILE.release(1)
    eventually(lambda: queue.get(job.id).state == "done")
    assert queue.get(job.id).looks == 0
    # The worker lets go of a job a moment after it is done.
    queue.stop()
    with pytest.raises(NotFound):
        queue.look(job.id)


def test_a_cancelled_job_lets_the_next_one_in(queue: Queue, stores: Stores) -> None:
    first, second, third = (add(queue, stores) for _ in range(3))
    eventually(lambda: queue.get(first.id).state == "running")
    assert queue.cancel(second.id)
    assert queue.cancel(first.id)
    TURNSTILE.release(2)  # the cancelled one may take the first
    eventually(lambda: queue.get(third.id).state == "done")
    assert [queue.get(job.id).state for job in (first, second)] == ["cancelled"] * 2
    assert not queue.cancel(first.id)


def test_a_job_forgotten_while_it_runs_hurts_nobody(queue: Queue, stores: Stores) -> None:
    first, second = (add(queue, stores) for _ in range(2))
    eventually(lambda: queue.get(first.id).state == "running")
    queue.remove(first.id)
    queue.remove(first.id)
    TURNSTILE.release(2)  # the cancelled one may take the first
    eventually(lambda: queue.get(second.id).state == "done")
    assert [job.id for job in queue.newest()] == [second.id]


def test_a_fault_is_one_jobs_affair(
    queue: Queue, stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = add(queue, stores, fault=True), add(queue, stores)
    TURNSTILE.release(2)
    eventually(lambda: queue.get(good.id).state == "done")
    error = queue.get(bad.id).error
    assert error is not None
    assert error.log_id is not None
    assert "inside" not in error.model_dump_json()
    assert error.log_id in caplog.text
    assert "of the inside" in caplog.text


def test_the_worker_survives_a_broken_store(
    queue: Queue, stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("nijigen.jobs.lanes.queue.SECONDS_AFTER_A_FAULT", 0.01)
    # Paused, the worker is not in the midst of the claim that is about to be replaced.
    queue.pause(True)
    claim = stores.jobs.claim
    faults = iter([OSError("the disk is full")] * 3)

    def claim_or_fail(lane: Lane) -> Any:
        for fault in faults:
            raise fault
        return claim(lane)

    monkeypatch.setattr(stores.jobs, "claim", claim_or_fail)
    job = add(queue, stores)
    queue.pause(False)
    TURNSTILE.release(1)
    eventually(lambda: queue.get(job.id).state == "done")
    assert "the disk is full" in caplog.text


def test_long_commands_leave_the_lane_of_quick_ones_free(stores: Stores) -> None:
    waiting = Queue(stores.jobs, stores.finder)
    assert waiting.add("library.update", {}, {}).lane == "batch"
    assert waiting.add("library.delete_search", {"name": "mine"}, {}).lane == "interactive"


@pytest.mark.parametrize("lane", ["interactive", "network"])
def test_an_operation_does_not_end_its_lane(queue: Queue, stores: Stores, lane: Lane) -> None:
    bad, good = (
        queue.add("tests.turnstile", {"picture": stores.add()}, {"ends": ends}, lane=lane)
        for ends in (True, False)
    )
    TURNSTILE.release(2)
    eventually(lambda: queue.get(good.id).state == "done")
    assert queue.get(bad.id).state == "failed"


def test_a_job_whose_end_could_not_be_written_is_taken_up_again(
    queue: Queue, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nijigen.jobs.lanes.queue.SECONDS_AFTER_A_FAULT", 0.01)
    full = threading.Event()
    full.set()
    for name in ("finish", "fail", "recover"):
        really = getattr(stores.jobs, name)

        def write(*given: Any, really: Any = really, **named: Any) -> Any:
            if full.is_set():
                raise OSError("the disk is full")
            return really(*given, **named)

        monkeypatch.setattr(stores.jobs, name, write)
    job = add(queue, stores)
    TURNSTILE.release(1)
    # Longer than it waits before it tries again.
    time.sleep(0.3)
    assert queue.get(job.id).state == "running"
    full.clear()
    TURNSTILE.release(1)
    eventually(lambda: queue.get(job.id).state == "done")


def test_a_pause_outlives_the_process(queue: Queue, stores: Stores) -> None:
    queue.pause(True)
    job = add(queue, stores)
    queue.stop()
    again = Queue(stores.jobs, stores.finder)
    again.start()
    TURNSTILE.release(1)
    time.sleep(0.1)
    assert again.paused
    assert again.get(job.id).state == "queued"
    again.pause(False)
    eventually(lambda: again.get(job.id).state == "done")
    again.stop()


def test_the_running_job_goes_back_when_the_queue_ends(queue: Queue, stores: Stores) -> None:
    first, second = (add(queue, stores) for _ in range(2))
    eventually(lambda: queue.get(first.id).state == "running")
    queue.stop()
    assert [job.state for job in stores.jobs.waiting()] == ["queued", "queued"]
    assert [job.id for job in stores.jobs.waiting()] == [first.id, second.id]


def test_only_ended_jobs_are_retried(queue: Queue, stores: Stores) -> None:
    job = add(queue, stores)
    eventually(lambda: queue.get(job.id).state == "running")
    with pytest.raises(NotNow, match="running"):
        queue.retry(job.id)
    queue.cancel(job.id)
    queue.retry(job.id)
    TURNSTILE.release(2)  # the cancelled one may take the first
    eventually(lambda: queue.get(job.id).state == "done")
    with pytest.raises(NotNow, match="done"):
        queue.retry(job.id)


def test_wrong_jobs_are_not_queued(queue: Queue, stores: Stores) -> None:
    with pytest.raises(SettingsError):
        add(queue, stores, steps="many")
    with pytest.raises(InputError, match="needs picture"):
        queue.add("tests.turnstile", {}, {})
    assert queue.newest() == []


def test_changes_are_reported(stores: Stores) -> None:
    told: list[tuple[str, str]] = []
    queue = Queue(stores.jobs, stores.finder, lambda kind, id: told.append((kind, id)))
    queue.start()
    added = time.monotonic()
    job = add(queue, stores, steps=200)
    TURNSTILE.release(200)
    eventually(lambda: queue.get(job.id).state == "done")
    # The end is told a moment after it is written; of a worker that has ended nothing more comes.
    queue.stop()
    took = time.monotonic() - added
    queue.pause(True)
    queue.remove(job.id)
    assert told[-2:] == [("queue", ""), ("gone", job.id)]
    # Added, taken up, done, and of the 200 steps, which take no time, ten a second.
    assert 3 <= told.count(("job", job.id)) <= 5 + 11 * took


def test_a_job_never_does_more_than_was_allowed_when_it_was_added(
    queue: Queue, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recipe may be edited while a job with it waits."""
    queue.pause(True)
    job = add(queue, stores)
    monkeypatch.setattr(turnstile, "access", "network")
    TURNSTILE.release(1)
    queue.pause(False)
    eventually(lambda: queue.get(job.id).state == "failed")
    error = queue.get(job.id).error
    assert error is not None
    assert "allowed to read" in error.detail
    # To retry it, the caller needs the permission that it takes now.
    queue.retry(job.id)
    eventually(lambda: queue.get(job.id).state == "done")
