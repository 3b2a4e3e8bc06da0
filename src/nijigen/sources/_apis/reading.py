"""Posts of a site: what of a query is sent, what is compared here, and window after window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from nijigen.core.errors import InputError, QueryError, SiteChanged
from nijigen.core.posts.metatags.spans import KINDS, read_spans
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query, matches
from nijigen.core.posts.query.nodes import (
    AllOf,
    AnyOf,
    Condition,
    Named,
    Node,
    Not,
    Order,
    Wildcard,
    every,
)
from nijigen.core.posts.sidecars.fields import Data
from nijigen.core.run import Run
from nijigen.sources._apis.api import Api
from nijigen.sources._web.opening import open_client
from nijigen.sources.sites._site import Site

if TYPE_CHECKING:
    from nijigen.sources._web.client import Client

_NEWEST = (Order("id"), Order("date"))


@dataclass(frozen=True)
class Parts:
    """A query, taken apart for a site."""

    words: str
    """What the site is asked for."""
    rest: Query
    """What is compared here."""
    left_out: tuple[str, ...]
    """Tags that are compared here because the site allows no more in one query."""


def divided(query: Query, api: Api, most_tags: int) -> Parts:
    """Return which part of a query a site is asked for.

    Ratings are compared here too, whatever the site does with them.
    """
    words: list[str] = []
    rest: list[Node] = []
    left_out: list[str] = []
    room = most_tags
    optional = False
    for node in query.root.nodes if isinstance(query.root, AllOf) else (query.root,):
        word = api.word(node)
        tags = _tags(node)
        group = isinstance(node, AnyOf)
        if word is None or tags > room or (group and optional):
            rest.append(node)
            left_out += [str(Query(node))] if word is not None and tags > room else []
            continue
        words += [word] if word else []
        room -= tags
        optional |= group
        if isinstance(node, Condition) and node.metatag == "rating":
            rest.append(node)
    return Parts(" ".join(words), Query(every(rest)), tuple(left_out))


def _tags(node: Node) -> int:
    """Return how many tags a part of a query counts as."""
    match node:
        case Named() | Wildcard():
            return 1
        case Not(inner):
            return _tags(inner)
        case AnyOf(nodes):
            return sum(map(_tags, nodes))
    return 0


class SitePosts:
    """The posts of a site, the newest first."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query asks for, up to its limit, as they arrive."""
        found = 0
        with open_client(self.site, run) as client:
            for post, matching in self.looked_at(query, client):
                found += matching
                if matching:
                    yield post
                if query.limit is not None and found >= query.limit:
                    return

    def looked_at(
        self, query: Query, client: Client, below: int | None = None
    ) -> Iterator[tuple[Post, bool]]:
        """Yield all that the site sends, with whether it is what the query asks for.

        Args:
            query: The query; its limit does not count.
            client: Asks the site.
            below: Only posts of lower numbers.

        Raises:
            QueryError: It asks for another order.
            InputError: An extra is missing.
            SourceError: The site did not respond as expected.
        """
        if any(one not in _NEWEST for one in query.order):
            raise QueryError(
                f"{self.site.name} is read from the newest post on, in no other order",
                "leave out order:, or ask for a score, such as score:>=20",
            )
        api = cast(Api, import_module(f"nijigen.sources._apis.{self.site.api}"))
        parts = divided(query, api, self.site.most_tags)
        if parts.left_out:
            client.run.note(
                "assumed",
                f"{self.site.name} allows {self.site.most_tags} tags in a query; compared here, "
                f"without its aliases: {' '.join(parts.left_out)}",
            )
        oldest = _oldest(query)
        for data in _windows(api, client, parts.words, below):
            try:
                post = api.post(data).model_copy(update={"site": self.site.name})
            except InputError as error:
                client.run.note("assumed", f"post {data.get('id')} is left out: {error.message}")
                continue
            if oldest and post.created_at and post.created_at.timestamp() < oldest:
                return
            yield post, matches(parts.rest, post)


def _windows(api: Api, client: Client, words: str, number: int | None) -> Iterator[Data]:
    """Yield the posts of one window after another.

    Raises:
        SiteChanged: The site does not keep to a window.
    """
    while True:
        bound = [] if number is None else [api.below(number)]
        count = new = 0
        for data in api.read(client, " ".join(filter(None, [words, *bound]))):
            count += 1
            lowest = _number(data)
            if lowest is None or (number is not None and lowest >= number):
                continue
            new += 1
            number = lowest
            yield data
        if api.window is None or count < api.window:
            return
        if not new:
            raise SiteChanged(
                f"{client.site.name} sends the same posts again and again",
                "it may be under repair, or have changed: try later, or update Nijigen",
                site=client.site.name,
            )


def _number(data: Data) -> int | None:
    value = str(data.get("id", ""))
    return int(value) if value.isdecimal() and len(value) < 19 else None


def _oldest(query: Query) -> float | None:
    """Return the time before which no post can be what a query asks for."""
    nodes = query.root.nodes if isinstance(query.root, AllOf) else (query.root,)
    found = [_bound(node) for node in nodes if isinstance(node, Condition)]
    return max((one for one in found if one is not None), default=None)


def _bound(node: Condition) -> float | None:
    spans = {"date": KINDS["date"], "age": KINDS["age"]}
    if node.metatag not in spans or not node.value.startswith((">=", "<=")):
        return None
    span = next(iter(read_spans(node.value, spans[node.metatag])))
    if node.metatag == "date":
        return span.low
    return None if span.high is None else time.time() - span.high
