"""Local: processes on this machine."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator

from nijigen.library.workers.process import Ended, Process
from nijigen.library.workers.threads import in_order
from nijigen.library.workers.workers import TRIES, Result, Shard
from nijigen.models.session import threads


class Local:
    """Processes on this machine, started when they are needed.

    Args:
        count: How many; by default one for each CPU.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = count or threads()
        self._free: queue.SimpleQueue[Process | None] = queue.SimpleQueue()
        for _ in range(self.count):
            self._free.put(None)

    def map_shards(
        self, work: Callable[[Shard], Result], shards: Iterable[Shard]
    ) -> Iterator[tuple[Shard, Result | None]]:
        """Yield shards with their results, in order; None if each process that had it ended."""
        # A thread for each process, which waits for it.
        yield from in_order(lambda shard: self._done(work, shard), shards, self.count)

    def close(self) -> None:
        """End the processes."""
        for _ in range(self.count):
            if (child := self._free.get()) is not None:
                child.end()
            self._free.put(None)

    def _done(self, work: Callable[[Shard], Result], shard: Shard) -> Result | None:
        for _ in range(TRIES):
            child = self._free.get()
            try:
                child = child or Process()
                result: Result = child.call(work, shard)
            except Ended:
                if child is not None:
                    child.end()
                child = None
            else:
                return result
            finally:
                self._free.put(child)
        return None
