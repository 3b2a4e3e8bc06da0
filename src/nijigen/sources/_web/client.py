"""Client: asks one site for answers and files."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from nijigen import __version__
from nijigen.core.atomic import replacing
from nijigen.core.errors import LoginRequired, NotFound, RateLimited, SourceError
from nijigen.core.run import Run
from nijigen.sources._web.addresses import PublicNetwork, Refused
from nijigen.sources._web.pace import retry_after, turn, wait
from nijigen.sources.sites._own import Key
from nijigen.sources.sites._site import Site

USER_AGENT = f"Nijigen/{__version__} (Python package nijigen; toolkit for drawn pictures)"
TIMEOUT = 60.0
"""Seconds without a byte."""
TRIES = 5
PAUSES = (2.0, 8.0, 30.0, 60.0)
"""Seconds before a request is repeated, if the site does not say itself."""
LONGEST_WAIT = 900.0
"""Seconds; where a site asks for more, the user is told instead."""
LARGEST_ANSWER = 32 << 20
LARGEST_PREVIEW = 4 << 20
PREVIEW_INTERVAL = 0.2
"""Seconds between two previews, of which somebody looks at a page; browsers fetch six at once."""
FILE_TRIES = 3
"""So often a file is fetched that breaks off, or is not what the site describes."""
_REDIRECTS = 5
_BUSY = (421, 429, 503)
"""Moebooru says 421 where others say 429."""


class Client:
    """Asks one site, as its operators wish; use it in a ``with`` block.

    Args:
        site: The site.
        key: Sent to the site's own host only.
        run: Stops waiting when the user asks to.
    """

    def __init__(self, site: Site, key: Key | None, run: Run) -> None:
        self.site = site
        self.run = run
        self._key = key
        self._has_answered = False
        self._allowed = [(site.host, _port(site.address))] if site.own else []
        headers = {"User-Agent": USER_AGENT, "Accept": "*/*", **site.headers}
        self._http = httpx.Client(
            transport=_Transport(self._allowed), headers=headers, timeout=TIMEOUT, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> tuple[str, bytes]:
        """Return the type and the content of an answer of the site.

        Args:
            path: Of its own address, with a slash before it.
            parameters: Of the request, besides those in the path.

        Raises:
            LoginRequired: It wants a key, or does not accept this one.
            RateLimited: It asks to wait for long.
            NotFound: There is nothing.
            SourceError: It does not answer, refuses or fails.
            Cancelled: The user asked to stop.
        """
        given = dict(parameters or {})
        if self._key and self.site.api in ("gelbooru", "gelbooru_02"):
            # The only way that they take one.
            given |= {"user_id": self._key.user, "api_key": self._key.secret}
        for attempt in range(TRIES):
            with self._answer(self.site.address + path, given, with_key=True) as response:
                if self._may_read(response, attempt):
                    with contextlib.suppress(httpx.RequestError):
                        content = b"".join(
                            _pieces(response, LARGEST_ANSWER, "an answer", self.site)
                        )
                        return response.headers.get("Content-Type", ""), content
            self._pause(attempt, response)
        raise self._failed("its answers break off")

    def save(
        self,
        address: str,
        path: Path,
        what: str,
        *,
        most: int,
        md5: str | None = None,
        speed: int = 0,
    ) -> None:
        """Write a file of the site to a path, where it arrives whole or not at all.

        Args:
            address: Of the file; the key is not sent.
            path: Where to put it.
            what: The file, in words for messages.
            most: Bytes that it may have.
            md5: What it must be, if the site says that.
            speed: At most so many bytes a second; 0 is no limit.

        Raises:
            SourceError: It is not on one of the site's hosts, cannot be had now, or is not what
                the site describes.
            NotFound: It is not there any more.
            OutputError: It cannot be written.
            Cancelled: The user asked to stop.
        """
        for attempt in range(1, FILE_TRIES + 1):
            why = "does not have the MD5 that the site names"
            found = hashlib.md5(usedforsecurity=False)
            try:
                with self._file(address) as response, replacing(path) as file:
                    size, start = 0, time.monotonic()
                    for piece in _pieces(response, most, what, self.site):
                        size += len(piece)
                        found.update(piece)
                        file.write(piece)
                        if speed:
                            wait(start + size / speed - time.monotonic(), self.run)
                        self.run.check()
                    if md5 and found.hexdigest() != md5:
                        raise _Wrong
                    return
            except httpx.RequestError:
                why = "breaks off"
            except _Wrong:
                pass
            if attempt == FILE_TRIES:
                raise SourceError(
                    f"{what} {why}", "run it again later; the rest goes on", site=self.site.name
                )

    def preview(self, address: str) -> bytes:
        """Return a small picture of the site, as it shows in its lists; the key is not sent.

        Raises:
            SourceError: It is not on one of the site's hosts, is too large, or breaks off.
            NotFound: It is not there any more.
        """
        try:
            with self._file(address, min(self.site.interval, PREVIEW_INTERVAL)) as response:
                return b"".join(_pieces(response, LARGEST_PREVIEW, "a preview", self.site))
        except httpx.RequestError:
            raise self._failed("a preview breaks off") from None

    @contextlib.contextmanager
    def _file(self, address: str, interval: float | None = None) -> Iterator[httpx.Response]:
        """Open a file of the site for reading."""
        for attempt in range(TRIES):
            with self._answer(address, {}, with_key=False, interval=interval) as response:
                if self._may_read(response, attempt):
                    yield response
                    return
            self._pause(attempt, response)
        raise self._failed("it does not send the file")

    @contextlib.contextmanager
    def _answer(
        self,
        address: str,
        parameters: Mapping[str, str],
        *,
        with_key: bool,
        interval: float | None = None,
    ) -> Iterator[httpx.Response]:
        """Send a request, following redirects within the site."""
        pause = self.site.interval if interval is None else interval
        for _ in range(_REDIRECTS):
            host = self._checked(address, with_key)
            auth = self._auth() if with_key else None
            with turn(host, pause, self.run):
                # `params=` would replace what the address has already.
                url = httpx.URL(address).copy_merge_params(parameters)
                request = self._http.build_request("GET", url)
                response = self._send(request, auth)
                try:
                    if not response.has_redirect_location:
                        yield response
                        return
                    address, parameters = urljoin(address, response.headers["Location"]), {}
                finally:
                    response.close()
        raise self._failed("it redirects without end")

    def _send(self, request: httpx.Request, auth: httpx.BasicAuth | None) -> httpx.Response:
        """Send a request; a connection that fails counts as an answer without content."""
        try:
            return self._http.send(request, auth=auth, stream=True)
        except httpx.TransportError as error:
            # Their texts may hold the address, and with it a key.
            return httpx.Response(_NO_ANSWER, request=request, extensions={"why": _reason(error)})

    def _auth(self) -> httpx.BasicAuth | None:
        basic = self._key and self.site.api == "danbooru"
        return httpx.BasicAuth(self._key.user, self._key.secret) if self._key and basic else None

    def _checked(self, address: str, with_key: bool) -> str:
        """Return the host of an address that may be followed."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        plain = urlsplit(self.site.address).scheme == "http"
        if parts.scheme != "https" and not (parts.scheme == "http" and (plain or not with_key)):
            raise Refused(f"{self.site.name} leads to an address of {parts.scheme[:20] or 'no'}:")
        if parts.username or parts.password:
            raise Refused(f"{self.site.name} leads to an address with a password")
        if host != self.site.host and (with_key or not self.site.has_file(host)):
            raise Refused(
                f"{self.site.name} leads to {host[:80]}, which is not one of its hosts",
                "it may have changed: update Nijigen",
            )
        return host

    def _may_read(self, response: httpx.Response, attempt: int) -> bool:
        """Return whether an answer is good; if not, whether to ask again is decided."""
        code = response.status_code
        self._has_answered |= code != _NO_ANSWER
        if code < 300:
            return True
        last = attempt + 1 == TRIES
        name = self.site.name
        if code in _BUSY:
            after = retry_after(response.headers.get("Retry-After"))
            if last or (after or 0) > LONGEST_WAIT:
                text = f" {after:.0f} s" if after else ""
                raise RateLimited(
                    f"{name} asks to wait{text}", "run it again later", site=name, after=after
                )
        elif code == _NO_ANSWER:
            # Who has no network should not wait for minutes to be told.
            if last or not self._has_answered:
                raise self._failed(str(response.extensions["why"]))
        elif code == 401:
            raise _wants_key(self.site, self._key is not None)
        elif code == 403:
            raise self._failed("it refuses to answer (403)", "its page says for whom it answers")
        elif code in (404, 410):
            raise NotFound(f"{name} does not have that any more")
        elif code < 500:
            raise self._failed(f"it does not accept the request ({code})", "try a simpler query")
        elif last:
            raise self._failed(f"it fails ({code})", "try again later")
        return False

    def _pause(self, attempt: int, response: httpx.Response) -> None:
        seconds = PAUSES[min(attempt, len(PAUSES) - 1)]
        asked = retry_after(response.headers.get("Retry-After"))
        wait(max(seconds, asked) if asked is not None else seconds, self.run)

    def _failed(
        self, why: str, hint: str = "check the connection, or try again later"
    ) -> SourceError:
        return SourceError(f"{self.site.name}: {why}", hint, site=self.site.name)


