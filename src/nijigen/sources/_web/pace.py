"""Pace: one request at a time to each host, and never sooner than its site wants."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from nijigen.core.run import Run

_STEP = 0.2
"""Seconds between two looks at whether the user asked to stop."""
_hosts: dict[str, _Host] = {}
_guard = threading.Lock()


class _Host:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next = 0.0


@contextlib.contextmanager
def turn(host: str, interval: float, run: Run) -> Iterator[None]:
    """Wait until a host may be asked; nobody else in this process asks it meanwhile.

    Raises:
        Cancelled: The user asked to stop.
    """
    with _guard:
        entry = _hosts.setdefault(host, _Host())
    while not entry.lock.acquire(timeout=_STEP):
        run.check()
    try:
        wait(entry.next - time.monotonic(), run)
        yield
    finally:
        entry.next = time.monotonic() + interval
        entry.lock.release()


def wait(seconds: float, run: Run) -> None:
    """Wait, and stop at once when asked to.

    Raises:
        Cancelled: The user asked to stop.
    """
    end = time.monotonic() + seconds
    run.check()
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _STEP))
        run.check()


def retry_after(value: str | None) -> float | None:
    """Return the seconds that a site asks to wait: a number, or a date; None for nothing."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
