"""Foreground: work that someone waits for; the batch is suspended meanwhile."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

GRACE = 0.3
"""Seconds without foreground work before the batch resumes. Between two previews of a slider that
is being dragged, waking it would not pay off."""


class Foreground:
    """Counts the work items that someone waits for.

    Args:
        changed: Called with True before the first item starts, and with False once none has run
            for the grace period; from any thread, one call at a time. It must be quick.
        grace: The grace period in seconds.
    """

    def __init__(self, changed: Callable[[bool], None], grace: float = GRACE) -> None:
        self._changed = changed
        self._grace = grace
        self._lock = threading.Lock()
        self._count = 0
        self._reported = False
        self._timer: threading.Timer | None = None

    @contextlib.contextmanager
    def work(self) -> Iterator[None]:
        """Run the block as foreground work; from any thread, also several at once."""
        with self._lock:
            self._count += 1
            if not self._reported:
                self._reported = True
                self._changed(True)
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1
                if self._count == 0:
                    self._wait()

    def _wait(self) -> None:
        """Start the grace period anew."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._grace, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            # A timer that could not be cancelled in time must not shorten the next grace period.
            if self._timer is not threading.current_thread() or self._count > 0:
                return
            self._timer = None
            self._reported = False
            self._changed(False)
