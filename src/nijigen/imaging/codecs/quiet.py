"""Suppress warnings of Pillow about odd metadata."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterator

# Warning filters are global: two threads must not interleave saving and restoring them.
_lock = threading.Lock()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Ignore warnings in this block, which only one thread at a time enters."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
