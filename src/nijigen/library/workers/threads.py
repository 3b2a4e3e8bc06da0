"""Threads of this process: what is computed of values, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from nijigen.models.session import limit_this_thread, threads

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    work: Callable[[T], R], values: Iterable[T], count: int | None = None
) -> Iterator[tuple[T, R]]:
    """Yield values with what is computed of them, in order.

    Args:
        work: Called in a thread.
        values: Taken as they are needed.
        count: Of threads; by default one for each CPU.
    """
    count = count or threads()
    waiting: deque[tuple[T, Future[R]]] = deque()
    # A network that is run in many threads at once is fastest with one thread for each.
    with ThreadPoolExecutor(count, initializer=limit_this_thread, initargs=(1,)) as pool:
        try:
            for value in values:
                waiting.append((value, pool.submit(work, value)))
                # Few are held in memory.
                if len(waiting) > 2 * count:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()
