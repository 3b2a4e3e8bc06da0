"""Parser of the query language.

Source: the grammar follows Danbooru's (help:cheatsheet), with ``tag:`` for names that would be
read otherwise, several keys of ``order:``, and errors in place of searches that find nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from nijigen.core.errors import QueryError, nearest
from nijigen.core.posts.metatags import METATAGS, REWRITES, SYNONYMS, UNSUPPORTED
from nijigen.core.posts.patterns import check_stars
from nijigen.core.posts.query.nodes import (
    Condition,
    Named,
    Node,
    Not,
    Order,
    Query,
    Wildcard,
    either,
    every,
)
from nijigen.core.posts.query.ordering import NAMES, order_of
from nijigen.core.posts.query.words import FACES, key_of, stray, word_at
from nijigen.core.posts.tag import PREFIXES, normalize

LONGEST, DEEPEST, MOST_TERMS = 20_000, 10, 200
"""Characters, nested parentheses and terms of a query; SQLite's expressions have limits too."""
_SPACE = re.compile(r"\s*")
_QUOTE = re.compile(r"""(["'])((?:\\.|(?!\1)[^\\]|\\$)*)(\1?)""", re.DOTALL)
_HIGHEST_LIMIT = 10_000_000


def parse_query(text: str, saved: Mapping[str, str] | None = None) -> Query:
    """Read a query.

    Args:
        text: The query.
        saved: Saved searches by name, each of which ``search:NAME`` stands for. Its order and limit
            count where the query itself has none.

    Raises:
        QueryError: It is not one; ``position`` says where, counted from 0.
    """
    return _Parser(text, saved).parse()


