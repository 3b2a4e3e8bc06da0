from __future__ import annotations

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from nijigen.core.errors import Cancelled
from nijigen.core.run import SILENT, Run
from nijigen.sources._web.pace import retry_after, turn


def test_one_at_a_time_and_not_too_soon() -> None:
    moments: list[float] = []

    def ask() -> None:
        with turn("one.example", 0.1, SILENT):
            moments.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    assert all(b - a >= 0.1 for a, b in itertools.pairwise(moments))


def test_other_hosts_do_not_wait() -> None:
    start = time.monotonic()
    for number in range(3):
        with turn(f"{number}.example", 5, SILENT):
            pass
    assert time.monotonic() - start < 4


def test_waiting_ends_when_asked_to() -> None:
    run = Run()
    with turn("slow.example", 60, run):
        pass
    threading.Timer(0.1, run.cancel).start()
    with pytest.raises(Cancelled), turn("slow.example", 60, run):
        pass


def test_retry_after() -> None:
    assert retry_after("120") == 120
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert 80 < (retry_after(format_datetime(later, usegmt=True)) or 0) <= 90
    assert retry_after("Sat, 01 Jan 2000 00:00:00 GMT") == 0
    assert retry_after("soon") is None
    assert retry_after(None) is None
