"""Runtimes: record which runtime computed a result, so that it can be reproduced to the byte.

Networks run on one of several runtimes, whose results differ in the last bits. Code that opens a
network reports the runtime here; code that reproduces a result requests the same one here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_used: ContextVar[dict[str, None] | None] = ContextVar("used", default=None)
_requested: ContextVar[tuple[str, ...]] = ContextVar("requested", default=())


def record(runtime: str) -> None:
    """Report that a network of the running operation uses this runtime."""
    used = _used.get()
    if used is not None:
        used[runtime] = None


@contextlib.contextmanager
def recording() -> Iterator[dict[str, None]]:
    """Collect the names of the runtimes used in this block, in order of use.

    An enclosing recording, such as a recipe's around its steps, gets them too. Threads started
    inside are included if they run in a copy of the context (``contextvars.copy_context``).
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
    """Return the runtimes to use, in any order; empty if the choice is free."""
    return _requested.get()


@contextlib.contextmanager
def using(runtimes: tuple[str, ...]) -> Iterator[None]:
    """Make networks in this block use these runtimes and no others.

    Given several from one recording, each network uses the one it used then. Opening a network
    raises a ModelError if one of them is not installed or none can run the network.
    """
    token = _requested.set(runtimes)
    try:
        yield
    finally:
        _requested.reset(token)
