"""The clock by which stored files age: it does not follow jumps of the system's clock."""

from __future__ import annotations

import contextlib
import logging
import threading
import time

from nijigen.core.errors import OutputError
from nijigen.jobs.stores.database import Database

DAY = 24 * 3600.0
_FACT = "clock"
_LATEST = 1e11
"""In the year 5138: what is later was damaged."""
log = logging.getLogger("nijigen.jobs")


class Clock:
    """Seconds since 1970, for ages only; the database remembers it.

    It advances with the system's clock, but never goes back, and by at most a day between two
    ticks, however long those were apart. So no clock that was set wrong makes a file look old, and
    time during which the studio is not running counts as a day at most.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._wall, self._time = _read(database.fact(_FACT) or "")

    def now(self) -> float:
        """Return the current time."""
        with self._lock:
            return self._now(time.time())

    def tick(self) -> None:
        """Take note of the system's clock; called every few minutes."""
        with self._lock:
            wall = time.time()
            self._time, self._wall = self._now(wall), wall
            # On a full disk the time since then counts again, as a day at most.
            with contextlib.suppress(OutputError):
                self._database.remember(_FACT, f"{self._wall!r} {self._time!r}")

    def _now(self, wall: float) -> float:
        return self._time + min(max(wall - self._wall, 0.0), DAY)


def _read(text: str) -> tuple[float, float]:
    """Return the system's time and our own from what was remembered; now, if that was nothing."""
    if text:
        with contextlib.suppress(ValueError):
            wall, own = map(float, text.split())
            if 0 <= wall < _LATEST and 0 <= own < _LATEST:
                return wall, own
        log.warning("the clock of the data folder was damaged, and starts again")
    now = time.time()
    return now, now
