"""What a file of an engine has to offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import httpx

from nijigen.sources._engines.answer import Character, Match
from nijigen.sources.sites._own import Key


@dataclass(frozen=True)
class Said:
    """What an engine said."""

    matches: list[Match] = field(default_factory=list)
    characters: list[Character] = field(default_factory=list)
    is_sure: bool = False
    """Whether it said itself that it found nothing."""
    quota: int | None = None


class EngineFailure(Exception):
    """The engine says that it did not search; the text is its reason, in our words."""


class Asks(Protocol):
    """An engine."""

    HOSTS: tuple[str, ...]
    """The only hosts that it is asked on."""

    async def ask(self, content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
        """Ask for a picture.

        Args:
            content: JPEG.
            client: Sends the request.
            key: Of an account, if there is one.

        Raises:
            EngineFailure: It did not search.
            Exception: PicImageSearch does not understand its answer.
        """