class _Transport(httpx.HTTPTransport):
    """Connections to public addresses, one a host."""

    def __init__(self, allowed: list[tuple[str, int]]) -> None:
        super().__init__(trust_env=False)
        self._pool.close()
        # httpx has no parameter for the backend, which alone sees the addresses of a name.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(), max_connections=4, network_backend=PublicNetwork(allowed)
        )


_NO_ANSWER = 599


def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _port(address: str) -> int:
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _reason(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    text = str(error)
    return text if text.startswith("the name ") else "the connection fails"


class _Wrong(Exception):
    """A file is not what the site describes."""


def _pieces(response: httpx.Response, most: int, what: str, site: Site) -> Iterator[bytes]:
    """Yield the content of an answer.

    Raises:
        httpx.RequestError: It breaks off.
        SourceError: It is too long.
    """
    size = 0
    for piece in response.iter_bytes(1 << 16):
        size += len(piece)
        if size > most:
            raise SourceError(
                f"{site.name}: {what} has more than {most >> 20} MB",
                "nothing of it was kept",
                site=site.name,
            )
        yield piece


def _wants_key(site: Site, given: bool) -> LoginRequired:
    name = site.name.upper()
    hint = f"set NIJIGEN_{name}_USER and NIJIGEN_{name}_KEY, or see docs/sources.md"
    text = "does not accept the key" if given else "answers only with the key of an account"
    return LoginRequired(f"{site.name} {text}", hint, site=site.name)
