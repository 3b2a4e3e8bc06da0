"""The app of a compatible server: its routes behind a gate, and how it is served."""

from __future__ import annotations

import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Scope

from nijigen.api import problems
from nijigen.api.access.attempts import Attempts
from nijigen.api.access.gate import BaseGate
from nijigen.api.access.token import Token
from nijigen.api.compatible.dialect import Dialect
from nijigen.api.compatible.iqdb import Iqdb
from nijigen.api.compatible.trace_moe import TraceMoe
from nijigen.api.compatible.uploaded import Uploaded
from nijigen.api.config import Config
from nijigen.api.refusals import BadRequest, TokenRequired
from nijigen.api.server import Server, address, settings
from nijigen.core.errors import NijigenError, NotFound

DIALECTS: dict[str, Dialect] = {one.name: one for one in (Iqdb(), TraceMoe())}
LARGEST = 64 << 20
"""Bytes of a request; trace.moe takes 25 MB."""


class OpenGate(BaseGate):
    """The gate of a compatible server: with a token if there is one, otherwise for everybody."""

    def __init__(self, app: ASGIApp, config: Config, dialect: Dialect, token: Token | None) -> None:
        super().__init__(app, config)
        self._dialect = dialect
        self._token = token
        self._attempts = Attempts()

    async def admit(self, scope: Scope, headers: Headers) -> None:
        """Reject a request without the token, if there is one."""
        if self._token is None:
            return
        given = headers.get("authorization", "").removeprefix("Bearer ")
        given = given or headers.get(self._dialect.token_header, "")
        if not given:
            raise TokenRequired("this server requires a token", "send it as Authorization: Bearer")
        if not self._token.is_same(given.strip()):
            raise await self._attempts.failed(TokenRequired("this token is wrong"))

    def refused(self, error: NijigenError) -> ASGIApp:
        """Return an error in the form of the original."""
        return self._dialect.refusal(error, error.http_status)

    def failed(self, error: Exception) -> ASGIApp:
        """Log a fault, and answer in the form of the original."""
        problem = problems.logged(error)
        return self._dialect.refusal(NijigenError(problem.title), problem.status)


def create_app(
    dialect: Dialect, config: Config, uploaded: Uploaded, token: Token | None = None
) -> FastAPI:
    """Return the app that speaks a dialect.

    Args:
        dialect: How it answers.
        config: Address and limits.
        uploaded: What is sent, and the library.
        token: What clients have to send.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        uploaded.decoders.stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(dialect.router(uploaded))

    def answer(error: NijigenError) -> Response:
        return dialect.refusal(error, error.http_status)

    def on_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, NijigenError)
        return answer(error)

    def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, NijigenError):
            return answer(error.__cause__)
        if error.status_code == 404:
            return answer(NotFound(f"there is nothing at {request.url.path[:200]}"))
        return dialect.refusal(BadRequest(str(error.detail)), error.status_code)

    def on_validation(request: Request, error: Exception) -> Response:
        return answer(BadRequest("the request has a parameter of a wrong kind"))

    app.add_exception_handler(NijigenError, on_error)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_middleware(OpenGate, config=config, dialect=dialect, token=token)
    return app


def serve(
    dialect: Dialect,
    config: Config,
    bound: socket.socket,
    library: Path | None,
    *,
    writes: bool = False,
    token: Token | None = None,
    ready: Callable[[str], None],
    ends: Callable[[Callable[[], None]], None] = lambda end: None,
) -> None:
    """Serve until Ctrl-C.

    Args:
        dialect: How it answers.
        config: Address and limits.
        bound: The socket from :func:`nijigen.api.server.listening_socket`.
        library: Folder of the library; by default the one in the home.
        writes: Whether clients may change the index.
        token: What clients have to send.
        ready: Called with the address when requests are answered.
        ends: Called with a function that stops the server, for callers that run it in a thread.
    """
    with tempfile.TemporaryDirectory(prefix="nijigen-") as scratch:
        uploaded = Uploaded(library, Path(scratch), writes=writes)
        app = create_app(dialect, config, uploaded, token)
        server = Server(settings(app, config), lambda: ready(address(bound)), lambda: None)

        def end() -> None:
            server.should_exit = True

        ends(end)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
