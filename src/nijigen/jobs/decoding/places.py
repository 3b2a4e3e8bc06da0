"""Places in which files are decoded: some for quick ones, some for those that turn out slow."""

from __future__ import annotations

import threading
from collections import deque

QUICK = SLOW = 2
"""Files that are decoded at once, which bounds memory."""


class Places:
    """A number of places, given to those who wait in the order in which they came."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @property
    def wanted(self) -> bool:
        """Whether someone waits."""
        return bool(self._waiting)

    def take(self) -> None:
        """Wait for a place."""
        with self._lock:
            if self._free and not self._waiting:
                self._free -= 1
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def take_now(self) -> bool:
        """Take a place if one is free; return whether it was."""
        with self._lock:
            free = self._free > 0 and not self._waiting
            self._free -= free
        return free

    def give(self) -> None:
        """Return a place."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1

    def give_to_all(self) -> None:
        """Let nobody wait any more."""
        with self._lock:
            while self._waiting:
                self._waiting.popleft().set()
            self._free += 1_000_000
