"""The worker process, started by the server: ``python -m nijigen.jobs.lanes.worker FOLDER PARENT``.

It reads messages from its input and answers on its output, see :mod:`nijigen.jobs.processes.wire`:

- ``{"run": work, "threads": n}`` is answered by any number of ``{"progress": fraction}`` and
  ``{"look": path}``, then by one of ``{"made": made}``, ``{"problem": problem}``, ``{"cancelled":
  true}``;
- ``{"cancel": job}`` asks that job to stop;
- the process ends at the end of its input.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from nijigen.core.errors import Cancelled
from nijigen.jobs.lanes.performers import Work, performer, problem_of_job
from nijigen.jobs.lanes.running import SECONDS_BETWEEN_REPORTS, reporting
from nijigen.jobs.processes import child
from nijigen.jobs.processes.wire import Message, read_message, write_message
from nijigen.models.session import set_threads


class _Worker:
    def __init__(self, folder: Path, orders: BinaryIO, answers: BinaryIO) -> None:
        self._folder = folder
        self._orders = orders
        self._answers = answers
        self._jobs: queue.SimpleQueue[tuple[Message, threading.Event]] = queue.SimpleQueue()
        self._cancelled: dict[str, threading.Event] = {}
        self._reported = 0.0
        self._turn = threading.Lock()

    def work(self) -> None:
        """Run one job after another, forever."""
        threading.Thread(target=self._listen, daemon=True).start()
        self._answer({"ready": True})
        while True:
            message, cancelled = self._jobs.get()
            set_threads(message["threads"])
            work = Work.model_validate(message["run"])
            end = self._done(work, cancelled)
            del self._cancelled[work.job]
            self._answer(end)

    def _done(self, work: Work, cancelled: threading.Event) -> Message:
        try:
            run = reporting(self, cancelled)
            made = performer(work.operation).perform(work, run, self._folder)
            return {"made": made.model_dump(mode="json")}
        except Cancelled:
            return {"cancelled": True}
        except (Exception, SystemExit) as error:
            return {"problem": problem_of_job(error, work.job).model_dump(mode="json")}

    def progress(self, fraction: float) -> None:
        now = time.monotonic()
        if now - self._reported >= SECONDS_BETWEEN_REPORTS:
            self._reported = now
            self._answer({"progress": fraction})

    def look(self, picture: bytes) -> None:
        path = self._folder / secrets.token_hex(8)
        path.write_bytes(picture)
        self._answer({"look": str(path)})

    def _listen(self) -> None:
        with contextlib.suppress(Exception):
            while (message := read_message(self._orders)) is not None:
                if "run" in message:
                    cancelled = self._cancelled[message["run"]["job"]] = threading.Event()
                    self._jobs.put((message, cancelled))
                elif asked := self._cancelled.get(message["cancel"]):
                    asked.set()
        # The receiver of the result is gone, and there is nothing else to save.
        os._exit(0)

    def _answer(self, message: Message) -> None:
        try:
            # Operations may report from several threads at once.
            with self._turn:
                write_message(self._answers, message)
        except OSError:
            os._exit(0)


def main(arguments: list[str]) -> None:
    """Work until the input ends."""
    _Worker(*child.begin(arguments)).work()


if __name__ == "__main__":
    main(sys.argv[1:])
