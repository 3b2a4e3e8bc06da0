"""The queue: one worker thread that takes up the jobs of a store one after the other."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from nijigen.core import registry
from nijigen.core.errors import Cancelled, InputError, NijigenError, NotFound
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.files import encode
from nijigen.jobs.contents import as_json
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import (
    Result,
    format_named,
    named_format,
    perform,
    returns_picture,
    settings_for,
)
from nijigen.jobs.pictures import PictureStore
from nijigen.jobs.records import JobRecord, State, fault, problem_of
from nijigen.jobs.store import Claim, JobStore

log = logging.getLogger("nijigen.jobs")

Change = Literal["job", "gone", "queue"]
Listener = Callable[[Change, str], None]
SECONDS_BETWEEN_REPORTS = 0.1
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_SWEEPS = 600.0
SECONDS_AFTER_A_FAULT = 5.0


class NotNow(InputError):
    """A job in a state in which that cannot be done."""

    http_status = 409


@dataclass
class _Running:
    """The job that the worker is at."""

    claim: Claim
    run: Run
    begun: float = field(default_factory=time.monotonic)
    progress: float = 0.0
    reported: float = 0.0
    shown: float = field(default_factory=time.monotonic)
    looks: int = 0
    """How many looks at the unfinished result there were."""
    look: bytes = b""
    """The last of them, as WebP."""

    def eta(self) -> float | None:
        """Return the seconds that are left, once enough is done to tell."""
        spent = time.monotonic() - self.begun
        if self.progress < 0.02 or spent < 0.5:
            return None
        return round(spent * (1 - self.progress) / self.progress, 1)


class Queue:
    """Jobs one after the other, in the order in which they came.

    Args:
        store: Where the jobs are written down.
        pictures: Where their inputs and results lie.
        listener: Told of every change, from whichever thread; must be quick.
    """

    def __init__(
        self, store: JobStore, pictures: PictureStore, listener: Listener = lambda kind, id: None
    ) -> None:
        self.store = store
        self.pictures = pictures
        self.listener = listener
        self._paused = store.database.fact("paused") == "yes"
        self._stopping = False
        self._changed = threading.Condition()
        self._running: _Running | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take up what was left by the last process, and begin to work."""
        self.store.recover()
        self._thread = threading.Thread(target=self._work, name="nijigen-queue", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """End the worker; the running job goes back to its place in the queue."""
        with self._changed:
            self._stopping = True
            if self._running is not None:
                self._running.run.cancel()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)

    @property
    def paused(self) -> bool:
        """Whether no further job is begun."""
        return self._paused

    def pause(self, paused: bool) -> None:
        """Begin no further job, or go on; the running one is finished either way."""
        with self._changed:
            self._paused = paused
            self.store.database.remember("paused", "yes" if paused else "no")
            self._changed.notify_all()
        self.listener("queue", "")

    def add(
        self,
        operation: str,
        inputs: Mapping[str, str],
        settings: Mapping[str, Any],
        name: str | None = None,
        batch: str | None = None,
    ) -> JobRecord:
        """Check a job, add it to the end of the queue and return it as it waits there.

        Raises:
            NotFound: There is no such operation or picture.
            InputError: An input or a setting is missing, unknown or out of range.
            UnsupportedFormat: The name of the result ends in an unknown format.
        """
        found = registry.get(operation)
        found.check_input_names(inputs)
        name = file_name(name) if name else None
        format = format_named(name) if returns_picture(found) else None
        if (
            name
            and not returns_picture(found)
            and (asked := named_format(found, PurePosixPath(name)))
        ):
            settings = {"format": asked, **settings}
        values = settings_for(found, settings, format)
        written = found.settings_model.model_construct(**values).model_dump(mode="json")
        job = self.store.add(found.id, inputs, written, name, batch)
        self._tell(job.id)
        return job

    def get(self, id: str) -> JobRecord:
        """Return a job as it stands now.

        Raises:
            NotFound: There is none.
        """
        return self._live(self.store.get(id))

    def newest(self, *, batch: str | None = None, state: State | None = None) -> list[JobRecord]:
        """Return the newest jobs first."""
        return [self._live(job) for job in self.store.newest(batch=batch, state=state)]

    def waiting(self) -> list[JobRecord]:
        """Return the jobs that have not ended, the next one first."""
        return [self._live(job) for job in self.store.waiting()]

    def cancel(self, id: str) -> bool:
        """Cancel a job that waits or runs; False if it had ended.

        Raises:
            NotFound: There is none.
        """
        self.store.get(id)
        with self._changed:
            cancelled = self.store.cancel(id)
            if cancelled and self._running is not None and self._running.claim.id == id:
                self._running.run.cancel()
        if cancelled:
            self.listener("job", id)
        return cancelled

    def discard(self, id: str) -> None:
        """Cancel a job, or forget one that has ended.

        Raises:
            NotFound: There is none.
        """
        if not self.cancel(id):
            self.store.forget(id)
            self.listener("gone", id)

    def retry(self, id: str) -> JobRecord:
        """Queue a failed or cancelled job again and return it as it waits there.

        Raises:
            NotFound: There is none, or one of its pictures is gone.
            NotNow: It is waiting, running or done.
        """
        job = self.store.retry(id)
        if job is None:
            state = self.store.get(id).state
            raise NotNow(f"this job is {state}", "only failed and cancelled jobs are retried")
        self._tell(id)
        return job

    def _tell(self, id: str) -> None:
        with self._changed:
            self._changed.notify_all()
        self.listener("job", id)

    def _live(self, job: JobRecord) -> JobRecord:
        running = self._running
        if running is None or running.claim.id != job.id or job.state != "running":
            return job
        told = {"progress": running.progress, "eta": running.eta(), "looks": running.looks}
        return job.model_copy(update=told)

    def _work(self) -> None:
        swept = -SECONDS_BETWEEN_SWEEPS
        while not self._stopping:
            try:
                if time.monotonic() - swept >= SECONDS_BETWEEN_SWEEPS:
                    swept = time.monotonic()
                    self.pictures.sweep()
                    self.store.forget_older(self.pictures.lifetime)
                self._next()
            except Exception:
                # A full disk, most likely. The worker must not die of it, and a job whose end
                # could not be written is taken up again.
                log.exception("the queue had to wait")
                with self._changed:
                    self._changed.wait(SECONDS_AFTER_A_FAULT)
                with contextlib.suppress(Exception):
                    self.store.recover()

    def _next(self) -> None:
        """Take up the next job and bring it to its end, or wait for one."""
        with self._changed:
            if self._stopping:
                return
            claim = None if self._paused else self.store.claim()
            if claim is None:
                self._changed.wait(SECONDS_BETWEEN_SWEEPS)
                return
            running = self._running = _Running(claim, Run(self._report, viewer=self._show))
        self.listener("job", claim.id)
        try:
            self._perform(running)
        finally:
            with self._changed:
                self._running = None
        self.listener("job", claim.id)

    def _perform(self, running: _Running) -> None:
        """Run a job to its end: done, failed, cancelled or, at the end of the process, put back."""
        claim = running.claim
        try:
            operation = registry.get(claim.operation)
            values = {port: self.pictures.value(id) for port, id in claim.inputs.items()}
            format = format_named(claim.name) if returns_picture(operation) else None
            result = perform(operation, values, claim.settings, running.run, format)
            self._write(claim, result)
        except Cancelled:
            if self._stopping:
                self.store.put_back(claim)
            else:
                # A job that was cancelled by name has this state already.
                self.store.give_up(claim)
        except NijigenError as error:
            self.store.fail(claim, problem_of(error))
        except Exception:
            log_id = secrets.token_hex(4)
            log.exception("job %s failed by a fault, log id %s", claim.id, log_id)
            self.store.fail(claim, fault(log_id))

    def _write(self, claim: Claim, result: Result) -> None:
        if result.format is None:
            with self.store.database.transaction() as connection:
                name = claim.name or self._name(claim, result)
                self.store.finish(connection, claim, data=as_json(result.value), name=name)
            return
        name = claim.name or self._name(claim, result)
        if not PurePosixPath(name).suffix:
            name = f"{name}.{result.ending}"
        # File first, then row and state at once: a kill in between leaves a stray file, which
        # the next start removes, and the job is taken up again.
        with self.pictures.holding():
            view = encode(result.value, "png") if result.format == "svg" else None
            id = self.pictures.keep(result.content, view)
            with self.store.database.transaction() as connection:
                if self.store.finish(connection, claim, picture=id, name=name):
                    self.pictures.insert(
                        connection, id, name, result.value, result.format, len(result.content)
                    )

    def _name(self, claim: Claim, result: Result) -> str:
        first = next(iter(claim.inputs.values()), None)
        stem = PurePosixPath(self.pictures.get(first).name).stem if first else "result"
        return file_name(f"{stem}-{claim.operation.rpartition('.')[2]}.{result.ending}")

    def _report(self, fraction: float) -> None:
        running = self._running
        if running is None:
            return
        running.progress = fraction
        now = time.monotonic()
        if now - running.reported >= SECONDS_BETWEEN_REPORTS:
            running.reported = now
            self.listener("job", running.claim.id)

    def _show(self, look: Callable[[], Picture]) -> None:
        running, now = self._running, time.monotonic()
        if running is None or now - running.shown < SECONDS_BETWEEN_LOOKS:
            return
        running.look = encode(look(), "webp")
        running.looks += 1
        running.shown = time.monotonic()
        self.listener("job", running.claim.id)

    def look(self, id: str) -> bytes:
        """Return the last look at the unfinished result of a running job, as WebP.

        Raises:
            NotFound: There is none: the job does not run, or has shown nothing yet.
        """
        running = self._running
        if running is None or running.claim.id != id or not running.look:
            raise NotFound(f"job {id[:80]!r} has nothing to look at yet")
        return running.look
