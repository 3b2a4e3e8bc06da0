"""Memory: a cache in the process for intermediate results computed from pictures."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np

T = TypeVar("T")
LIMIT = 256 << 20
"""Bytes of cached arrays: the regions of about twenty pages of 1024×1024."""


class Memory:
    """A thread-safe LRU cache, limited by bytes."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: OrderedDict[bytes, tuple[object, int]] = OrderedDict()
        self._lock = Lock()
        self._making: dict[bytes, Lock] = {}
        self.size = 0
        """Bytes of the cached values."""

    def get(self, key: bytes) -> object | None:
        """Return the value of a key, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    @contextmanager
    def making(self, key: bytes) -> Iterator[None]:
        """Wait while another thread makes the value of a key."""
        with self._lock:
            line = self._making.setdefault(key, Lock())
        try:
            with line:
                yield
        finally:
            with self._lock:
                self._making.pop(key, None)

    def put(self, key: bytes, value: object, size: int) -> None:
        """Cache a value and evict the oldest ones; values larger than the limit are not cached."""
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
    """Return the result of ``make``, cached by name and inputs.

    Args:
        name: Name of the computation.
        inputs: Everything that the result depends on: arrays, numbers, texts, None, or tuples.
        make: Computes a frozen value with arrays in its fields, which must not be changed later.
    """
    # SHA-1 takes half the time of BLAKE2 with hardware support; security does not matter here.
    digest = hashlib.sha1(name.encode(), usedforsecurity=False)
    _feed(digest, inputs)
    key = digest.digest()
    known = _MEMORY.get(key)
    if known is not None:
        return cast(T, known)
    # Two requests for one drawing arrive together: the second waits for what the first computes.
    with _MEMORY.making(key):
        known = _MEMORY.get(key)
        if known is None:
            known = make()
            # Half as much again: for properties that are computed later and kept with the value.
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
    """Return the approximate size of a value in bytes: its arrays, and a little for the rest."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple):
        return 64 + sum(_weight(part) if isinstance(part, np.ndarray) else 512 for part in value)
    fields = getattr(value, "__dict__", None)
    return sum(_weight(part) for part in fields.values()) + 256 if fields else 64
