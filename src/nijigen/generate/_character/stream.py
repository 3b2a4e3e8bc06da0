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
from nijigen.generate._character.truth import Sample, sample

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

    With more than one, the call belongs under ``if __name__ == "__main__":`` of a script, as
    everything that starts processes.

    Args:
        seeds: One for each sample; may be endless.
        size: Side of the pictures in pixels.
        given: Parameters by name, the same for all.
        workers: Processes; they end with the stream, however early it is closed.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
        InputError: The processes cannot be started from where this is called, or one was killed.
    """
    if workers <= 1:
        for seed in seeds:
            yield sample(seed, size=size, given=given)
        return
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        # A process of a stream reads the script to find what it is to do, and found the stream
        # there again. It ends, without a word, and the one that started it tells.
        raise SystemExit(1)
    draw = partial(_batch, size=size, given=dict(given or {}))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    begun = False
    try:
        # An endless row of seeds must not be read to its end: a few batches ahead are enough.
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
                "a process that draws was killed", "use fewer workers, or free some memory"
            ) from None
        raise InputError("the processes that draw could not be started", _GUARD) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Ready a process: one thread, and memory that stays with it between the samples."""
    cv2.setNumThreads(1)
    # glibc gives back to the system what lies free, up to the largest block that was freed before,
    # and then each sample would fetch 2,600 pages anew: a seventh of its time.
    np.empty(2**24, np.uint8)


def _batch(seeds: Iterable[int], *, size: int, given: Mapping[str, Any]) -> list[Sample]:
    return [sample(seed, size=size, given=given) for seed in seeds]
