"""A process that computes what it is asked for, and that may end without harm to this one.

It runs a module of its own. Processes of the standard library run the script of the user again to
find its functions, which does harm where the script is not made for that.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

_BUSY = 10
"""So many seconds count like one of CPU time, on a machine that has more to do."""
_TO_STOP = 1.0
"""Seconds in which an iteration has to stop that nobody wants any more."""
_TO_END = 2.0


class Ended(Exception):
    """The process has ended, by itself or since it took too long."""

    def __init__(self, how: str, *, late: bool) -> None:
        super().__init__(how)
        self.late = late
        """Whether it took too long."""


class Process:
    """A process that computes one thing after another; it ends with this one.

    Raises:
        Ended: It cannot be started.
    """

    def __init__(self) -> None:
        # One thread each: there is a process for each CPU.
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
            **dict.fromkeys(("NIJIGEN_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
        }
        self._late = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nijigen.library.workers.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise Ended(f"it cannot be started: {error}", late=False) from error

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def call(self, work: Callable[[Any], Any], given: object, seconds: int = 0) -> Any:
        """Return what a function of a module returns.

        Args:
            work: The function.
            given: Its argument.
            seconds: Of CPU time at most; 0 is no limit.

        Raises:
            Ended: The process has ended.
            Exception: What `work` raises.
        """
        self._send((work, given, seconds))
        return self._received(seconds)[1]

    def items(
        self, work: Callable[[Any], Iterator[Any]], given: object, seconds: int = 0
    ) -> Iterator[Any]:
        """Yield what a function of a module yields; the next is computed meanwhile.

        Args:
            work: The function.
            given: Its argument.
            seconds: Of CPU time at most for each; 0 is no limit.

        Raises:
            Ended: The process has ended.
            Exception: What `work` raises.
        """
        self._send((work, given, seconds))
        waiting = True
        try:
            while True:
                waiting = False
                more, item = self._received(seconds)
                if not more:
                    return
                self._send(True)
                waiting = True
                yield item
        finally:
            if waiting:
                self._stop()

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        try:
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()
        except OSError:
            raise self._ended() from None

    def _received(self, seconds: float) -> tuple[bool, Any]:
        """Return whether an answer is an item, of several, and the answer."""
        assert self._process.stdout is not None
        watch = threading.Timer(seconds * _BUSY, self._give_up) if seconds else None
        if watch is not None:
            watch.start()
        try:
            kind, answer = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            raise self._ended() from None
        finally:
            if watch is not None:
                watch.cancel()
        if kind == "failed":
            raise answer
        return kind == "item", answer

    def _stop(self) -> None:
        """Have an iteration end early, or else the process."""
        with contextlib.suppress(Exception):
            while self._received(_TO_STOP / _BUSY)[0]:
                self._send(False)

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _ended(self) -> Ended:
        try:
            code = self._process.wait(_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return Ended("it closed its pipe", late=False)
        late = self._late or code == -getattr(signal, "SIGPROF", 0)
        return Ended(f"signal {-code}" if code < 0 else f"exit code {code}", late=late)
