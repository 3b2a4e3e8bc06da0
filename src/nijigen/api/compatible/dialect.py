"""The interface of a protocol that clients of another program speak."""

from __future__ import annotations

from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import Response

from nijigen.api.compatible.uploaded import Uploaded
from nijigen.core.errors import NijigenError


class Dialect(Protocol):
    """How another program answers."""

    name: str
    token_header: str
    """The header in which its clients can send a token, besides ``Authorization``."""

    def router(self, uploaded: Uploaded) -> APIRouter:
        """Return its routes.

        Args:
            uploaded: Reads what clients send, and opens the library.
        """

    def refusal(self, error: NijigenError, status: int) -> Response:
        """Return an error in its form."""
