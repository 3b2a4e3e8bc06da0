"""Complete the word at the cursor of a query: tags, metatags, and their values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from nijigen.core.posts.color_names import COLOR_NAMES
from nijigen.core.posts.metatags import METATAGS, REWRITES
from nijigen.core.posts.query.ordering import NAMES
from nijigen.core.posts.query.words import FACES, OWN, key_of, tag_word, value_word
from nijigen.core.posts.rating import RATINGS
from nijigen.core.posts.tag import CATEGORIES, PREFIXES, Category
from nijigen.core.posts.vocabulary import Completion

_VALUES: dict[str, tuple[str, ...]] = {
    **{name: tuple(words) for name, words in REWRITES.items()},
    "rating": (*RATINGS, "safe"),
    "order": tuple(sorted(NAMES)),
    "status": ("active", "deleted", "any"),
    "color": COLOR_NAMES,
    "source": ("any", "none"),
    "pool": ("any", "none"),
    "parent": ("any", "none"),
    "child": ("any", "none"),
}
"""Words that a value can be, where there are few."""
_KEYS = sorted({*METATAGS, *REWRITES, *OWN, *CATEGORIES})
_LOOKED_THROUGH = 20
"""So many times as many tags are looked at as there may be of a category."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can stand in place of ``query[start:end]``."""

    text: str
    start: int
    end: int
    category: Category | None = None
    """Of a tag, like the others below."""
    count: int | None = None
    alias: str | None = None
    """The other name that was typed."""


class Completer(Protocol):
    """What knows names of tags: a vocabulary, or a library."""

    def complete(self, text: str, limit: int = 10) -> list[Completion]:
        """Return the tags that a text may become, the likeliest first."""


def suggestions(
    query: str,
    cursor: int,
    vocabulary: Completer,
    limit: int = 10,
    *,
    saved: Iterable[str] = (),
) -> list[Suggestion]:
    """Return what can complete the word before the cursor, the likeliest first.

    Signs and parentheses before the word stay. A value is completed after ``rating:`` and other
    metatags with few values, the metatag itself before the colon.

    Args:
        query: The query as typed so far.
        cursor: How many characters of it are before the cursor.
        vocabulary: Where names of tags are looked up.
        limit: At most so many.
        saved: Names of saved searches, which complete ``search:``.
    """
    start = cursor
    while start > 0 and not query[start - 1].isspace():
        start -= 1
    end = cursor
    while end < len(query) and not query[end].isspace() and query[end] != ")":
        end += 1
    while start < cursor and query[start] in "-~(" and query[start:end] not in FACES:
        start += 1
    typed = query[start:cursor]
    key = key_of(typed)
    depth = query.count("(", 0, start)
    if key == "tag" or key in PREFIXES:
        name = typed[len(key) + 1 :]
        named = vocabulary.complete(name, _LOOKED_THROUGH * limit)
        wanted = (PREFIXES.get(key), None)
        fitting = [one for one in named if key == "tag" or one.tag.category in wanted][:limit]
        at = cursor - len(name)
        return [_suggested(one, value_word(one.tag.name, depth), at, end) for one in fitting]
    if key:
        value = typed[len(key) + 1 :].rpartition(",")[2].lower()
        known = tuple(saved) if key == "search" else _VALUES.get(key, ())
        words = [word for word in known if word.startswith(value)]
        return [Suggestion(word, cursor - len(value), end) for word in words[:limit]]
    names = [name for name in _KEYS if typed and name.startswith(typed.lower())]
    metatags = [Suggestion(f"{name}:", start, end) for name in names]
    tags = [
        _suggested(found, tag_word(found.tag.name, depth), start, end)
        for found in vocabulary.complete(typed, limit)
    ]
    # A metatag or two are what somebody who types "ra" may mean; the rest are tags.
    return [*metatags[:2], *tags][:limit]


def _suggested(found: Completion, text: str, start: int, end: int) -> Suggestion:
    return Suggestion(text, start, end, found.tag.category, found.tag.count, found.alias)
