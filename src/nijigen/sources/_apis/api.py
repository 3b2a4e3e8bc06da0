"""What a kind of software has to offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import Node
from nijigen.core.posts.sidecars.fields import Data
from nijigen.sources._web.client import Client


class Api(Protocol):
    """Asks sites with one kind of software."""

    window: int | None
    """After so many posts the next are asked by a lower number, since pages that are counted shift
    when a post is deleted. None where the software itself counts by numbers of posts."""

    def word(self, node: Node) -> str | None:
        """Return a part of a query as the software writes it, or None if it has no word for it."""

    def below(self, number: int) -> str:
        """Return the word for posts whose number is lower."""

    def read(self, client: Client, words: str) -> Iterator[Data]:
        """Yield posts as the site sent them, the newest first: one window, or all.

        Raises:
            SourceError: The site did not respond as expected.
        """

    def post(self, data: Data) -> Post:
        """Return a post of what the site sent.

        Raises:
            InputError: A field has an impossible value.
        """
