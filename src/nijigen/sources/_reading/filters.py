"""Filters of a request, as conditions of the query itself."""

from __future__ import annotations

from dataclasses import replace

from nijigen.core.errors import QueryError, SettingsError
from nijigen.core.posts.metatags import METATAGS
from nijigen.core.posts.query import Query, parse_query
from nijigen.core.posts.query.nodes import Condition, Node, Not, every
from nijigen.core.posts.rating import RATINGS, Rating


def filtered_query(
    text: str,
    *,
    count: int,
    before: int = 0,
    since: str = "",
    blacklist: str = "",
    rating: Rating = "general",
) -> Query:
    """Return a query with all filters of a request in it.

    Args:
        text: The query; a limit of its own counts where it is lower.
        count: At most so many posts.
        before: Only posts with a lower number; 0 for all.
        since: A date, or an age such as ``2w``; empty for no limit.
        blacklist: A query of posts to leave out; empty for none.
        rating: The strongest rating that is let through.

    Raises:
        QueryError: The query or the blacklist is not one.
        SettingsError: The date is not one.
    """
    query = parse_query(text)
    nodes: list[Node] = [query.root, _up_to(rating)]
    if before:
        nodes.append(Condition("id", METATAGS["id"].canonical(f"<{before}")))
    if since.strip():
        nodes.append(_since(since.strip()))
    if blacklist.strip():
        try:
            nodes.append(Not(parse_query(blacklist).root))
        except QueryError as error:
            raise SettingsError(
                f"blacklist: {error.message}", error.hint, field="blacklist"
            ) from None
    limit = count if query.limit is None else min(count, query.limit)
    return replace(query, root=every(nodes), limit=limit)


def let_through(rating: Rating, query: str, *, found: bool) -> str:
    """Return what to tell who may have expected more posts; nothing if there is nothing to tell.

    Sites leave posts of other ratings out themselves, so nobody knows how many.

    Args:
        rating: The strongest one that was let through.
        query: As it was given.
        found: Whether there were any posts.
    """
    if rating == RATINGS[-1] or "rating:" in query:
        return "" if found else "nothing was found"
    if found:
        return f"only posts rated up to {rating} were let through: see the setting rating"
    return f"nothing was found among posts rated up to {rating}: see the setting rating"


def _up_to(rating: Rating) -> Condition:
    return Condition("rating", ",".join(RATINGS[: RATINGS.index(rating) + 1]))


def _since(text: str) -> Condition:
    for name, sign in (("date", ">="), ("age", "<=")):
        try:
            return Condition(name, METATAGS[name].canonical(sign + text))
        except ValueError:
            continue
    raise SettingsError(
        f"since: {text[:40]!r} is neither a date nor an age", "such as 2026-11-30 or 2w",
        field="since",
    )  # fmt: skip
