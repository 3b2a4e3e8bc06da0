"""Sessions: what a browser has after it exchanged a link, and how a page proves its origin."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

from nijigen.api.access.token import Token

HEADER = "Nijigen-Studio"
"""Sent by the studio's scripts. Pages of other sites cannot add it to their requests."""
DAYS = 30
_SECONDS = DAYS * 24 * 3600
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Session:
    """A session of one browser."""

    id: str
    expires: int
    """In seconds since 1970."""


class Sessions:
    """Sessions are signed and not stored: they survive a restart, and end with the token.

    A cookie has a random id, the time of its end, and a signature over both.
    """

    def __init__(self, token: Token) -> None:
        self._key = token.key("sessions")

    def begin(self, headers: Headers, answer: MutableHeaders) -> None:
        """Start a session for the browser that sent the headers."""
        self._give(headers, answer, secrets.token_hex(16))

    def renew(self, headers: Headers, answer: MutableHeaders) -> None:
        """Prolong the session of a browser, if it has one and half its time is over."""
        session = self.session(headers)
        if session is not None and session.expires - time.time() < _SECONDS / 2:
            self._give(headers, answer, session.id)

    def session(self, headers: Headers) -> Session | None:
        """Return the session of a request, or None without a valid one."""
        value = cookies_of(headers).get(_cookie(headers), "")
        signed, _, signature = value.rpartition(".")
        same = hmac.compare_digest(
            signature.encode("utf-8", "replace"), self._signature(signed).encode()
        )
        if not same:
            return None
        id, _, expires = signed.partition(".")
        return Session(id, int(expires)) if int(expires) > time.time() else None

    def of(self, headers: Headers) -> str | None:
        """Return the id of the session of a request, or None without a valid one."""
        session = self.session(headers)
        return session.id if session else None

    def of_page(self, headers: Headers) -> str | None:
        """Return the session id of a request from a studio page; None for all others.

        Browsers report the origin of each request, and pages cannot forge it.
        """
        place = urlsplit("//" + headers.get("host", ""))
        origin = urlsplit(headers.get("origin", ""))
        # Browsers omit it if the URL is neither encrypted nor on this machine.
        left_out = "same-origin" if place.hostname not in _LOOPBACK else ""
        same = (
            origin.netloc.lower() == place.netloc.lower()
            and headers.get("sec-fetch-site", left_out) == "same-origin"
        )
        if not same or HEADER not in headers or "authorization" in headers:
            return None
        return self.of(headers)

    def _give(self, headers: Headers, answer: MutableHeaders, id: str) -> None:
        signed = f"{id}.{round(time.time()) + _SECONDS}"
        answer.append(
            "set-cookie",
            f"{_cookie(headers)}={signed}.{self._signature(signed)}; Max-Age={_SECONDS}; "
            "HttpOnly; SameSite=Strict; Path=/",
        )

    def _signature(self, signed: str) -> str:
        return hmac.digest(self._key, signed.encode("utf-8", "replace"), "sha256").hex()


def cookies_of(headers: Headers) -> dict[str, str]:
    """Return the cookies of a request by name.

    Browsers send the same cookies to all servers on this machine. Python's own parser returns none
    if one of them is malformed, such as another program's JSON.
    """
    return cookie_parser(headers.get("cookie", ""))


def _cookie(headers: Headers) -> str:
    """Return the cookie's name, with the port, since all servers on a host share cookies."""
    _, _, port = headers.get("host", "").rpartition(":")
    return f"nijigen_session_{port if port.isdecimal() else 80}"
