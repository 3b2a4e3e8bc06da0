"""A compatible server for tests, in a thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from nijigen.api.access.token import Token
from nijigen.api.compatible.app import DIALECTS, serve
from nijigen.api.config import Config
from nijigen.api.server import listening_socket


@contextlib.contextmanager
def served(
    protocol: str, library: Path, *, writes: bool = False, token: str | None = None
) -> Iterator[httpx.Client]:
    """Serve a library on a free port, and return a client."""
    config = Config(port=0)
    bound = listening_socket(config.host, 0)
    ready = threading.Event()
    stops: list[Callable[[], None]] = []
    arguments = (DIALECTS[protocol], config, bound, library)
    options = {
        "writes": writes,
        "token": Token(token) if token else None,
        "ready": lambda address: ready.set(),
        "ends": stops.append,
    }
    thread = threading.Thread(target=serve, args=arguments, kwargs=options)
    thread.start()
    assert ready.wait(120)
    try:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=120) as client:
            yield client
    finally:
        stops[0]()
        thread.join(120)
