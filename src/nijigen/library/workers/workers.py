"""The interface of workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Shard = TypeVar("Shard")
Result = TypeVar("Result")
TRIES = 3
"""How often a shard is begun before it counts as what ends the processes."""


class Workers(Protocol):
    """Processes on this machine or on several."""

    def map_shards(
        self, work: Callable[[Shard], Result], shards: Iterable[Shard]
    ) -> Iterator[tuple[Shard, Result | None]]:
        """Yield shards with their results, in order.

        Args:
            work: A function of a module, without effects.
            shards: Taken as they are needed.

        Yields:
            Each shard with its result; None if every process that had it has ended.

        Raises:
            Exception: What `work` raises.
        """

    def close(self) -> None:
        """End the processes."""
