"""Foreground: the batch is held back from the first work to a while after the last."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from nijigen.jobs.lanes.foreground import Foreground

GRACE = 0.2


class Told:
    """What a foreground told, and when."""

    def __init__(self) -> None:
        self.all: list[bool] = []
        self.over = threading.Event()
        self.when = 0.0

    def __call__(self, held: bool) -> None:
        self.all.append(held)
        if not held:
            self.when = time.monotonic()
            self.over.set()


def test_it_is_reported_before_the_work_and_a_while_after() -> None:
    told = Told()
    with Foreground(told, GRACE).work():
        assert told.all == [True]
    ended = time.monotonic()
    assert told.over.wait(60)
    assert told.all == [True, False]
    assert told.when - ended >= GRACE * 0.9


def test_works_one_soon_after_the_other_are_one() -> None:
    told = Told()
    # Longer than a busy machine may take from one to the next.
    foreground = Foreground(told, 30)
    for _ in range(20):
        with foreground.work(), foreground.work():
            pass
    assert told.all == [True]


def test_the_last_of_many_threads_ends_it() -> None:
    told = Told()
    foreground = Foreground(told, 0.001)

    def work(number: int) -> None:
        for _ in range(20):
            with foreground.work():
                time.sleep(0.001 * (number % 3))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    end = time.monotonic() + 60
    while told.all[-1]:
        assert time.monotonic() < end
        time.sleep(0.001)
    # In turn, and never twice the same.
    assert told.all == [True, False] * (len(told.all) // 2)


def test_work_that_fails_ends_too() -> None:
    told = Told()
    try:
        with Foreground(told, 0.001).work():
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert told.over.wait(60)
