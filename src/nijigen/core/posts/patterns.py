"""Patterns with ``*`` for any text, matched in Python and by SQLite's LIKE.

Upper and lower case are alike in ASCII only, as in SQLite.
"""

from __future__ import annotations

import re
import string

from nijigen.core.posts.sql.fragment import Fragment

MOST_STARS = 8
_STARS = re.compile(r"\*+")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def check_stars(pattern: str) -> None:
    """Check that a pattern has few stars.

    Raises:
        ValueError: There are too many.
    """
    if pattern.count("*") > MOST_STARS:
        raise ValueError(f"has more than {MOST_STARS} asterisks")


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a whole text, in time proportional to their lengths.

    A regular expression would take the length of the text to the power of the stars.
    """
    first, *parts = pattern.translate(_LOWER).split("*")
    lower = text.translate(_LOWER)
    if not parts:
        return first == lower
    last = parts.pop()
    if not lower.startswith(first):
        return False
    at = len(first)
    for part in parts:
        at = lower.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(lower) - len(last) >= at and lower.endswith(last)


def like(column: str, pattern: str) -> Fragment:
    """Return the condition that a column matches; a comparison where there is no star."""
    if "*" not in pattern:
        return Fragment(f"{column} = ? COLLATE NOCASE", (pattern,))
    return Fragment(f"{column} LIKE ? ESCAPE '\\'", (escaped_for_like(pattern),))


def escaped_for_like(pattern: str) -> str:
    """Return a pattern in the notation of LIKE, with a backslash before what is no pattern."""
    return re.sub(r"([\\%_])", r"\\\1", _STARS.sub("*", pattern)).replace("*", "%")
