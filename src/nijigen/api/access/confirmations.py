"""Confirmations: the owner's recent, single-use agreement to exactly one call."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECONDS = 300.0
MOST = 100
"""Most confirmations that are kept; the oldest are dropped first."""


@dataclass(frozen=True)
class _Given:
    call: bytes
    session: str
    expires: float


def call_of(id: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> bytes:
    """Return the identity of a call: the sha256 of its canonical JSON."""
    call = {"id": id, "inputs": dict(inputs), "settings": dict(settings)}
    return hashlib.sha256(json.dumps(call, sort_keys=True, separators=(",", ":")).encode()).digest()


class Confirmations:
    """Unused confirmations."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: OrderedDict[bytes, _Given] = OrderedDict()

    def give(self, call: bytes, session: str) -> tuple[str, float]:
        """Return a new confirmation of a call, and when it expires, in seconds since 1970."""
        code, expires = secrets.token_urlsafe(24), time.time() + SECONDS
        with self._lock:
            self._given[_key(code)] = _Given(call, session, expires)
            while len(self._given) > MOST:
                self._given.popitem(last=False)
        return code, expires

    def use(self, code: str, call: bytes, session: str) -> bool:
        """Consume a confirmation; return whether it was for this call and session."""
        # Look up by hash, so that timing reveals nothing about the code.
        with self._lock:
            given = self._given.pop(_key(code), None)
        return (
            given is not None
            and time.time() < given.expires
            and hmac.compare_digest(given.call, call)
            and hmac.compare_digest(given.session, session)
        )


def _key(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "replace")).digest()
