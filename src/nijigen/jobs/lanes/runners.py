"""Where the jobs of a lane run: in its thread, or in a process that can be suspended."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Protocol

from nijigen.core.errors import Cancelled
from nijigen.jobs.given import Check, unchecked
from nijigen.jobs.lanes.foreground import Foreground
from nijigen.jobs.lanes.performers import Made, Work, performer
from nijigen.jobs.lanes.running import Running, reporting
from nijigen.jobs.processes.process import WorkerDied, WorkerProcess
from nijigen.jobs.processes.wire import Message
from nijigen.jobs.stores.records import Problem
from nijigen.models.session import threads

WORKER = "nijigen.jobs.lanes.worker"
SECONDS_TO_ANSWER = 5.0
"""Time that a cancelled operation in the worker process has to stop. After that the process is
killed, and the next job waits about a second for a new one."""
SECONDS_BETWEEN_QUESTIONS = 0.2


class Failed(Exception):
    """A job failed in another process, and the problem is known."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Runner(Protocol):
    """Runs the jobs of one lane, one after another, called from the lane's thread."""

    def perform(self, work: Work, running: Running) -> Made:
        """Run a job to its end.

        Raises:
            Cancelled: The job was cancelled.
            Failed: It failed in another process.
            WorkerDied: The process running it died.
            NijigenError: It failed.
        """

    def cancel(self, running: Running, *, at_once: bool = False) -> None:
        """Ask the job to stop; may be called from any thread.

        Args:
            running: The job.
            at_once: Do not wait for it, if possible.
        """

    def rest(self) -> None:
        """Release resources kept for the next job, after a while without any."""


class InThread:
    """Runs jobs in the lane's own thread.

    Args:
        scratch: Folder for the files of results.
        check: Checks the pictures among the inputs before this process decodes them.
        foreground: Counts the jobs, if someone waits for them.
    """

    def __init__(
        self, scratch: Path, check: Check = unchecked, foreground: Foreground | None = None
    ) -> None:
        self._scratch = scratch
        self._check = check
        self._foreground = foreground

    def perform(self, work: Work, running: Running) -> Made:
        """Run a job to its end."""
        run = reporting(running, running.cancelled)
        with self._foreground.work() if self._foreground else contextlib.nullcontext():
            chosen = performer(work.operation)
            self._check(chosen.declaration(work.operation), work.inputs)
            return chosen.perform(work, run, self._scratch)

    def cancel(self, running: Running, *, at_once: bool = False) -> None:
        """Ask the job to stop at its next report: a thread cannot be killed."""
        running.cancelled.set()

    def rest(self) -> None:
        """Keep everything: loaded networks are also used by the rest of this process."""


class InProcess:
    """Runs jobs in a process that is reused, and suspended on request.

    Args:
        folder: Where the process writes its files.
        note: File that records the process for the next start.
    """

    def __init__(self, folder: Path, note: Path) -> None:
        self._folder = folder
        self._note = note
        self._changed = threading.Condition()
        self._held = self._hurried = False
        self._running: Running | None = None
        self._worker: WorkerProcess | None = None

    @property
    def suspended(self) -> bool:
        """Whether a job is suspended now."""
        running = self._running
        return self._held and running is not None and not running.cancelled.is_set()

    def memory(self) -> int | None:
        """Return the memory use of the process in bytes; None without a process."""
        worker = self._worker
        return worker.memory() if worker is not None else None

    def hold(self, held: bool) -> None:
        """Suspend the process during its job, or resume it; may be called from any thread."""
        with self._changed:
            self._held = held
            self._settle()

    def cancel(self, running: Running, *, at_once: bool = False) -> None:
        """Ask the job to stop; if it is suspended, it is resumed first."""
        with self._changed:
            self._hurried = at_once
            running.cancelled.set()
            self._settle()

    def perform(self, work: Work, running: Running) -> Made:
        """Run a job to its end."""
        try:
            with self._changed:
                self._running, self._hurried = running, False
                self._settle()
                # Starting a process takes a second of CPU time, which the foreground needs now.
                self._changed.wait_for(lambda: not self.suspended)
            if running.cancelled.is_set():
                raise Cancelled()
            end = self._follow(work, running)
        except BaseException:
            self.rest()
            raise
        finally:
            with self._changed:
                self._running = None
                self._settle()
        if "problem" in end:
            raise Failed(Problem.model_validate(end["problem"]))
        if "made" not in end:
            raise Cancelled()
        return Made.model_validate(end["made"])

    def rest(self) -> None:
        """End the process."""
        with self._changed:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _follow(self, work: Work, running: Running) -> Message:
        """Send the job to the process, pass its reports on, and return the final message.

        Raises:
            Cancelled: The job was cancelled and did not stop in time.
            WorkerDied: The process died.
        """
        worker = self._begun()
        worker.send({"run": work.model_dump(mode="json"), "threads": threads()})
        asked: float | None = None
        while True:
            if running.cancelled.is_set():
                now = time.monotonic()
                if asked is None:
                    asked = now
                    worker.send({"cancel": work.job})
                if self._hurried or now - asked >= SECONDS_TO_ANSWER:
                    raise Cancelled()
            try:
                message = worker.receive(SECONDS_BETWEEN_QUESTIONS) or {}
            except WorkerDied:
                if running.cancelled.is_set():
                    raise Cancelled() from None
                raise
            if "progress" in message:
                running.progress(message["progress"])
            elif "look" in message:
                look = Path(message["look"])
                running.look(look.read_bytes())
                look.unlink()
            elif message:
                return message

    def _begun(self) -> WorkerProcess:
        if self._worker is None:
            made = WorkerProcess(WORKER, self._folder, self._note)
            with self._changed:
                self._worker = made
                self._settle()
        return self._worker

    def _settle(self) -> None:
        """Apply the requested state to the process and to the reports of the job."""
        if self._running is not None:
            self._running.hold(self.suspended)
        if self._worker is not None:
            self._worker.hold(self.suspended)
        self._changed.notify_all()
