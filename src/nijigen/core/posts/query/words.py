"""Words of a query: where one ends, which names are read as they are, and quotes for the others."""

from __future__ import annotations

import difflib
import re

from nijigen.core.posts.metatags import METATAGS, REWRITES, SYNONYMS, UNSUPPORTED
from nijigen.core.posts.tag import PREFIXES, normalize

OWN = ("tag", "order", "limit", "search")
"""What the parser itself understands; ``search:`` is the name of a saved search."""
KEYS = frozenset({*METATAGS, *SYNONYMS, *REWRITES, *UNSUPPORTED, *OWN, *PREFIXES})
FACES = frozenset(
    {"-_-", "-_-;", "-__-", "-o-", "-w-", "-v-", "-3-", "-^-", "-.-"}
    | {"~_~", "~__~", "~o~", "~w~", "~v~", "~3~", "~^~", "~.~"}
)
"""Tags that begin like an operator."""
_UNBALANCED = frozenset({":)", ":(", ";)", ";(", ">:)", ">:("})
"""Tags of Danbooru with one parenthesis, as its own parser knows them."""
_WORD = re.compile(r"\S*")
_KEY = re.compile(r"([A-Za-z0-9_]+):")


def key_of(word: str) -> str | None:
    """Return the metatag that a word begins with, in lower case; None if it is a tag."""
    match = _KEY.match(word)
    return match[1].lower() if match and match[1].lower() in KEYS else None


def metatag_hint(name: str) -> str:
    """Return a hint for a tag that nobody knows, if it looks like a misspelled metatag.

    ``raiting:e`` cannot be an error, since any text with a colon may be a tag.
    """
    key, colon, _ = name.partition(":")
    close = difflib.get_close_matches(key, sorted(KEYS.difference(UNSUPPORTED)), n=1, cutoff=0.75)
    return f"did you mean {close[0]}:?" if colon and close else ""


def is_balanced(text: str) -> bool:
    """Return whether every parenthesis of a text has its counterpart."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def word_at(text: str, start: int, depth: int) -> str:
    """Return the word that begins at a place inside a number of parentheses.

    It ends at a space, or at the parentheses that close those around it: in ``(a b_(c))`` the
    second word is ``b_(c)``.
    """
    match = _WORD.match(text, start)
    assert match
    word = match[0]
    while depth and word.endswith(")") and not (is_balanced(word) or word in _UNBALANCED):
        word = word[:-1]
        depth -= 1
    return word


def tag_word(name: str, depth: int) -> str:
    """Return a word that is read as this tag, quoted if need be."""
    return name if _is_plain(name, depth) else f"tag:{quoted(name)}"


def _is_plain(name: str, depth: int) -> bool:
    if key_of(name) or name != normalize(name) or "*" in name or name in ("and", "or"):
        return False
    if name[:1] in ("", "(", ")") or (name[0] in "-~" and name not in FACES):
        return False
    return _ends_itself(name) if depth else not stray(name)


def _ends_itself(word: str) -> bool:
    """Return whether a ) that follows a word is not read as its end."""
    return is_balanced(word) and f"{word})" not in _UNBALANCED


def stray(word: str) -> bool:
    """Return whether a word ends with a parenthesis that closes nothing and is no face."""
    return word.endswith(")") and not is_balanced(word) and any(map(str.isalnum, word))


def value_word(value: str, depth: int) -> str:
    """Return the value of a metatag, quoted if need be."""
    plain = value and value[0] not in "\"'" and not re.search(r"\s", value)
    return value if plain and (not depth or _ends_itself(value)) else quoted(value)


def quoted(text: str) -> str:
    """Return a text in quotes, with a backslash before quotes and backslashes in it."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
