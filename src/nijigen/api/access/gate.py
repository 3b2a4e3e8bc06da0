"""The gate: access control, request limits, and security headers."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from abc import ABC, abstractmethod
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nijigen.api.access.attempts import Attempts
from nijigen.api.access.sessions import Sessions
from nijigen.api.access.token import Token
from nijigen.api.config import Config
from nijigen.api.problems import answer_error, answer_fault
from nijigen.api.refusals import (
    BadRequest,
    CrossOrigin,
    TokenRequired,
    UploadTooLarge,
    UploadTooSlow,
    WrongHost,
)
from nijigen.core.errors import NijigenError

ENTRANCE = "/api/session"
"""Where browsers exchange the code of a link for a session."""
WITHOUT_TOKEN = ("/healthz", ENTRANCE)
PUBLIC = ("/", "/favicon.ico")
"""The page itself needs no token: it is the same for everyone, and asks for a link."""
LARGEST_CODE = 1000
"""Size limit of a request without a token, in bytes."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class BaseGate(ABC):
    """The outermost layer of a server: who may come in is left to subclasses."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self.app = app
        self.config = config
        self.names = _names(config)

    @abstractmethod
    async def admit(self, scope: Scope, headers: Headers) -> None:
        """Reject a request of somebody who may not make it."""

    def finish(self, scope: Scope, status: int, headers: MutableHeaders) -> None:
        """Add to the headers of an answer."""
        headers.setdefault("Cache-Control", "no-store")

    def refused(self, error: NijigenError) -> ASGIApp:
        """Return the answer for a request that was rejected."""
        return answer_error(error)

    def failed(self, error: Exception) -> ASGIApp:
        """Return the answer for a fault of our own."""
        return answer_fault(error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request and pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                self.finish(scope, message["status"], headers)
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._check_host(headers)
            self._check_origin(scope, headers)
            await self.admit(scope, headers)
            body = _Body(receive, self.config, headers, scope)
            await self.app(scope, body.receive, send_with_headers)
        except NijigenError as error:
            if not started:
                await self.refused(error)(scope, receive, send_with_headers)
        except Exception as error:
            response = self.failed(error)
            if not started:
                await response(scope, receive, send_with_headers)

    def _check_host(self, headers: Headers) -> None:
        given = headers.getlist("host")
        host = _host_name(given[0]) if len(given) == 1 else None
        if host is None:
            raise BadRequest("the request has no valid Host header")
        if host in self.names or (not self.config.local and _is_address(host)):
            return
        raise WrongHost(
            f"this server does not answer to {host[:100]!r}", "use localhost or 127.0.0.1"
        )

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Reject requests from other sites' pages; programs send no origin."""
        if scope["method"] in SAFE_METHODS:
            return
        origin = headers.get("origin")
        if origin is not None:
            same = origin.lower().removesuffix("/").partition("://")[2] == headers["host"].lower()
            if not same or not origin.startswith(("http://", "https://")):
                raise CrossOrigin("pages of other sites may not do this")
        elif headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise CrossOrigin("pages of other sites may not do this")


class Gate(BaseGate):
    """The gate of the studio: programs need the token, browsers a session."""

    def __init__(
        self, app: ASGIApp, config: Config, token: Token, sessions: Sessions, attempts: Attempts
    ) -> None:
        super().__init__(app, config)
        self.token = token
        self.sessions = sessions
        self.attempts = attempts

    def finish(self, scope: Scope, status: int, headers: MutableHeaders) -> None:
        """Renew the session of whoever opens the page."""
        super().finish(scope, status, headers)
        if scope["path"] == "/" and status in (200, 304):
            self.sessions.renew(Headers(scope=scope), headers)

    async def admit(self, scope: Scope, headers: Headers) -> None:
        """Reject a request without the token or a session, unless it needs none."""
        path, reading = scope["path"], scope["method"] in SAFE_METHODS
        if path in WITHOUT_TOKEN:
            return
        if reading and (path in PUBLIC or path.startswith("/static/")):
            return
        # The path is shown to this machine only.
        header = self.token.header if self.config.local else "Authorization: Bearer TOKEN"
        hint = f'programs send -H "{header}"; browsers need a link: nijigen studio link'
        given = headers.get("authorization")
        if given is None:
            if self.sessions.of(headers) is None:
                raise TokenRequired("this server requires a token", hint)
            return
        scheme, _, bearer = given.partition(" ")
        if scheme.lower() != "bearer" or not self.token.is_same(bearer.strip()):
            raise await self.attempts.failed(TokenRequired("this token is wrong", hint))


class _Body:
    """A request's body, limited in size and time."""

    def __init__(self, receive: Receive, config: Config, headers: Headers, scope: Scope) -> None:
        self._receive = receive
        self._config = config
        multipart = headers.get("content-type", "").lower().startswith("multipart/")
        self._limit = config.max_upload if multipart else config.max_body
        seconds = config.upload_seconds
        if scope["path"] == ENTRANCE:
            # Whoever is not in yet does not occupy memory or a connection for long.
            self._limit, seconds = LARGEST_CODE, config.upload_pause
        self._length = 0
        self._complete = False
        self._deadline = asyncio.get_running_loop().time() + seconds
        declared = headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > self._limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """Return the next part of the body; after the last one, wait without limit."""
        if self._complete:
            return await self._receive()
        left = self._deadline - asyncio.get_running_loop().time()
        try:
            # Not wait_for: up to Python 3.11 it may lose a cancellation, and then wait forever.
            async with asyncio.timeout(max(0.0, min(self._config.upload_pause, left))):
                message = await self._receive()
        except TimeoutError:
            raise UploadTooSlow("the request did not arrive in time", "send it again") from None
        self._length += len(message.get("body", b""))
        if self._length > self._limit:
            raise self._too_large()
        self._complete = not message.get("more_body", False)
        return message

    def _too_large(self) -> UploadTooLarge:
        return UploadTooLarge(
            f"more than {self._limit / 1e6:.6g} MB in one request", "send the files one by one"
        )


def _names(config: Config) -> set[str]:
    names = {"localhost", "127.0.0.1", "::1"}
    if not config.local:
        own = socket.gethostname().lower()
        names |= {config.host.lower(), own, f"{own}.local"}
    return names


def _host_name(host: str) -> str | None:
    """Return the name in a Host header, without the port."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        return None
    return parts.hostname


def _is_address(host: str) -> bool:
    # DNS rebinding needs a name; an IP address as host is safe.
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
