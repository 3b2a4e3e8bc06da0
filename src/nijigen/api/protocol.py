"""HTTP connections with limits that uvicorn lacks: the time for headers, and their number."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

from nijigen.api.config import Config

LARGEST_HEAD = 32 << 10
"""Size limit of the headers of a request, in bytes."""


def protocol(config: Config) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, with the limits of a configuration."""

    class Limited(Connection):
        header_seconds = config.header_seconds
        max_connections = config.max_connections

    return Limited


class Connection(H11Protocol):
    """A connection that is closed if the headers of its next request take too long.

    uvicorn waits for them without limit: as soon as a byte has come, its timeout for idle
    connections ends. And everyone on this machine can open connections.
    """

    header_seconds: float
    max_connections: int
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection; if there are too many, close the one that has waited the longest."""
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > self.max_connections:
            waiting = {
                one: one._deadline.when()
                for one in self.connections
                if isinstance(one, Connection) and one._deadline is not None
            }
            min(waiting, key=lambda one: waiting[one])._close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Receive a part of a request."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Go on with the next request, which may have come already."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.header_seconds, self._close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close(self) -> None:
        self._stop_waiting()
        self.transport.close()
