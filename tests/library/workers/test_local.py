from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import shards

from nijigen.library.workers.local import Local


@pytest.fixture
def workers() -> Iterator[Local]:
    made = Local(2)
    yield made
    made.close()


def test_results_come_in_order_from_other_processes(workers: Local) -> None:
    assert list(workers.map_shards(shards.square, range(20))) == [(n, n * n) for n in range(20)]
    processes = {result for _, result in workers.map_shards(shards.process, range(8))}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_shards_are_taken_as_they_are_needed(workers: Local) -> None:
    taken = []

    def given() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = workers.map_shards(shards.square, given())
    assert next(results) == (0, 0)
    assert len(taken) < 10
    results.close()  # type: ignore[attr-defined]


def test_a_shard_is_computed_again_if_its_process_ends(workers: Local, tmp_path: Path) -> None:
    found = list(workers.map_shards(shards.ending, [(n, tmp_path) for n in range(8)]))
    assert [result for _, result in found] == [0, 1, 2, None, 4, 5, 6, 7]


def test_what_the_work_raises_is_raised(workers: Local) -> None:
    with pytest.raises(ValueError, match="not 1"):
        list(workers.map_shards(shards.refused, [1]))
    assert list(workers.map_shards(shards.square, [2])) == [(2, 4)]
