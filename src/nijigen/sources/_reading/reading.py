"""Read posts, one behind another."""

from __future__ import annotations

from collections.abc import Iterator

from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.rating import Rating
from nijigen.core.run import SILENT, Run
from nijigen.sources._reading.filters import filtered_query, let_through
from nijigen.sources._reading.opening import open_source


def read(
    source: str,
    query: str,
    *,
    count: int = 100,
    before: int = 0,
    since: str = "",
    blacklist: str = "",
    rating: Rating = "general",
    run: Run = SILENT,
) -> Iterator[Post]:
    """Yield the posts of a site or a dump as they arrive; settings are those of ``sources.posts``.

    Raises:
        NotFound: There is no such site or dump.
        QueryError: The query is not one, or the source cannot answer it.
        SourceError: The site did not respond as expected.
    """
    asked = filtered_query(
        query, count=count, before=before, since=since, blacklist=blacklist, rating=rating
    )
    return _noted(open_source(source).posts(asked, run), asked, query, rating, run)


def _noted(
    posts: Iterator[Post], asked: Query, query: str, rating: Rating, run: Run
) -> Iterator[Post]:
    """Yield posts, and say in the end why there may be fewer than expected."""
    count = 0
    for post in posts:
        count += 1
        yield post
    if asked.limit is None or count < asked.limit:
        said = let_through(rating, query, found=count > 0)
        if said:
            run.note("assumed", said)
