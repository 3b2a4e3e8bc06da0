"""Captions for training, as kohya's scripts read them: tags in one line, with commas."""

from __future__ import annotations

from collections.abc import Collection

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sidecars.spaces import spaced
from nijigen.core.posts.tag import Category


def read(text: str) -> Post:
    r"""Return a post with the tags of a caption; ``\(`` and ``\)`` are plain parentheses."""
    tags = [_unescaped(tag.strip()) for line in text.splitlines() for tag in line.split(",")]
    return fields.made({"tags": [tag for tag in tags if tag]})


def write(
    post: Post,
    *,
    underscores: bool = False,
    categories: Collection[Category | None] | None = None,
) -> str:
    """Return a caption.

    Args:
        post: Its tags are written in order.
        underscores: Keep underscores; they otherwise become spaces, except in faces.
        categories: Only tags of these categories, None being those without one.

    Raises:
        InputError: The name of a tag contains a comma.
    """
    names = [n for n, kind in post.tags.items() if categories is None or kind in categories]
    for name in names:
        if "," in name:
            raise InputError(
                f"the tag {name!r} has a comma, which separates tags in a caption",
                "rename the tag, or use another form",
            )
    return ", ".join(name if underscores else spaced(name) for name in names) + "\n"


def _unescaped(tag: str) -> str:
    """Return a tag without backslashes before its parentheses, if all have one."""
    escaped = tag.count("\\(") + tag.count("\\)")
    if escaped != tag.count("(") + tag.count(")"):
        # A tag that has backslashes of its own, such as \(^o^)/.
        return tag
    return tag.replace("\\(", "(").replace("\\)", ")")
