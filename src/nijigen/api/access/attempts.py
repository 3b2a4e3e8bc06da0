"""Slow down whoever tries tokens and codes, without locking the owner out."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from nijigen.api.refusals import TooManyAttempts
from nijigen.core.errors import NijigenError

FREE = 10
"""Failures per minute that are answered at once: mistakes."""
WINDOW = 60.0
PAUSE = 1.0


class Attempts:
    """Failed attempts of the last minute. Correct tokens and codes are never delayed."""

    def __init__(self) -> None:
        self._failed: deque[float] = deque(maxlen=FREE + 1)

    async def failed(self, error: NijigenError) -> NijigenError:
        """Record a failure; return the error to answer with, later if there were many."""
        now = time.monotonic()
        self._failed.append(now)
        if len(self._failed) <= FREE or now - self._failed[0] > WINDOW:
            return error
        await asyncio.sleep(PAUSE)
        return TooManyAttempts(f"{error.message}, and there were too many attempts", error.hint)
