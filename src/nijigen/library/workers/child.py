"""The other side of :mod:`nijigen.library.workers.process`: computes what it is asked for.

Messages are pickled. What comes is a function, its argument and seconds of CPU time, and after each
item of an iteration whether another one is wanted. The answers are pairs: ``done`` with the result,
``failed`` with an error, or ``item`` with one of several results, which ``done`` follows.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any


class _Gone(Exception):
    """Nobody asks any more."""


class _Pipes:
    """The pipes to the process that asks."""

    def __init__(self) -> None:
        self._asked = sys.stdin.buffer
        self._answers = os.fdopen(os.dup(1), "wb")
        # What libraries print is no answer.
        os.dup2(2, 1)

    def heard(self) -> Any:
        """Return the next message."""
        try:
            return pickle.load(self._asked)
        except (OSError, EOFError):
            raise _Gone from None

    def say(self, kind: str, answer: object) -> None:
        """Send an answer."""
        _limit(0)
        content = pickle.dumps((kind, answer), pickle.HIGHEST_PROTOCOL)
        try:
            self._answers.write(content)
            self._answers.flush()
        except OSError:
            raise _Gone from None


def main() -> None:
    """Answer until the other end of the pipe is closed, however that happens."""
    # Ctrl-C goes to all processes of a terminal; the one that asks ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipes = _Pipes()
    with contextlib.suppress(_Gone):
        while True:
            _answer(pipes, *pipes.heard())


def _answer(pipes: _Pipes, work: Callable[[Any], Any], given: Any, seconds: int) -> None:
    try:
        _limit(seconds)
        result = work(given)
        if isinstance(result, Iterator):
            for item in result:
                pipes.say("item", item)
                if not pipes.heard():
                    break
                _limit(seconds)
            result = None
    except _Gone:
        raise
    except Exception as error:
        pipes.say("failed", error)
    else:
        pipes.say("done", result)


def _limit(seconds: int) -> None:
    """End this process once it has used so much more CPU time, even inside of a library; 0 never.

    Windows has no such timer; there the process that asks ends this one.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
