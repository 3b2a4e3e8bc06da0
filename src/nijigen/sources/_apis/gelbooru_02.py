"""Gelbooru's older software, 0.2, as of safebooru.org; it answers in XML."""

from __future__ import annotations

from collections.abc import Iterator

from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import Node
from nijigen.core.posts.sidecars import gelbooru
from nijigen.core.posts.sidecars.fields import Data
from nijigen.sources._apis import words
from nijigen.sources._apis.gallery_dl import Program
from nijigen.sources._web.client import Client

window = 100
_MEASURES = {name: name for name in ("id", "score", "width", "height", "md5")}
_RATINGS = words.letters("safe", "safe", "questionable", "explicit")
_ADDED = {
    "category", "subcategory", "date", "search_tags", "search_count", "total", "filename",
    "extension",
}  # fmt: skip
_PROGRAM = Program(
    family="gelbooru_v02",
    page="/index.php?page=post&s=list&tags=",
    paths=r"/index\.php",
    options={},
    window=window,
)


def word(node: Node) -> str | None:
    """Return a part of a query as the software writes it."""
    found = words.tag_word(node) or words.number_word(node, _MEASURES, spans=False)
    return words.rating_word(node, _RATINGS) if found is None else found


def below(number: int) -> str:
    """Return the word for posts whose number is lower."""
    return f"id:<{number}"


def read(client: Client, words: str) -> Iterator[Data]:
    """Yield one window of posts, the newest first."""
    # Its page takes "all" for no words.
    return _PROGRAM.posts(client, words or "all")


def post(data: Data) -> Post:
    """Return a post of the site's answer."""
    return gelbooru.read({name: value for name, value in data.items() if name not in _ADDED})
