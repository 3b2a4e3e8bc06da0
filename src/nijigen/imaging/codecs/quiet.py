"""Pillow kept from warning about odd metadata."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterator

# The warning filters belong to the whole process: two threads must not swap them crosswise.
_lock = threading.Lock()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Ignore warnings in this block; only one thread at a time is in it."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
