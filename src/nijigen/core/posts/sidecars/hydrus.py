"""The ``.txt`` of Hydrus: one tag a line, with spaces, and namespaces such as ``character:``."""

from __future__ import annotations

import re

from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sidecars.spaces import spaced
from nijigen.core.posts.tag import Category

_READ: dict[str, Category | None] = {
    "character": "character",
    "creator": "artist",
    "artist": "artist",
    "series": "copyright",
    "copyright": "copyright",
    "meta": "meta",
    "general": "general",
}
"""Namespaces that are categories; in any other one, such as ``re:``, the colon is of the tag."""
_WRITTEN: dict[Category | None, str] = {
    "character": "character:",
    "artist": "creator:",
    "copyright": "series:",
    "meta": "meta:",
}


def read(text: str) -> Post:
    """Return a post with the tags of a text; ``rating:`` is the rating."""
    tags: dict[str, Category | None] = {}
    rating = ""
    for line in text.splitlines():
        # Hydrus stores a tag that begins with a colon with two of them.
        tag = re.sub("^::", ":", line.strip())
        namespace, colon, name = tag.partition(":")
        key = namespace.strip().lower()
        if colon and name.strip() and key == "rating":
            rating = name
        elif colon and name.strip() and key in _READ:
            tags[name.strip()] = _READ[key]
        elif tag:
            tags[tag] = None
    return fields.made({"tags": tags, **fields.rated(rating, "danbooru")})


def write(post: Post) -> str:
    """Return the tags of a post, general ones without a namespace, and its rating."""
    lines = [_WRITTEN.get(category, "") + spaced(name) for name, category in post.tags.items()]
    word = post.site_rating or post.rating
    return "".join(f"{line}\n" for line in [*lines, *([f"rating:{word}"] if word else [])])
