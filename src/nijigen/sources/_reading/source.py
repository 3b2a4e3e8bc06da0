"""Source: whatever answers queries with posts, one behind another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.run import Run


class Source(Protocol):
    """A site or a dump."""

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query asks for, up to its limit, as they arrive.

        Args:
            query: With the filters of the request already in it.
            run: For notes, and to stop while waiting.

        Raises:
            QueryError: The source cannot answer that query.
            SourceError: A site did not respond as expected.
        """
