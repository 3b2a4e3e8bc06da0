"""Metatags whose value is a list of words from a fixed set, such as ``rating:g,s``."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable

from nijigen.core.posts.color_names import color_name
from nijigen.core.posts.file_types import file_type
from nijigen.core.posts.metatags.base import Moment
from nijigen.core.posts.post import Post
from nijigen.core.posts.rating import RATINGS
from nijigen.core.posts.sql.fragment import Fragment

MOST_WORDS = 1000
_MD5 = re.compile(r"[0-9a-f]{32}")


class _Words(ABC):
    """A list of words separated by commas, of which a post has to have one."""

    example: str

    @abstractmethod
    def read(self, word: str) -> Iterable[str]:
        """Return what a word of the list means.

        Raises:
            ValueError: It means nothing.
        """

    def canonical(self, value: str) -> str:
        """Return the words in full, each once."""
        words = value.lower().replace(",", " ").split()
        if not words:
            raise ValueError("needs a value")
        found = dict.fromkeys(full for word in words for full in self.read(word))
        if len(found) > MOST_WORDS:
            raise ValueError(f"has more than {MOST_WORDS} values")
        return ",".join(found)

    def _listed(self, column: str, value: str) -> Fragment:
        words = tuple(value.split(","))
        return Fragment(f"{column} IN ({', '.join('?' * len(words))})", words)


class Rated(_Words):
    """``rating:``; *safe* is general or sensitive, and the letters are those of Danbooru."""

    example = "general, sensitive, questionable, explicit, g,s, safe"

    def read(self, word: str) -> Iterable[str]:
        """Accept whole words and their first letters."""
        if word == "safe":
            return RATINGS[:2]
        found = [rating for rating in RATINGS if word in (rating, rating[0])]
        if not found:
            raise ValueError(f"{word!r} is not a rating")
        return found

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the rating."""
        return post.rating in value.split(",")

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the column."""
        return self._listed("p.rating", value)


class Md5(_Words):
    """``md5:`` of the file."""

    example = "d34e4cf0a437a5d65f8e82b7bcd02606"

    def read(self, word: str) -> Iterable[str]:
        """Accept 32 hexadecimal digits."""
        if not _MD5.fullmatch(word):
            raise ValueError(f"{word!r} is not an MD5 of 32 hexadecimal digits")
        return [word]

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the sum."""
        return post.md5 in value.split(",")

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the column."""
        return self._listed("p.md5", value)


class FileType(_Words):
    """``filetype:`` by extension."""

    example = "png, jpg,webp"

    def read(self, word: str) -> Iterable[str]:
        """Accept an extension; jpeg is jpg."""
        return [file_type(word)]

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the type."""
        return post.filetype in value.split(",")

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the column."""
        return self._listed("p.filetype", value)


class Color(_Words):
    """``color:`` among the main colors, by name or as any color, which stands for its name."""

    example = "blue, red,pink, #3264d2"

    def read(self, word: str) -> Iterable[str]:
        """Accept a color in any notation without spaces."""
        return [color_name(word)]

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Look for one of the colors."""
        return any(color in value.split(",") for color in post.colors)

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Look for one of the colors."""
        inner = self._listed("color", value)
        return Fragment(
            f"p.id IN (SELECT picture_id FROM picture_colors WHERE {inner.text})",
            inner.parameters,
        )


class Status:
    """``status:``; deleted posts are found unless it leaves them out."""

    example = "active, deleted, any"

    def canonical(self, value: str) -> str:
        """Accept the three words; Danbooru also calls ``any`` ``all``."""
        word = {"all": "any"}.get(value.strip().lower(), value.strip().lower())
        if word not in ("active", "deleted", "any"):
            raise ValueError(f"{value!r} is not a status")
        return word

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the status."""
        return value == "any" or post.deleted == (value == "deleted")

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the column."""
        if value == "any":
            return Fragment("1 = 1")
        return Fragment("p.deleted = ?", (int(value == "deleted"),))