class _Parser:
    def __init__(
        self,
        text: str,
        saved: Mapping[str, str] | None,
        deepest: int = DEEPEST,
        within: tuple[str, ...] = (),
    ) -> None:
        self.text = text
        self.saved = saved
        self.deepest = deepest
        self.within = within
        """Names of the saved searches that this text is a part of."""
        self.at = 0
        self.opened: list[int] = []
        self.terms = 0
        self.order: list[Order] = []
        self.limit: int | None = None
        self.saved_order: tuple[Order, ...] = ()
        self.saved_limit: int | None = None

    def parse(self) -> Query:
        if len(self.text) > LONGEST:
            raise QueryError(f"the query is longer than {LONGEST} characters", position=LONGEST)
        for place, character in enumerate(self.text):
            if unicodedata.category(character) in ("Cc", "Cs") and not character.isspace():
                raise self._error("a control character or half a character", place)
        root = self._alternatives()
        if self.at < len(self.text):
            raise self._error("this ) closes nothing", self.at, "remove it, or put ( before")
        limit = self.saved_limit if self.limit is None else self.limit
        return Query(root, tuple(self.order) or self.saved_order, limit)

    def _alternatives(self) -> Node:
        """Read what is between parentheses: groups of terms joined by ``or``."""
        groups: list[Node] = []
        while True:
            start = self._skip()
            terms = self._terms()
            joined = self._takes("or")
            if (joined or groups) and not terms:
                side = "before" if joined else "after"
                raise self._error(
                    f"a tag is missing {side} or", start, 'write tag:or for a tag "or"'
                )
            if self.opened and not terms:
                ended = self.at == len(self.text)
                wrong = "this ( is never closed" if ended else "there is nothing between ( and )"
                raise self._error(wrong, self.opened[-1])
            groups.append(every(terms))
            if not joined:
                return either(groups)

    def _terms(self) -> list[Node]:
        """Read terms up to ``or``, a closing parenthesis or the end; those with ~ become one."""
        terms: list[Node] = []
        optional: list[Node] = []
        place = 0
        while self._skip() < len(self.text) and not self.text.startswith(")", self.at):
            if self._is_next("or"):
                break
            if self._takes("and") or self._takes_description():
                continue
            if self._takes_sign("~"):
                place = place if optional else len(terms)
                optional.append(self._term(bare=False))
            elif self._takes_sign("-"):
                terms.append(Not(self._term(bare=False)))
            else:
                terms.append(self._term(bare=True))
        if optional:
            terms.insert(place, either(optional))
        return terms

    def _term(self, *, bare: bool) -> Node:
        """Read a tag, a metatag or a group; ``bare`` is whether no sign stands before it."""
        if self.text.startswith("(", self.at):
            return self._group()
        start = self.at
        word = word_at(self.text, start, len(self.opened))
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise self._error(f"the query has more than {MOST_TERMS} terms", start)
        if not bare and (not word or (word[0] in "-~)" and word not in FACES)):
            sign = self.text[start - 1]
            hint = f'write {sign} directly before it, or tag:"{sign}…" for a tag that begins so'
            raise self._error(f"a tag is missing after {sign}", start - 1, hint)
        key = key_of(word)
        if key:
            self.at += len(key) + 1
            return self._metatag(key, start, bare=bare)
        if stray(word):
            raise self._error(
                "the ) at the end of this word closes nothing",
                start + len(word) - 1,
                f'write tag:"{word}" if it belongs to the tag',
            )
        self.at += len(word)
        name = normalize(word)
        if "*" in word:
            return self._checked_wildcard(name, start)
        return Named(name)

    def _checked_wildcard(self, pattern: str, start: int) -> Node:
        try:
            check_stars(pattern)
        except ValueError as error:
            raise self._error(f"the pattern {error}", start) from None
        return Wildcard(pattern)

    def _group(self) -> Node:
        start = self.at
        if len(self.opened) >= self.deepest:
            raise self._error(f"parentheses are nested more than {DEEPEST} deep", start)
        self.opened.append(start)
        self.at += 1
        node = self._alternatives()
        self._skip()
        if not self.text.startswith(")", self.at):
            raise self._error("this ( is never closed", start)
        self.at += 1
        self.opened.pop()
        return node

    def _metatag(self, key: str, start: int, *, bare: bool) -> Node:
        value = self._value(key, start)
        if key == "search":
            return self._saved(normalize(value), start, bare=bare and not self.opened)
        if key == "tag" or key in PREFIXES:
            return self._named(key, normalize(value), start)
        if key in ("order", "limit"):
            raise self._error(
                f"{key}: cannot be negated, optional or in parentheses",
                start,
                "write it at the end of the query",
            )
        if key in UNSUPPORTED:
            raise self._error(
                f"{key}: is not supported: posts do not record it here",
                start,
                f"these are: {', '.join(sorted({*METATAGS, *REWRITES}))}",
            )
        if key in REWRITES:
            return self._rewritten(key, value, start)
        return self._condition(SYNONYMS.get(key, key), value, start)

    def _named(self, key: str, name: str, start: int) -> Node:
        """Return the tag after ``tag:`` or its category, which a name has only one of."""
        if not name:
            hint = 'such as tag:"or"' if key == "tag" else f"such as {key}:name"
            raise self._error(f"{key}: needs the name of a tag", start, hint)
        if key in PREFIXES and "*" in name:
            raise self._error(
                f"{key}: takes one whole name, not a pattern",
                start,
                f"write {name} for tags of every category",
            )
        return Named(name)

    def _saved(self, name: str, start: int, *, bare: bool) -> Node:
        """Return the tree of a saved search; ``bare`` is whether its order may count."""
        if self.saved is None:
            raise self._error("search: there are no saved searches here", start)
        if name not in self.saved:
            hint = nearest(name, self.saved) or "save a search of that name first"
            raise self._error(f"search: there is no saved search {name!r}", start, hint)
        if name in self.within:
            raise self._error(f"search: the saved search {name!r} contains itself", start)
        deepest = self.deepest - len(self.opened) - 1
        inner = _Parser(self.saved[name], self.saved, deepest, (*self.within, name))
        inner.terms = self.terms
        try:
            query = inner.parse()
        except QueryError as error:
            raise self._error(f"in search:{name}: {error.message}", start, error.hint) from None
        self.terms = inner.terms
        if bare:
            self.saved_order = self.saved_order or query.order
            self.saved_limit = query.limit if self.saved_limit is None else self.saved_limit
        return query.root

    def _condition(self, key: str, value: str, start: int) -> Condition:
        metatag = METATAGS[key]
        try:
            if not value.strip():
                raise ValueError("needs a value")
            return Condition(key, metatag.canonical(value))
        except ValueError as error:
            raise self._error(f"{key}: {error}", start, f"such as {metatag.example}") from None

    def _rewritten(self, key: str, value: str, start: int) -> Condition:
        word = value.strip().lower()
        if word not in REWRITES[key]:
            hint = nearest(word, REWRITES[key])
            raise self._error(f"{key}: does not know {value!r}", start, hint)
        return Condition(*REWRITES[key][word])

    def _takes_description(self) -> bool:
        """Take an order or a limit, if one is next and not in parentheses."""
        start = self.at
        key = key_of(word_at(self.text, start, 0))
        if self.opened or key not in ("order", "limit"):
            return False
        self.at += len(key) + 1
        value = self._value(key, start)
        if key == "order":
            for word in value.lower().split(","):
                try:
                    self.order.append(order_of(word.strip()))
                except ValueError as error:
                    raise self._error(f"order: {error}", start, nearest(word, NAMES)) from None
        elif not re.fullmatch(r"\d{1,8}", value) or int(value) > _HIGHEST_LIMIT:
            raise self._error(f"limit: {value!r} is not a number of posts", start, "such as 20")
        else:
            self.limit = int(value)
        return True

    def _value(self, key: str, start: int) -> str:
        """Read the value of a metatag, quoted or not."""
        quote = _QUOTE.match(self.text, self.at)
        if not quote:
            word = word_at(self.text, self.at, len(self.opened))
            self.at += len(word)
            return word
        if not quote[3]:
            raise self._error("this quotation mark is never closed", self.at)
        self.at = quote.end()
        if self.at < len(self.text) and not re.match(r"[\s)]", self.text[self.at :][:1]):
            raise self._error("a space is missing after the quotation mark", self.at)
        return re.sub(r"""\\(["'\\])""", r"\1", quote[2])

    def _skip(self) -> int:
        """Skip spaces and return the place."""
        match = _SPACE.match(self.text, self.at)
        assert match
        self.at = match.end()
        return self.at

    def _is_next(self, word: str) -> bool:
        return word_at(self.text, self._skip(), len(self.opened)).lower() == word

    def _takes(self, word: str) -> bool:
        taken = self._is_next(word)
        self.at += len(word) if taken else 0
        return taken

    def _takes_sign(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        if word_at(self.text, self.at, len(self.opened)).lower() in FACES:
            return False
        self.at += 1
        return True

    def _error(self, message: str, position: int, hint: str = "") -> QueryError:
        return QueryError(f"character {position + 1}: {message}", hint, position=position)
