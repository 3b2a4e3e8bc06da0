"""Moebooru, and its ancestor at behoimi.org."""

from __future__ import annotations

from collections.abc import Iterator

from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import Node
from nijigen.core.posts.sidecars import moebooru
from nijigen.core.posts.sidecars.fields import Data
from nijigen.sources._apis import words
from nijigen.sources._apis.gallery_dl import Program
from nijigen.sources._web.client import Client

window = 100
_MEASURES = {name: name for name in ("id", "score", "width", "height", "md5")}
_LETTERS = words.letters("s", "s", "q", "e")
_ADDED = {"category", "subcategory", "date", "search_tags", "filename", "extension"}
_PROGRAM = Program(
    family="moebooru", page="/post?tags=", paths=r"/post\.json", options={}, window=window
)


def word(node: Node) -> str | None:
    """Return a part of a query as Moebooru writes it."""
    found = words.tag_word(node) or words.number_word(node, _MEASURES, spans=True)
    if found is not None:
        return found
    optional = words.optional_words(node)
    return " ".join(f"~{one}" for one in optional) if optional else _rating(node)


def _rating(node: Node) -> str | None:
    return words.rating_word(node, _LETTERS)


def below(number: int) -> str:
    """Return the word for posts whose number is lower."""
    return f"id:<{number}"


def read(client: Client, words: str) -> Iterator[Data]:
    """Yield one window of posts, the newest first."""
    return _PROGRAM.posts(client, words)


def post(data: Data) -> Post:
    """Return a post of the site's JSON."""
    return moebooru.read({name: value for name, value in data.items() if name not in _ADDED})
