"""The queue: jobs in lanes, each with a thread that runs one job after another."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import psutil

from nijigen.core.errors import Cancelled, NijigenError, NotFound
from nijigen.jobs.given import Check, Finder, Named, picture_ids, unchecked
from nijigen.jobs.lanes.foreground import Foreground
from nijigen.jobs.lanes.performers import (
    Made,
    MadeFile,
    Work,
    makes_file,
    performer,
    problem_of_job,
)
from nijigen.jobs.lanes.runners import WORKER, Failed, InProcess, InThread, Runner
from nijigen.jobs.lanes.running import NotNow, Running
from nijigen.jobs.names import file_name
from nijigen.jobs.processes.process import WorkerDied, end_leftover
from nijigen.jobs.stores.records import JobRecord, Lane, LaneState, Memory, QueueState, State
from nijigen.jobs.stores.store import Claim, JobStore

log = logging.getLogger("nijigen.jobs")

Change = Literal["job", "gone", "queue"]
Listener = Callable[[Change, str], None]
SECONDS_BETWEEN_SWEEPS = 600.0
SECONDS_AFTER_A_FAULT = 5.0


@dataclass
class _Lane:
    """A sequence of jobs that are run one after another."""

    name: Lane
    runner: Runner
    running: Running | None = None
    thread: threading.Thread | None = None


class Queue:
    """Jobs in lanes; those of a lane run one after another, in the order they were added.

    Args:
        store: Stores the jobs, and the pictures that are their results.
        finder: Resolves the inputs of jobs.
        listener: Called on every change, from any thread; must be quick.
        check: Checks the pictures among inputs before this process decodes them.

    Attributes:
        foreground: Counts work that someone waits for, such as jobs in the lane ``interactive``;
            the job in the lane ``batch`` is suspended in the meantime.
    """

    def __init__(
        self,
        store: JobStore,
        finder: Finder,
        listener: Listener = lambda kind, id: None,
        check: Check = unchecked,
    ) -> None:
        self.store = store
        self.pictures = store.pictures
        self.finder = finder
        self.listener = listener
        scratch = self.pictures.scratch
        self._worker_note = self.pictures.folder.worker_note
        self._apart = InProcess(scratch / "worker", self._worker_note)
        self.foreground = Foreground(self._apart.hold)
        self._lanes: dict[Lane, _Lane] = {
            "interactive": _Lane("interactive", InThread(scratch, check, self.foreground)),
            "batch": _Lane("batch", self._apart),
            "network": _Lane("network", InThread(scratch, check)),
        }
        self._paused = store.database.fact("paused") == "yes"
        self._stopping = False
        self._changed = threading.Condition()
        self._swept = -SECONDS_BETWEEN_SWEEPS
        self._waits_for = ""

    def start(self) -> None:
        """Recover the jobs of the last process, and start working."""
        end_leftover(WORKER, self._worker_note)
        self.store.recover()
        for lane in self._lanes.values():
            name = f"nijigen-{lane.name}"
            lane.thread = threading.Thread(target=self._work, args=[lane], name=name, daemon=True)
            lane.thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Stop all lanes; running jobs return to their places in the queue."""
        with self._changed:
            self._stopping = True
            for lane in self._lanes.values():
                if lane.running is not None:
                    lane.runner.cancel(lane.running, at_once=True)
            self._changed.notify_all()
        end = time.monotonic() + seconds
        for lane in self._lanes.values():
            if lane.thread is not None:
                lane.thread.join(max(0.0, end - time.monotonic()))

    @property
    def paused(self) -> bool:
        """Whether no new jobs are started."""
        return self._paused

    def pause(self, paused: bool) -> None:
        """Stop starting jobs in all lanes, or resume; running jobs are finished either way."""
        with self._changed:
            self.store.database.remember("paused", "yes" if paused else "no")
            self._paused = paused
            self._changed.notify_all()
        self.listener("queue", "")

    def state(self) -> QueueState:
        """Return the state of the queue."""
        waiting = self.store.count_waiting()
        lanes = {}
        for lane in self._lanes.values():
            running = lane.running
            id = running.claim.id if running is not None else None
            lanes[lane.name] = LaneState(waiting=waiting.get(lane.name, 0), running=id)
        server = int(psutil.Process().memory_info().rss)
        return QueueState(
            paused=self._paused,
            suspended=self._apart.suspended,
            lanes=lanes,
            memory=Memory(server=server, worker=self._apart.memory()),
        )

    def add(
        self,
        operation: str,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
        name: str | None = None,
        batch: str | None = None,
        lane: Lane | None = None,
    ) -> JobRecord:
        """Validate a job, add it to the end of its lane and return it.

        Args:
            operation: Id of the operation or command.
            inputs: By input name: ids of pictures, paths in roots, or texts.
            settings: Settings of the operation or command.
            name: File name of the result.
            batch: Id of the group of jobs it belongs to.
            lane: By default the lane required by the kind of job, else ``batch`` for a job in a
                group, and ``interactive`` for a single job.

        Raises:
            NotFound: The operation or a picture does not exist.
            InputError: An input or a setting is missing, unknown or out of range.
            UnsupportedFormat: The name of the result ends in an unknown format.
            StorageFull: Its result could not be stored.
        """
        kind = performer(operation)
        ready = kind.prepare(operation, inputs, settings, name, self.finder)
        if makes_file(kind.declaration(ready.operation)):
            self.pictures.space.require()
        lane = lane or ready.lane or ("interactive" if batch is None else "batch")
        job = self.store.add(
            *(ready.operation, inputs, ready.settings, ready.name, batch, lane),
            pictures=ready.pictures,
            access=kind.declaration(ready.operation).access,
        )
        self._notify(job.id)
        return job

    def get(self, id: str) -> JobRecord:
        """Return a job in its current state.

        Raises:
            NotFound: The job does not exist.
        """
        return self._live(self.store.get(id))

    def newest(self, *, batch: str | None = None, state: State | None = None) -> list[JobRecord]:
        """Return jobs, the newest first."""
        return [self._live(job) for job in self.store.newest(batch=batch, state=state)]

    def waiting(self) -> list[JobRecord]:
        """Return the jobs that have not ended, in the order they are run."""
        return [self._live(job) for job in self.store.waiting()]

    def cancel(self, id: str) -> bool:
        """Cancel a waiting or running job; return False if it had already ended.

        Raises:
            NotFound: The job does not exist.
        """
        self.store.get(id)
        with self._changed:
            cancelled = self.store.cancel(id)
            lane, running = self._at(id)
            if cancelled and lane is not None and running is not None:
                lane.runner.cancel(running)
        if cancelled:
            self.listener("job", id)
        return cancelled

    def remove(self, id: str, *, discard: bool = False) -> None:
        """Cancel a job, or delete one that has ended.

        Args:
            id: The job.
            discard: The results of a deleted job may be removed when their space is needed.

        Raises:
            NotFound: The job does not exist.
        """
        if not self.cancel(id):
            self.store.forget(id, discard=discard)
            self.listener("gone", id)

    def retry(self, id: str) -> JobRecord:
        """Queue a failed or cancelled job again and return it.

        Raises:
            NotFound: The job does not exist, or one of its pictures does not exist any more.
            NotNow: It is waiting, running or done.
            StorageFull: Its result could not be stored.
        """
        known = self.store.get(id)
        declaration = performer(known.operation).declaration(known.operation)
        pictures = tuple(picture_ids(declaration, known.inputs))
        if makes_file(declaration):
            self.pictures.space.require()
        job = self.store.retry(id, pictures, declaration.access)
        if job is None:
            state = self.store.get(id).state
            raise NotNow(f"this job is {state}", "only failed and cancelled jobs are retried")
        self._notify(id)
        return job

    def _notify(self, id: str) -> None:
        with self._changed:
            self._changed.notify_all()
        self.listener("job", id)

    def _at(self, id: str) -> tuple[_Lane, Running] | tuple[None, None]:
        """Return the lane that is running a job, and the running job."""
        for lane in self._lanes.values():
            running = lane.running
            if running is not None and running.claim.id == id:
                return lane, running
        return None, None

    def _live(self, job: JobRecord) -> JobRecord:
        _, running = self._at(job.id)
        return job if running is None or job.state != "running" else running.shown_in(job)

    def _work(self, lane: _Lane) -> None:
        interrupted = False
        while not self._stopping:
            try:
                if interrupted:
                    self.store.recover(lane.name)
                    interrupted = False
                self._sweep()
                self._next(lane)
            except Exception as error:
                # Most likely a full disk. The thread must survive it, and a job whose end could
                # not be recorded is queued again as soon as writing is possible.
                interrupted = True
                if str(error) != self._waits_for:  # It may last for hours.
                    self._waits_for = str(error)
                    own = isinstance(error, NijigenError)
                    log.error("the queue has to wait: %s", error, exc_info=None if own else error)
                with self._changed:
                    self._changed.wait(SECONDS_AFTER_A_FAULT)
        lane.runner.rest()

    def _sweep(self) -> None:
        """Remove what may go from the stores from time to time; any lane may do it."""
        with self._changed:
            if time.monotonic() - self._swept < SECONDS_BETWEEN_SWEEPS:
                return
            self._swept = time.monotonic()
        self.pictures.space.sweep()
        self.store.forget_older(self.pictures.lifetime)

    def _next(self, lane: _Lane) -> None:
        """Run the next job of a lane to its end, or wait for one."""
        with self._changed:
            if self._stopping:
                return
            claim = None if self._paused else self.store.claim(lane.name)
            if claim is None:
                changed = self._changed.wait(SECONDS_BETWEEN_SWEEPS)
            else:
                running = lane.running = Running(claim, lambda: self.listener("job", claim.id))
        if claim is None:
            if not changed:
                lane.runner.rest()
            return
        self.listener("job", claim.id)
        try:
            self._perform(lane, running)
        finally:
            with self._changed:
                lane.running = None
        self.listener("job", claim.id)

    def _perform(self, lane: _Lane, running: Running) -> None:
        """Run a job until it is done, failed, cancelled or, on shutdown, queued again."""
        claim = running.claim
        try:
            work = self._work_of(claim)
            made = lane.runner.perform(work, running)
            self._write(claim, work, made)
        except Cancelled:
            if self._stopping:
                self.store.put_back(claim)
            else:
                # A job cancelled by its id already has this state.
                self.store.give_up(claim)
        except WorkerDied as death:
            log.warning("the process that worked on job %s died: %s", claim.id, death)
            self.store.crashed(claim, str(death))
        except Failed as failure:
            self.store.fail(claim, failure.problem)
        except (Exception, SystemExit) as error:
            # A call of sys.exit() must not end the thread of the lane.
            self.store.fail(claim, problem_of_job(error, claim.id))

    def _work_of(self, claim: Claim) -> Work:
        declaration = performer(claim.operation).declaration(claim.operation)
        found, settings = self.finder.find_all(declaration, claim.inputs, claim.settings)
        return Work(
            job=claim.id,
            operation=claim.operation,
            inputs=dict(found),
            settings=settings,
            name=claim.name,
            access=claim.access,
        )

    def _write(self, claim: Claim, work: Work, made: Made) -> None:
        name: str | None = claim.name or made.name_for(work)
        picture, data, kind = None, made.data, made.kind
        kept: list[tuple[MadeFile, str]] = []
        if made.file is not None:
            if not PurePosixPath(str(name)).suffix:
                name = f"{name}.{made.ending}"
            picture, kept = made.file.sha256, [(made.file, str(name))]
        elif made.files is not None:
            data = json.dumps([entry.to_record() for entry in made.files], ensure_ascii=False)
            kept = [(e.file, PurePosixPath(e.name).name) for e in made.files if e.file is not None]
        elif kind == "report":
            name = None
        # Files first, then rows and state in one transaction: a kill in between leaves stray
        # files, which are set aside at the next start, and the job is run again.
        with self.pictures.holding():
            new = {file.sha256: file.facts.bytes for file, _ in kept}
            known = self.pictures.find(new)
            try:
                self.pictures.space.require(sum(new.values()) - sum(new[id] for id in known))
                sidecars = [
                    self.pictures.keep(
                        *(file.path, file.sha256, file_name(title), file.facts, "result", file.view)
                    )
                    for file, title in kept
                ]
                with self.store.database.transaction() as connection:
                    values = {"picture": picture, "data": data, "name": name}
                    finished = self.store.finish(
                        connection, claim, kind=kind, notes=made.notes, **values
                    )
                    for sidecar in sidecars if finished else ():
                        self.pictures.insert(connection, sidecar)
            finally:
                # Nothing of a result stays that is not recorded as a whole.
                for file, _ in kept:
                    file.delete()
                self.pictures.delete_unknown(new)

    def look(self, id: str) -> bytes:
        """Return the latest view of the unfinished result of a running job, as WebP.

        Raises:
            NotFound: There is none: the job is not running, or has not reported a view yet.
        """
        _, running = self._at(id)
        if running is None or not running.last_look:
            raise NotFound(f"job {id[:80]!r} has nothing to look at yet")
        return running.last_look
