"""Compile queries for one table whose rows hold lists of tags, as DuckDB reads dumps.

The row ``p`` has the columns of ``pictures`` in ``schema``, with a list of names in place of each
table that belongs to it. Values are parameters, never part of the text.
"""

from __future__ import annotations

import string
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nijigen.core.posts.metatags import METATAGS, Moment
from nijigen.core.posts.metatags.links import SCHEMES
from nijigen.core.posts.metatags.ranges import MEASURES, RangeMetatag
from nijigen.core.posts.patterns import escaped_for_like
from nijigen.core.posts.query.nodes import AllOf, Condition, Leaf, Named, Query, Wildcard
from nijigen.core.posts.query.ordering import sql_order
from nijigen.core.posts.sql.fragment import Fragment, either
from nijigen.core.posts.sql.select import condition

_UPPER, _LOWER = string.ascii_uppercase, string.ascii_lowercase


@dataclass(frozen=True)
class Columns:
    """The expressions that differ between tables.

    Args:
        tags: A list of names.
        pools: A list of names.
        counts: Numbers of tags by the name of their metatag, ``tagcount`` to ``metatags``.
    """

    tags: str
    pools: str
    counts: Mapping[str, str]
    tagged: Callable[[str], Fragment] | None = None
    """Returns the condition that a tag is there, if that is faster than looking into the list."""

    def where(self, query: Query, *, now: float | None = None) -> Fragment:
        """Return the condition for the row ``p``; it may be NULL, which counts as false.

        It is true of what :func:`nijigen.core.posts.query.matches` is true of.
        """
        moment = Moment(time.time() if now is None else now)
        root = query.root
        if isinstance(root, AllOf):
            # Numbers are compared faster than tags are searched.
            root = AllOf(tuple(sorted(root.nodes, key=lambda one: not isinstance(one, Condition))))
        return condition(root, lambda leaf: self._leaf(leaf, moment))

    def order(self, query: Query, *, seed: int = 0) -> Fragment:
        """Return what follows ORDER BY."""
        return sql_order(query.order, seed, self.counts)

    def _leaf(self, leaf: Leaf, moment: Moment) -> Fragment:
        match leaf:
            case Named(name):
                return self.tagged(name) if self.tagged else _contains(self.tags, name)
            case Wildcard(pattern):
                return _contains(self.tags, pattern)
            case Condition("pool", value):
                return self._in_pool(value)
            case Condition("source", value):
                return _from(value)
            case Condition("color", _):
                # Nobody has looked at the pictures of a dump.
                return Fragment("1 = 0")
            case Condition(metatag, value) if metatag in self.counts:
                measure = MEASURES[metatag]._replace(sql=self.counts[metatag])
                return RangeMetatag(measure).sql(value, moment)
            case Condition(metatag, value):
                return METATAGS[metatag].sql(value, moment)

    def _in_pool(self, value: str) -> Fragment:
        if value in ("none", "any"):
            return Fragment(f"len({self.pools}) {'=' if value == 'none' else '>'} 0")
        return _contains(self.pools, value)


def _contains(names: str, pattern: str) -> Fragment:
    if "*" not in pattern:
        return Fragment(f"list_contains({names}, ?)", (pattern,))
    text = f"len(list_filter({names}, lambda name: name LIKE ? ESCAPE '\\')) > 0"
    return Fragment(text, (escaped_for_like(pattern),))


def _from(value: str) -> Fragment:
    if value in ("none", "any"):
        return Fragment(f"p.source {'=' if value == 'none' else '<>'} ''")
    # Upper and lower case are alike in ASCII only, as in SQLite.
    column = f"translate(p.source, '{_UPPER}', '{_LOWER}') LIKE ? ESCAPE '\\'"
    lower = value.translate(str.maketrans(_UPPER, _LOWER))
    patterns = [escaped_for_like(f"{scheme}{lower}*") for scheme in SCHEMES]
    return either([Fragment(column, (pattern,)) for pattern in patterns])
