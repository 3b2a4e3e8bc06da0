"""One-time links: what a browser exchanges for a session."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import time

from nijigen.api.access.token import Token
from nijigen.api.refusals import LinkExpired, LinkInvalid, LinkUsed

SECONDS = 600.0
FRAGMENT = "#enter="
"""Browsers send no fragments, so a code is in no request line, log or Referer header."""
_TIME, _RANDOM, _SIGNATURE = 6, 8, 16
_HINT = "for another link, press Enter where the studio runs, or run nijigen studio link"


def link(address: str, token: Token) -> str:
    """Return a new link to the studio at an address.

    Its code is a time, a random number, and a signature over both, so that another process of the
    same user can make one without asking the server.
    """
    made = round(time.time() * 1000).to_bytes(_TIME) + secrets.token_bytes(_RANDOM)
    code = base64.urlsafe_b64encode(made + _signature(made, token.key("links")))
    return f"{address}{FRAGMENT}{code.decode()}"


class Links:
    """The codes that were used. Those made before the server was started are expired."""

    def __init__(self, token: Token) -> None:
        self._key = token.key("links")
        self._started = round(time.time() * 1000)
        self._lock = threading.Lock()
        self._used: dict[bytes, float] = {}

    def use(self, code: str) -> None:
        """Use up a code.

        Raises:
            LinkInvalid: The code was not made with this token.
            LinkExpired: It is too old.
            LinkUsed: It was used before.
        """
        try:
            whole = base64.b64decode(code.encode("ascii"), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            whole = b""
        made, signature = whole[: _TIME + _RANDOM], whole[_TIME + _RANDOM :]
        if not hmac.compare_digest(signature, _signature(made, self._key)):
            raise LinkInvalid("this link is not valid for this studio", _HINT)
        moment = int.from_bytes(made[:_TIME])
        age = time.time() - moment / 1000
        with self._lock:
            self._used = {one: ends for one, ends in self._used.items() if ends > time.time()}
            if made in self._used:
                raise LinkUsed("this link was used already; each works once", _HINT)
            if moment < self._started or not -1 < age < SECONDS:
                raise LinkExpired("this link has expired: it was valid for ten minutes", _HINT)
            self._used[made] = moment / 1000 + SECONDS


def _signature(made: bytes, key: bytes) -> bytes:
    return hmac.digest(key, made, "sha256")[:_SIGNATURE]
