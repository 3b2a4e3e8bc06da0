"""What was computed is kept, up to a limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import numpy as np

from nijigen.imaging.memory import Memory, remembered


def test_memory_has_a_limit() -> None:
    memory = Memory(100)
    memory.put(b"a", 1, 60)
    memory.put(b"b", 2, 60)
    assert memory.get(b"a") is None
    assert memory.get(b"b") == 2
    memory.put(b"c", 3, 101)
    assert memory.get(b"c") is None
    assert memory.size == 60
    calls: list[int] = []

    def made() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        calls.append(1)
        return np.ones(1)

    for array in (np.zeros(3), np.zeros(3), np.ones(3)):
        remembered("test of memory", (array, 1.5, None), made)
    assert len(calls) == 2


def test_what_two_threads_ask_for_together_is_made_once() -> None:
    begun = Barrier(2)
    made: list[int] = []

    def make() -> tuple[int, ...]:
        sleep(0.05)
        made.append(1)
        return tuple(made)

    def ask() -> tuple[int, ...]:
        begun.wait()
        return remembered("test of two threads", (1,), make)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask) for _ in range(2)]
    assert [one.result() for one in asked] == [(1,), (1,)]
