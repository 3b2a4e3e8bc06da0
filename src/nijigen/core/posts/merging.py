"""Merging: one post of what several sources say of the same picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nijigen.core.posts.post import Post
from nijigen.core.posts.tag import Category


def merged(posts: Iterable[Post]) -> Post:
    """Return a post with all tags of several; of other fields, the first that says something.

    A category counts more than none, wherever the tag was named first.
    """
    tags: dict[str, Category | None] = {}
    fields: dict[str, Any] = {}
    empty = Post()
    for post in posts:
        for name, category in post.tags.items():
            tags[name] = tags.get(name) or category
        for field in Post.model_fields:
            value = getattr(post, field)
            if field not in fields and value != getattr(empty, field):
                fields[field] = value
    return empty.model_copy(update={**fields, "tags": tags})
