"""Posts: what sites and dumps know about pictures, in one form."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Annotated

from nijigen.core.binary import BinaryStream
from nijigen.core.operation import Setting, operation
from nijigen.core.posts.post import Post
from nijigen.core.posts.rating import Rating
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Choices, MayBeEmpty, PathInText
from nijigen.sources._reading.opening import DUMP, GETCHU
from nijigen.sources._reading.reading import read
from nijigen.sources._reading.tables import Format, as_table
from nijigen.sources.sites._opening import booru_names


@operation(alpha="own", version=1, access="network")
def posts(
    source: Annotated[str, Choices(booru_names), PathInText((DUMP, GETCHU))],
    query: Annotated[str, MayBeEmpty()],
    *,
    count: Annotated[int, Setting(ge=1, le=1_000_000)] = 100,
    before: Annotated[int, Setting(ge=0, le=10**12, advanced=True)] = 0,
    since: str = "",
    blacklist: str = "",
    rating: Rating = "general",
    raw: bool = False,
    format: Format = "jsonl",
    run: Run = SILENT,
) -> BinaryStream:
    """List the posts of a site or a dump that a query asks for.

    The query is that of the library: `1girl solo -comic score:>=20`. What a site does not
    understand, or allows no more tags for, is compared here. Sites are asked slowly, as each of
    them wishes, with one connection.

    Args:
        source: Name of a site, dump:FOLDER or getchu:FOLDER.
        query: Tags and metatags; may be empty.
        count: At most so many posts.
        before: Only posts with a lower number, to go on after the last one; 0 for all.
        since: Only posts from this date on, such as `2026-11-30`, or of this age, such as `2w`.
        blacklist: Query of posts to leave out, such as `comic or sketch`.
        rating: The strongest rating that is let through.
        raw: Keep what the site sent, unchanged, beside what was understood of it.
        format: JSON lines, CSV, or Parquet, which needs the extra `parquet`.

    Returns:
        A file that is made while it is written: a post a line, the newest first, with site, number,
        tags with their categories, rating in one scale beside the word of the site, size, score and
        sources.

    Raises:
        NotFound: There is no such site or dump.
        QueryError: The query is not one, or the source cannot answer it.
        SourceError: The site did not respond as expected.
        UnsupportedFormat: An extra is missing.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.sources.posts import posts
        >>> try:
        ...     posts("danboru", "1girl")
        ... except NotFound as error:
        ...     print(error.message)
        there is no site 'danboru'
    """
    begun = functools.partial(
        read,
        source,
        query,
        count=count,
        before=before,
        since=since,
        blacklist=blacklist,
        rating=rating,
        run=run,
    )
    # What is wrong with the question is said now, and not when the file is written.
    begun()
    return as_table(lambda: _counted(begun(), count, raw, run), format)


def _counted(found: Iterator[Post], count: int, raw: bool, run: Run) -> Iterator[Post]:
    for number, post in enumerate(found, 1):
        run.progress(number / count)
        yield post if raw else post.model_copy(update={"raw": None})
