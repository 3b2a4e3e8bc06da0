"""What flushing costs a batch of small pictures: ratios of times, in one process.

``python benchmarks/flushing.py [COUNT]``: halftone of COUNT pictures of 256 pixels by one worker,
without flushing, with it, and with a disk that takes 5 ms longer for each flush.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nijigen import Picture
from nijigen.core import disk, registry
from nijigen.jobs.batches.batch import Job, run_batch
from nijigen.jobs.batches.plan import Task

ROUNDS = 5
SIDE = 256


def _seconds(sources: list[Path], out: Path, flush: Callable[[int], None]) -> float:
    """Return how long a batch takes that flushes in some way."""
    disk._flush = flush
    tasks = [Task(source, out / source.name) for source in sources]
    job = Job(registry.get("effects.halftone"), {}, {})
    begun = time.perf_counter()
    assert all(outcome.status == "done" for outcome in run_batch(tasks, job))
    return time.perf_counter() - begun


def main(count: int) -> None:
    """Print the ratios of the best times."""
    flush = disk._flush

    def slow(file: int) -> None:
        flush(file)
        time.sleep(0.005)

    ways: dict[str, Callable[[int], None]] = {
        "not flushed": lambda file: None,
        "flushed": flush,
        "flushed, 5 ms longer": slow,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["NIJIGEN_HOME"] = str(folder / "home")
        random = np.random.default_rng(0)
        sources = [folder / "in" / f"{number:04}.png" for number in range(count)]
        for source in sources:
            coarse = random.integers(0, 256, (SIDE // 16, SIDE // 16, 3), np.uint8)
            Picture(coarse.repeat(16, 0).repeat(16, 1)).save(source)
        best = dict.fromkeys(ways, float("inf"))
        # In turns, since other programs slow down some of them; the first one only warms up.
        for index in range(ROUNDS + 1):
            for way, how in ways.items():
                seconds = _seconds(sources, folder / f"out-{index}-{way}", how)
                best[way] = min(best[way], seconds if index else float("inf"))
    for way, seconds in best.items():
        print(f"{way:24} {seconds / best['not flushed']:.2f} ({seconds:.2f} s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200)
