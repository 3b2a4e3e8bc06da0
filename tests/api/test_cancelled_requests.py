"""Whoever stops waiting for a request's body does stop, at whatever moment."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from nijigen.api.access.gate import _Body
from nijigen.api.config import Config


@pytest.mark.parametrize("steps", range(6))
def test_a_cancellation_is_not_lost(steps: int, tmp_path: Path) -> None:
    async def cancelled() -> None:
        arrived = asyncio.Event()

        async def receive() -> dict[str, object]:
            await arrived.wait()
            return {"type": "http.request", "body": b""}

        body = _Body(receive, Config(data=tmp_path), Headers({}), {"path": "/"})
        task = asyncio.create_task(body.receive())
        for _ in range(4):
            await asyncio.sleep(0)
        arrived.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        was_cancelled = task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() == was_cancelled

    # The browser of other tests has a loop in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(cancelled())).result()
