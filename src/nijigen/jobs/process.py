"""The worker process as the server sees it: begun, suspended, measured, ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from nijigen.core.errors import OutputError
from nijigen.imaging.atomic import write_bytes
from nijigen.jobs.wire import Message, read_message, write_message

log = logging.getLogger("nijigen.jobs")
MODULE = "nijigen.jobs.worker"
SECONDS_TO_END = 2.0


class WorkerDied(Exception):
    """The process ended by itself, or was killed by somebody else."""


class WorkerProcess:
    """A process that works on one job after the other.

    It ends when this process ends, however that happens: it reads the end of its pipe; where it is
    suspended, Linux kills it; elsewhere :func:`end_leftover` does at the next start. On Linux it
    also ends when the thread that made it ends.

    Args:
        folder: Where its files lie until they are taken; removed at its end.
        note: File in which it is written down for :func:`end_leftover`.

    Raises:
        OutputError: A folder cannot be written, or no process can be begun.
    """

    def __init__(self, folder: Path, note: Path) -> None:
        self.folder = folder.absolute()
        self._note = note
        self._lock = threading.Lock()
        self._ready = self._held = self._suspended = False
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._process = _begin(self.folder)
            self._known = psutil.Process(self._process.pid)
            _write_note(note, self._known)
        except (OSError, psutil.Error) as error:
            raise OutputError(
                f"no process for batches can be begun: {error}", "free some memory or disk space"
            ) from error
        self._reader = threading.Thread(target=self._read, name="nijigen-worker", daemon=True)
        self._reader.start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message; of a large one to a suspended process this returns when it goes on.

        Raises:
            WorkerDied: There is nobody to read it.
        """
        assert self._process.stdin is not None
        try:
            write_message(self._process.stdin, message)
        except OSError:
            raise WorkerDied(self._how()) from None

    def receive(self, seconds: float) -> Message | None:
        """Return the next message; None if none comes for some seconds.

        Raises:
            WorkerDied: None will ever come.
        """
        try:
            message = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return None
        if message is None:
            raise WorkerDied(self._how())
        return message

    def hold(self, held: bool) -> bool:
        """Suspend the process, or let it go on; return whether it is suspended now.

        One that is only just beginning is suspended as soon as it is ready: until then it could
        be left behind if this process were killed.
        """
        with self._lock:
            self._held = held
            return self._settle()

    def memory(self) -> int | None:
        """Return the bytes of memory that the process has; None if it has ended."""
        try:
            return int(self._known.memory_info().rss)
        except psutil.Error:
            return None

    def end(self) -> None:
        """End the process, whatever it is at, and remove its files: it has nothing to lose."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._note.unlink(missing_ok=True)

    def _settle(self) -> bool:
        wanted = self._held and self._ready
        if wanted != self._suspended:
            # One that has just ended is of no interest; its reader will say so.
            with contextlib.suppress(psutil.Error):
                if wanted:
                    self._known.suspend()
                else:
                    self._known.resume()
            self._suspended = wanted
        return self._suspended

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while (message := read_message(self._process.stdout)) is not None:
                if "ready" in message:
                    with self._lock:
                        self._ready = True
                        self._settle()
                else:
                    self._inbox.put(message)
        except (OSError, ValueError):
            log.exception("the worker cannot be understood")
        self._inbox.put(None)

    def _how(self) -> str:
        """Return how the process ended, in a few words."""
        try:
            code = self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def end_leftover(note: Path) -> None:
    """End the worker of a process that was killed, if it is still there.

    Args:
        note: File in which it was written down.
    """
    for process in _noted(note):
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(SECONDS_TO_END)
    note.unlink(missing_ok=True)


def _begin(folder: Path) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return subprocess.Popen(
        # Modules are searched for where this process does, and not first of all in the folder
        # that somebody happens to stand in.
        [sys.executable, "-P", "-m", MODULE, str(folder), str(os.getpid())],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _write_note(note: Path, process: psutil.Process) -> None:
    written = {"pid": process.pid, "created": process.create_time()}
    write_bytes(note, json.dumps(written).encode())


def _noted(note: Path) -> Iterator[psutil.Process]:
    """Yield the process that was written down, unless its number is another's by now."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, psutil.Error):
        written = json.loads(note.read_text("utf-8"))
        process = psutil.Process(int(written["pid"]))
        # The clock may have been set meanwhile; the module's name tells it from all others.
        if abs(process.create_time() - float(written["created"])) < 2 and MODULE in (
            process.cmdline()
        ):
            yield process
