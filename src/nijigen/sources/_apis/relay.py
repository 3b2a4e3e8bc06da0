"""Relay: a server on this machine through which gallery-dl speaks to a site.

It sends on only what belongs to the site's API, by our own client: with our User-Agent, pace, keys
and limits. It is open to nobody else, since each request needs a word that only the program knows.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from nijigen.core.errors import NijigenError
from nijigen.sources._apis.answers import check_form
from nijigen.sources._web.client import Client

WORD = "X-Nijigen-Relay"


class Relay:
    """Runs in a ``with`` block.

    Args:
        client: Asks the site.
        paths: Pattern of the paths that may be asked for.
    """

    def __init__(self, client: Client, paths: str) -> None:
        self.word = secrets.token_urlsafe(24)
        self.error: NijigenError | None = None
        """Why the site did not answer; the program itself would take that for the end."""
        relay, allowed = self, re.compile(paths)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                said = self.headers.get(WORD, "")
                path = self.path.partition("?")[0]
                if not hmac.compare_digest(said.encode(), relay.word.encode()):
                    self._send(403, "text/plain", b"")
                elif not allowed.fullmatch(path):
                    self._send(404, "text/plain", b"")
                else:
                    self._send(*relay._answer(client, self.path))

            def _send(self, code: int, type: str, content: bytes) -> None:
                self.send_response(code)
                self.send_header("Content-Type", type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: what is asked for is nobody's business."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, client: Client, path: str) -> tuple[int, str, bytes]:
        try:
            type, content = client.get(path)
            check_form(client, path, content)
        except NijigenError as error:
            self.error = error
            return 502, "text/plain", b""
        return 200, type, content
