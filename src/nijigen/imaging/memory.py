"""Memory: what was computed of a picture is not computed again in the same process."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np

T = TypeVar("T")
LIMIT = 256 << 20
"""Bytes of arrays that are kept: the regions of some twenty pages of 1024×1024."""


class Memory:
    """Keeps the latest results, up to a number of bytes; threads may share it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: OrderedDict[bytes, tuple[object, int]] = OrderedDict()
        self._lock = Lock()
        self.size = 0
        """Bytes of what is kept."""

    def get(self, key: bytes) -> object | None:
        """Return what was kept under a key, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: bytes, value: object, size: int) -> None:
        """Keep a value; the oldest ones go. One that is larger than the limit is not kept."""
        if size > self._limit:
            return
        with self._lock:
            if key in self._kept:
                self.size -= self._kept.pop(key)[1]
            self._kept[key] = (value, size)
            self.size += size
            while self.size > self._limit:
                self.size -= self._kept.popitem(last=False)[1][1]


_MEMORY = Memory()


def remembered(name: str, inputs: tuple[Any, ...], make: Callable[[], T]) -> T:
    """Return what ``make`` gives; for the same name and inputs only the first call runs it.

    Args:
        name: What is computed.
        inputs: All that the result depends on: arrays, numbers, texts, None, tuples of them.
        make: Computes a frozen value with arrays in its fields. It must not be changed later.
    """
    # Half the time of BLAKE2 where the processor knows it; nobody gains by a collision.
    digest = hashlib.sha1(name.encode(), usedforsecurity=False)
    _feed(digest, inputs)
    key = digest.digest()
    known = _MEMORY.get(key)
    if known is None:
        known = make()
        # A half more: properties that are computed later are kept with it.
        _MEMORY.put(key, known, _weight(known) * 3 // 2)
    return cast(T, known)


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        digest.update(f"array{value.shape}{value.dtype}".encode())
        digest.update(np.ascontiguousarray(value).data)
    elif isinstance(value, tuple):
        digest.update(f"({len(value)}".encode())
        for part in value:
            _feed(digest, part)
    else:
        digest.update(f"{value!r};".encode())


def _weight(value: object) -> int:
    """Return about how many bytes a value takes: its arrays, and a little for all else."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple):
        return 64 + sum(_weight(part) if isinstance(part, np.ndarray) else 512 for part in value)
    fields = getattr(value, "__dict__", None)
    return sum(_weight(part) for part in fields.values()) + 256 if fields else 64
