"""Sessions: how a studio page proves that this server delivered it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

HEADER = "Nijigen-Studio"
"""Sent by the studio's scripts. Pages of other sites cannot add it to their requests."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Sessions:
    """Sessions of one run of the server; they are neither stored nor survive it.

    A session is a random id and a code over it that only this server can make.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def begin(self, headers: Headers, answer: MutableHeaders) -> None:
        """Start a session for a browser that loads the page, unless it has one."""
        if self.of(headers) is None:
            id = secrets.token_hex(16)
            answer.append(
                "set-cookie",
                f"{_cookie(headers)}={id}.{self._code(id)}; HttpOnly; SameSite=Strict; Path=/",
            )

    def of(self, headers: Headers) -> str | None:
        """Return the session of a request, or None without a valid one."""
        id, _, code = cookies_of(headers).get(_cookie(headers), "").partition(".")
        same = hmac.compare_digest(code.encode("utf-8", "replace"), self._code(id).encode())
        return id if same else None

    def of_page(self, headers: Headers) -> str | None:
        """Return the session of a request from a studio page; None for all others.

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

    def _code(self, id: str) -> str:
        return hmac.new(self._secret, id.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


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
