"""A worker process as the server sees it: started, suspended, measured, ended."""

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

from nijigen.core import private
from nijigen.core.errors import OutputError
from nijigen.jobs.processes.wire import Message, read_message, write_message

log = logging.getLogger("nijigen.jobs")
SECONDS_TO_END = 2.0
LOW = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10)
"""Priority on Windows, niceness elsewhere."""


class WorkerDied(Exception):
    """The process ended by itself or was killed from outside."""


class WorkerProcess:
    """A process that does one piece of work after another.

    It ends with this process, however that ends: it sees its pipe close; if it is suspended,
    Linux kills it, and on other systems :func:`end_leftover` does at the next start. On Linux it
    also ends with the thread that started it.

    Args:
        module: What it runs; it begins with :func:`nijigen.jobs.processes.child.begin`.
        folder: Holds its files until the server takes them; removed when it ends.
        note: File that records the process for :func:`end_leftover`; needed if it is suspended.

    Raises:
        OutputError: The folder cannot be written, or no process can be started.
    """

    def __init__(self, module: str, folder: Path, note: Path | None = None) -> None:
        self.folder = folder.absolute()
        self._note = note
        self._lock = threading.Lock()
        self._ready = self._held = self._suspended = False
        self.lowered = False
        """Whether its priority was lowered."""
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        try:
            self.folder.mkdir(private.FOLDER, parents=True, exist_ok=True)
            self._process = _begin(module, self.folder)
            self._known = psutil.Process(self._process.pid)
            if note is not None:
                _write_note(note, self._known)
        except (OSError, psutil.Error) as error:
            raise OutputError(
                f"a process of the server cannot be started: {error}",
                "free some memory or disk space",
            ) from error
        self._reader = threading.Thread(target=self._read, name="nijigen-worker", daemon=True)
        self._reader.start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message; a large one blocks while the process is suspended.

        Raises:
            WorkerDied: The process has ended.
        """
        assert self._process.stdin is not None
        try:
            write_message(self._process.stdin, message)
        except OSError:
            raise WorkerDied(self._how()) from None

    def receive(self, seconds: float) -> Message | None:
        """Return the next message, or None if none arrives within some seconds.

        Raises:
            WorkerDied: The process has ended, so no message will arrive.
        """
        try:
            message = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return None
        if message is None:
            raise WorkerDied(self._how())
        return message

    def hold(self, held: bool) -> bool:
        """Suspend the process or resume it; return whether it is suspended now.

        A process that is still starting is suspended once it is ready: before that, it might be
        left behind if this process were killed.
        """
        with self._lock:
            self._held = held
            return self._settle()

    @property
    def ready(self) -> bool:
        """Whether it has been started completely."""
        return self._ready

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def lower_priority(self) -> None:
        """Let other processes go first; there is no way back."""
        self.lowered = True
        with contextlib.suppress(psutil.Error, OSError):
            self._known.nice(LOW)

    def memory(self) -> int | None:
        """Return the memory use of the process in bytes; None if it has ended."""
        try:
            return int(self._known.memory_info().rss)
        except psutil.Error:
            return None

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used; 0 if it has ended."""
        try:
            used = self._known.cpu_times()
        except psutil.Error:
            return 0.0
        return float(used.user + used.system)

    def end(self) -> None:
        """Kill the process and remove its files; no finished result is lost."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._note is not None:
            self._note.unlink(missing_ok=True)

    def _settle(self) -> bool:
        wanted = self._held and self._ready
        if wanted != self._suspended:
            # If it has just ended, the reader will notice.
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
            log.exception("the worker sent something that is no message")
        self._inbox.put(None)

    def _how(self) -> str:
        """Return how the process ended, in a few words."""
        try:
            code = self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def end_leftover(module: str, note: Path) -> None:
    """End the worker that a killed server left behind, if there is one.

    Args:
        module: What it runs.
        note: File that records the process.
    """
    for process in _noted(module, note):
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(SECONDS_TO_END)
    note.unlink(missing_ok=True)


def _search_path() -> str:
    """Return the module search path of this process.

    While OpenCV is being imported, possibly in another thread right now, its own folder is on the
    path too, and would shadow modules of Python: it contains one called ``typing``.
    """
    entries = [entry or os.getcwd() for entry in sys.path]
    return os.pathsep.join(e for e in entries if not os.path.isfile(os.path.join(e, "__init__.py")))


def _begin(module: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        # Use the module search path of this process, without the current folder in front (-P): a
        # file there may have the name of a module.
        [sys.executable, "-P", "-m", module, str(folder), str(os.getpid())],
        env={**os.environ, "PYTHONPATH": _search_path()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _write_note(note: Path, process: psutil.Process) -> None:
    written = {"pid": process.pid, "created": process.create_time()}
    private.write_file(note, json.dumps(written).encode())


def _noted(module: str, note: Path) -> Iterator[psutil.Process]:
    """Yield the recorded process, unless its id has been reused by another one."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, psutil.Error):
        written = json.loads(note.read_text("utf-8"))
        process = psutil.Process(int(written["pid"]))
        # Two seconds, because the clock may have been adjusted; the module's name confirms it.
        if abs(process.create_time() - float(written["created"])) < 2 and module in (
            process.cmdline()
        ):
            yield process
