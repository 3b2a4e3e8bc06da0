"""Local: processes on this machine.

They run a module of their own. Those of the standard library run the script of the user again to
find its functions, which does harm where the script is not made for that.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

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
        self._free: queue.SimpleQueue[_Child | None] = queue.SimpleQueue()
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
                child = child or _Child()
                result: Result = child.call(work, shard)
            except (OSError, EOFError, pickle.UnpicklingError):
                if child is not None:
                    child.end()
                child = None
            else:
                return result
            finally:
                self._free.put(child)
        return None


class _Child:
    """A process that computes one shard after another."""

    def __init__(self) -> None:
        # One thread each: there is a process for each CPU.
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
            "NIJIGEN_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nijigen.library.workers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def call(self, work: Callable[[Any], Any], shard: object) -> Any:
        """Return the result of a shard.

        Raises:
            OSError: The process has ended.
            EOFError: The same.
            Exception: What `work` raises.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((work, shard), self._process.stdin)
        self._process.stdin.flush()
        fine, result = pickle.load(self._process.stdout)
        if not fine:
            raise result
        return result

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
