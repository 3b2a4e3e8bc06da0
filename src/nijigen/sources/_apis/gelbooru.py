"""Gelbooru itself. gallery-dl asks only gelbooru.com, directly and with the key, so not here."""

from __future__ import annotations

from collections.abc import Iterator

from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import Node
from nijigen.core.posts.sidecars import gelbooru
from nijigen.core.posts.sidecars.fields import Data
from nijigen.sources._apis import words
from nijigen.sources._apis.answers import entries
from nijigen.sources._web.client import Client

window = 100
_MEASURES = {name: name for name in ("id", "score", "width", "height", "md5")}
_RATINGS = words.letters("general", "sensitive", "questionable", "explicit")


def word(node: Node) -> str | None:
    """Return a part of a query as Gelbooru writes it."""
    found = words.tag_word(node) or words.number_word(node, _MEASURES, spans=False)
    if found is not None:
        return found
    optional = words.optional_words(node)
    return f"{{{' ~ '.join(optional)}}}" if optional else words.rating_word(node, _RATINGS)


def below(number: int) -> str:
    """Return the word for posts whose number is lower."""
    return f"id:<{number}"


def read(client: Client, words: str) -> Iterator[Data]:
    """Yield one window of posts, the newest first."""
    asked = {"page": "dapi", "s": "post", "q": "index", "json": "1", "tags": words}
    asked |= {"limit": str(window)}
    return iter(entries(client, "/index.php", asked))


def post(data: Data) -> Post:
    """Return a post of the site's JSON."""
    return gelbooru.read(data)
