"""Ray: processes on the machines of a cluster, which all have the pictures at the same paths."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nijigen.core.errors import InputError
from nijigen.core.extras import install
from nijigen.library.workers.workers import TRIES, Result, Shard

_LOCAL = "127.0.0.2"
"""On the loopback interface. Ray replaces 127.0.0.1 by an address that others can reach."""


class Ray:
    """A cluster.

    Args:
        address: As ``HOST:6379``; empty for one on this machine alone, which nobody else can reach.

    Raises:
        InputError: The extra is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str = "") -> None:
        try:
            import ray
        except ImportError:
            raise InputError("the library's workers are those of Ray", install("ray")) from None
        self._ray: Any = ray
        self._started = not ray.is_initialized()
        if not self._started:
            return
        own = {"include_dashboard": False, "_node_ip_address": _LOCAL}
        paths = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        try:
            ray.init(
                **({"address": address} if address else own),
                log_to_driver=False,
                logging_level="error",
                # One thread for each task; Ray counts CPUs.
                runtime_env={"env_vars": {"PYTHONPATH": paths, "NIJIGEN_THREADS": "1"}},
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise InputError(
                f"the cluster {address} does not answer: {error}", "start it with: ray start --head"
            ) from error

    def map_shards(
        self, work: Callable[[Shard], Result], shards: Iterable[Shard]
    ) -> Iterator[tuple[Shard, Result | None]]:
        """Yield shards with their results, in order; None if each process that had it ended."""
        # Ray begins a shard again elsewhere if its process or its machine ends.
        task = self._ray.remote(num_cpus=1, max_retries=TRIES - 1)(work)
        waiting: deque[tuple[Shard, Any]] = deque()
        try:
            for shard in shards:
                waiting.append((shard, task.remote(shard)))
                # Few are held in memory, and new machines get their part.
                cpus = int(self._ray.cluster_resources().get("CPU", 1))
                if len(waiting) > 2 * cpus:
                    first, reference = waiting.popleft()
                    yield first, self._result(reference)
            while waiting:
                first, reference = waiting.popleft()
                yield first, self._result(reference)
        finally:
            for _, reference in waiting:
                self._ray.cancel(reference)

    def close(self) -> None:
        """Leave the cluster, and end it if it was started here."""
        if self._started:
            self._ray.shutdown()

    def _result(self, reference: Any) -> Any:
        from ray import exceptions

        try:
            return self._ray.get(reference)
        except exceptions.RayTaskError as error:
            raise error.cause from None
        except exceptions.RayError:
            return None
