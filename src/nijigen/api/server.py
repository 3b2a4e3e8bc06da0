"""The server process: bind a port, and serve."""

from __future__ import annotations

import contextlib
import errno
import importlib
import logging
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from nijigen.api.config import Config
from nijigen.api.protocol import LARGEST_HEAD, protocol
from nijigen.api.services import Services
from nijigen.core.errors import InputError, OutputError

BACKLOG = 512
KEEP_ALIVE = 30
"""Seconds; clients should be the first to close an idle connection, or a request may be lost."""
SLOW = ("cv2", "scipy.ndimage", "scipy.sparse.csgraph", "scipy.spatial")
"""Libraries that operations import on first use: together nearly a second."""
_TAKEN = (errno.EADDRINUSE, errno.EACCES)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket on the port, or on a free one if it is in use.

    Raises:
        InputError: The host is not an address of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise InputError(f"there is no host {host!r}", "try --host 127.0.0.1") from None
    for choice in (port, 0):
        made = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            # On Windows this would let two servers share a port.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((address[0], choice, *address[2:]))
            made.listen(BACKLOG)
        except OSError as error:
            made.close()
            if error.errno not in _TAKEN or choice == 0:
                raise InputError(
                    f"{host} port {choice} cannot be used: {error.strerror}",
                    "try --host 127.0.0.1 --port 0",
                ) from None
        else:
            return made
    raise OutputError("there is no free port")


class Server(uvicorn.Server):
    """uvicorn, but it ends open streams before waiting for them."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], hang_up: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._hang_up = hang_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and report it."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, without waiting for endless streams."""
        self._hang_up()
        await super().shutdown(sockets)


def serve(
    app: FastAPI,
    config: Config,
    bound: socket.socket,
    *,
    ready: Callable[[str], None],
    ends: Callable[[Callable[[], None]], None] = lambda end: None,
) -> None:
    """Serve until Ctrl-C.

    Args:
        app: The app from :func:`nijigen.api.app.create_app`.
        config: The configuration of the app.
        bound: The socket from :func:`listening_socket`.
        ready: Called with the address when requests are answered.
        ends: Called with a function that stops the server, for callers that run it in a thread.
    """
    url = address(bound)
    services = app.state.services
    services.lock.note(f"open {url} or stop process {os.getpid()}")
    # Store partial uploads in the data folder, since /tmp may be in memory.
    tempfile.tempdir = str(services.pictures.scratch)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # It logs every malformed request; the error response is enough.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)

    def started() -> None:
        ready(url)
        # In the background, so that the first picture need not wait.
        threading.Thread(target=warm_up, args=[services], daemon=True).start()

    server = Server(settings(app, config), started, services.hang_up)

    def end() -> None:
        server.should_exit = True

    ends(end)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[bound])


def settings(app: FastAPI, config: Config) -> uvicorn.Config:
    """Return how an app is served."""
    return uvicorn.Config(
        app,
        http=protocol(config),
        ws="none",
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_keep_alive=KEEP_ALIVE,
        log_level="warning",
        access_log=False,
        server_header=False,
        log_config=None,
        lifespan="on",
        timeout_graceful_shutdown=5,
    )


def warm_up(services: Services) -> None:
    """Start the first decoding process, and preload slow imports."""
    services.decoders.warm_up()
    preload()


def preload() -> None:
    """Import slow libraries; errors are reported later by the code that needs them."""
    for name in SLOW:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def address(bound: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/"
