"""What a metatag has to offer."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from nijigen.core.posts.post import Post
from nijigen.core.posts.sql.fragment import Fragment


class Moment(NamedTuple):
    """What a query depends on besides the posts: the time in seconds since 1970, UTC."""

    now: float


class Metatag(Protocol):
    """A kind of condition; its value is the text after the colon, in canonical form."""

    example: str
    """What a value looks like, for error hints."""

    def canonical(self, value: str) -> str:
        """Return a value in the form that the other methods accept and that is printed.

        Raises:
            ValueError: It is no such value; the message continues "score: ...".
        """

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Return whether a post satisfies the condition."""

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Return the condition for the schema in ``posts.sql.schema``."""
