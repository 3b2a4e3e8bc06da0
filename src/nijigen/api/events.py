"""Deliver changes to listeners: only the latest of each job, and without threads."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

KEEP_ALIVE = 15.0


class Mailbox:
    """Pending changes for one listener. Its size is bounded: one entry per job."""

    def __init__(self, only: str | None) -> None:
        self.only = only
        self._waiting: dict[tuple[str, str], None] = {}
        self._arrived = asyncio.Event()
        self.closed = False

    def put(self, kind: str, id: str) -> None:
        """Record a change; called in the event loop."""
        if self.only is None or (kind in ("job", "gone") and id == self.only):
            self._waiting[kind, id] = None
            self._arrived.set()

    def close(self) -> None:
        """Wake the listener for the last time."""
        self.closed = True
        self._arrived.set()

    async def take(self) -> list[tuple[str, str]]:
        """Return the changes since the last call; empty after a period without any."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KEEP_ALIVE):
                await self._arrived.wait()
        self._arrived.clear()
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting


class Events:
    """Passes changes from worker threads to all listeners in the event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._boxes: set[Mailbox] = set()

    def open(self) -> None:
        """Start passing changes on; called in the event loop."""
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """End all streams, so that a server can stop."""
        self._loop = None
        for box in self._boxes:
            box.close()

    def tell(self, kind: str, id: str) -> None:
        """Pass a change on, from any thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._deliver, kind, id)

    def _deliver(self, kind: str, id: str) -> None:
        for box in self._boxes:
            box.put(kind, id)

    @contextlib.contextmanager
    def mailbox(self, only: str | None = None) -> Iterator[Mailbox]:
        """Listen to all changes, or to those of one job."""
        box = Mailbox(only)
        if self._loop is None:
            box.close()
        self._boxes.add(box)
        try:
            yield box
        finally:
            self._boxes.discard(box)


def event(kind: str, data: Any) -> str:
    """Return one server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"event: {kind}\ndata: {text}\n\n"


async def encoded(events: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """Encode events; the first makes browsers reconnect quickly after a lost connection."""
    yield b"retry: 1000\n\n"
    async for text in events:
        yield text.encode()
