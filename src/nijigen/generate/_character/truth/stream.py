"""A stream of samples for training, drawn by one or more processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from typing import Any

import cv2
import numpy as np

from nijigen.core.errors import InputError
from nijigen.generate._character.truth.sample import Sample, sample

_BATCH = 8
_GUARD = 'put the call of a script under: if __name__ == "__main__":'


def stream(
    seeds: Iterable[int],
    *,
    size: int = 256,
    given: Mapping[str, Any] | None = None,
    workers: int = 1,
) -> Iterator[Sample]:
    """Yield samples in the order of their seeds, drawn by one or more processes.

    With more than one, the call must be under ``if __name__ == "__main__":`` in a script, like
    everything that starts processes.

    Args:
        seeds: One for each sample; may be endless.
        size: Side of the pictures in pixels.
        given: Parameters by name, the same for all.
        workers: Number of processes; they end when the stream is closed.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
        InputError: The processes cannot be started from here, or one was killed.
    """
    if workers <= 1:
        for seed in seeds:
            yield sample(seed, size=size, given=given)
        return
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        # A worker imports the script and reached the stream again. It exits silently, and the main
        # process reports the error.
        raise SystemExit(1)
    draw = partial(_batch, size=size, given=dict(given or {}))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    begun = False
    try:
        # Seeds may be endless: only a few batches are submitted ahead.
        rest = iter(seeds)
        batches = iter(lambda: list(islice(rest, _BATCH)), [])
        waiting = [pool.submit(draw, batch) for batch in islice(batches, 2 * workers)]
        while waiting:
            done = waiting.pop(0).result()
            begun = True
            waiting.extend(pool.submit(draw, batch) for batch in islice(batches, 1))
            yield from done
    except BrokenProcessPool:
        if begun:
            raise InputError(
                "a worker process was killed", "use fewer workers, or free some memory"
            ) from None
        raise InputError("the worker processes could not be started", _GUARD) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Prepare a worker: one thread, and an allocator that keeps memory between samples."""
    cv2.setNumThreads(1)
    # glibc returns free memory to the system, and each sample would fault in 2,600 pages again: a
    # seventh of its time.
    np.empty(2**24, np.uint8)


def _batch(seeds: Iterable[int], *, size: int, given: Mapping[str, Any]) -> list[Sample]:
    return [sample(seed, size=size, given=given) for seed in seeds]
