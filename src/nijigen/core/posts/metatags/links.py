"""Metatags about where a post belongs: its source, pools, parent and children."""

from __future__ import annotations

import re

from nijigen.core.posts.metatags.base import Moment
from nijigen.core.posts.patterns import check_stars, like, matches
from nijigen.core.posts.post import Post
from nijigen.core.posts.sql.fragment import Fragment, either
from nijigen.core.posts.tag import normalize

_ID = re.compile(r"\d{1,18}")
SCHEMES = ("", "http://", "https://", "http://www.", "https://www.")
"""What a source may begin with, which nobody types."""


class Source:
    """``source:`` by its beginning, with or without https://www.; ``*`` is any text."""

    example = 'pixiv.net, *twitter*, "https://www.pixiv.net/", none, any'

    def canonical(self, value: str) -> str:
        """Return the value without surrounding spaces; upper and lower case are alike."""
        text = value.strip()
        if not text:
            raise ValueError("needs a value")
        check_stars(text)
        return text.lower() if text.lower() in ("none", "any") else text

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the beginning of the source."""
        if value in ("none", "any"):
            return bool(post.source) == (value == "any")
        return any(matches(f"{scheme}{value}*", post.source) for scheme in SCHEMES)

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the beginning of the column."""
        if value in ("none", "any"):
            return Fragment(f"p.source {'=' if value == 'none' else '<>'} ''")
        return either([like("p.source", f"{scheme}{value}*") for scheme in SCHEMES])


class Pool:
    """``pool:`` by name, or by the number that a site gives it; ``*`` is any text."""

    example = "my_series, 1234, chapter_*, any, none"

    def canonical(self, value: str) -> str:
        """Return the name as the names of tags are written."""
        text = normalize(value)
        if not text:
            raise ValueError("needs a value")
        check_stars(text)
        return text

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Look for the name among the pools of a post."""
        if value in ("none", "any"):
            return bool(post.pools) == (value == "any")
        return any(matches(value, name) for name in post.pools)

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Look for the name among the pools of a picture."""
        inner = "SELECT m.picture_id FROM picture_pools AS m"
        if value in ("none", "any"):
            return Fragment(f"p.id {'NOT ' if value == 'none' else ''}IN ({inner})")
        named = like("o.name", value)
        return Fragment(
            f"p.id IN ({inner} JOIN pools AS o ON o.id = m.pool_id WHERE {named.text})",
            named.parameters,
        )


class Parent:
    """``parent:`` finds the children of a post, and that post itself."""

    example = "1234, any, none"

    def canonical(self, value: str) -> str:
        """Accept the number of a post, ``any`` and ``none``."""
        text = value.strip().lower()
        if text in ("any", "none"):
            return text
        if not _ID.fullmatch(text):
            raise ValueError(f"{value!r} is not the number of a post")
        return str(int(text))

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the numbers."""
        if value in ("none", "any"):
            return (post.parent_id is not None) == (value == "any")
        return int(value) in (post.parent_id, post.id)

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the columns."""
        if value in ("none", "any"):
            return Fragment(f"p.parent_id IS {'NOT ' if value == 'any' else ''}NULL")
        return Fragment("(p.parent_id = ? OR p.id = ?)", (int(value), int(value)))


class Child:
    """``child:`` tells posts with children from those without."""

    example = "any, none"

    def canonical(self, value: str) -> str:
        """Accept ``any`` and ``none``."""
        text = value.strip().lower()
        if text not in ("any", "none"):
            raise ValueError(f"{value!r} is neither any nor none")
        return text

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare what the site says."""
        return post.has_children == (value == "any")

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the column."""
        return Fragment("p.has_children = ?", (int(value == "any"),))
