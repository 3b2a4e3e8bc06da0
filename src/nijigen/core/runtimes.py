"""Runtimes: which runtime calculated a result, so that it can be made again to the byte.

Networks run on one of several runtimes, whose results differ in the last bits. What opens a
network reports here which runtime it took; what makes a result again asks here for the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_used: ContextVar[dict[str, None] | None] = ContextVar("used", default=None)
_requested: ContextVar[tuple[str, ...]] = ContextVar("requested", default=())


def record(runtime: str) -> None:
    """Report that a network of the running operation calculates on this runtime."""
    used = _used.get()
    if used is not None:
        used[runtime] = None


@contextlib.contextmanager
def recording() -> Iterator[dict[str, None]]:
    """Collect the names of the runtimes that are used in this block, in the order of their use.

    A recording around it, as of a recipe around its steps, gets them too. Threads that are started
    inside are seen if they run in a copy of the context (``contextvars.copy_context``).
    """
    used: dict[str, None] = {}
    token = _used.set(used)
    try:
        yield used
    finally:
        _used.reset(token)
        for runtime in used:
            record(runtime)


def requested() -> tuple[str, ...]:
    """Return the runtimes that are to be used, in any order; empty where the choice is free."""
    return _requested.get()


@contextlib.contextmanager
def using(runtimes: tuple[str, ...]) -> Iterator[None]:
    """Have networks calculate on these runtimes in this block, and on no other.

    Of several, which one recording gave, each network gets the one that it had then. What opens a
    network raises a ModelError if one of them is not installed or none can run the network.
    """
    token = _requested.set(runtimes)
    try:
        yield
    finally:
        _requested.reset(token)
