"""Danbooru's software."""

from __future__ import annotations

from collections.abc import Iterator

from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import Condition, Node
from nijigen.core.posts.sidecars import danbooru
from nijigen.core.posts.sidecars.fields import Data
from nijigen.sources._apis import words
from nijigen.sources._apis.gallery_dl import Program
from nijigen.sources._web.client import Client

window = None
_SENT = (
    "id", "score", "favcount", "width", "height", "mpixels", "ratio", "filesize", "duration",
    "tagcount", "gentags", "arttags", "copytags", "chartags", "metatags", "md5", "filetype",
    "source", "parent", "child", "status", "date",
)  # fmt: skip
_ADDED = {
    "category", "subcategory", "date", "search_tags", "filename", "extension", "tags",
    "tags_artist", "tags_character", "tags_copyright", "tags_general", "tags_meta",
}  # fmt: skip
_PROGRAM = Program(
    family="Danbooru",
    page="/posts?tags=",
    paths=r"/posts\.json|/posts/\d+\.json",
    options={"ugoira": True, "external": True},
)


def word(node: Node) -> str | None:
    """Return a part of a query as Danbooru writes it."""
    if isinstance(node, Condition) and node.metatag == "rating":
        return f"rating:{','.join(one[0] for one in node.value.split(','))}"
    if isinstance(node, Condition) and node.metatag in _SENT:
        return None if " " in node.value else f"{node.metatag}:{node.value}"
    optional = words.optional_words(node)
    return words.tag_word(node) or (optional and f"({' or '.join(optional)})") or None


def below(number: int) -> str:
    """Return the word for posts whose number is lower.

    With ``id:<N`` gallery-dl would count pages; it does not look at negated words, and then pages
    by numbers of posts.
    """
    return f"-id:>={number}"


def read(client: Client, words: str) -> Iterator[Data]:
    """Yield all posts, the newest first."""
    return _PROGRAM.posts(client, words)


def post(data: Data) -> Post:
    """Return a post of the site's answer."""
    return danbooru.read({name: value for name, value in data.items() if name not in _ADDED})
