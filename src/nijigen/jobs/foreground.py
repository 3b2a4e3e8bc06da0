"""Foreground: work that somebody waits for, while which the batch is held back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

GRACE = 0.3
"""Seconds without such work after which the batch goes on: between two previews of a slider that
is being dragged it is not worth waking it."""


class Foreground:
    """Counts the pieces of work that somebody waits for.

    Args:
        changed: Told True before the first of them begins, and False a while after the last has
            ended; from whichever thread, never twice at once. It must be quick.
        grace: How long a while is, in seconds.
    """

    def __init__(self, changed: Callable[[bool], None], grace: float = GRACE) -> None:
        self._changed = changed
        self._grace = grace
        self._lock = threading.Lock()
        self._count = 0
        self._told = False
        self._timer: threading.Timer | None = None

    @contextlib.contextmanager
    def work(self) -> Iterator[None]:
        """Do something that somebody waits for; from any thread, several at once too."""
        with self._lock:
            self._count += 1
            if not self._told:
                self._told = True
                self._changed(True)
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1
                if self._count == 0:
                    self._wait()

    def _wait(self) -> None:
        """Look again after a while, once."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._grace, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            # A timer that could not be cancelled in time must not cut the grace of the next short.
            if self._timer is not threading.current_thread() or self._count > 0:
                return
            self._timer = None
            self._told = False
            self._changed(False)
