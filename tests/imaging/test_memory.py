"""What was computed is kept, up to a limit."""

from __future__ import annotations

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
