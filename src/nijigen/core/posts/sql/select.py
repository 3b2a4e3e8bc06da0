"""Compile queries for the tables of ``schema``: values are parameters, never part of the text."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from nijigen.core.posts.metatags import METATAGS, Moment
from nijigen.core.posts.patterns import like
from nijigen.core.posts.query.nodes import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Named,
    Node,
    Not,
    Query,
    Wildcard,
)
from nijigen.core.posts.query.ordering import sql_order
from nijigen.core.posts.sql.fragment import Fragment, either, every

_NAMED = (
    "SELECT id FROM tags WHERE name = ? UNION SELECT tag_id FROM tag_aliases"
    " WHERE name = ? AND NOT EXISTS (SELECT 1 FROM tags WHERE name = ?)"
)


def select(
    query: Query, also: Sequence[Fragment] = (), *, now: float | None = None, seed: int = 0
) -> Fragment:
    """Return the statement that finds the numbers of the pictures, in order.

    It finds what :func:`nijigen.core.posts.query.find` finds among the same posts.

    Args:
        query: The query.
        also: More conditions for the row ``p`` of a picture.
        now: The time for ``age:``, in seconds since 1970; by default the present.
        seed: Of ``order:random``.
    """
    condition = every([where(query, now=now), *also])
    order = sql_order(query.order, seed)
    text = f"SELECT p.id FROM pictures AS p WHERE {condition.text} ORDER BY {order.text}"
    parameters = condition.parameters + order.parameters
    if query.limit is not None:
        text, parameters = f"{text} LIMIT ?", (*parameters, query.limit)
    return Fragment(text, parameters)


def count(query: Query, also: Sequence[Fragment] = (), *, now: float | None = None) -> Fragment:
    """Return the statement that counts the pictures, whatever the limit."""
    condition = every([where(query, now=now), *also])
    return Fragment(
        f"SELECT COUNT(*) FROM pictures AS p WHERE {condition.text}", condition.parameters
    )


def where(query: Query, *, now: float | None = None) -> Fragment:
    """Return the condition alone, for the row ``p`` of a picture."""
    moment = Moment(time.time() if now is None else now)
    return condition(query.root, lambda leaf: _leaf(leaf, moment))


def condition(node: Node, compiled: Callable[[Leaf], Fragment], negated: bool = False) -> Fragment:
    """Compile a node, or its negation, with NOT at single conditions only.

    SQLite's parser has a stack of 100 places, of which a nested NOT takes seven.

    Args:
        node: What a picture has to satisfy.
        compiled: Compiles what a tree ends in: a tag, a pattern or a metatag.
        negated: Whether it must not.
    """
    match node:
        case Not(inner):
            return condition(inner, compiled, not negated)
        case AllOf(nodes) | AnyOf(nodes):
            parts = [condition(child, compiled, negated) for child in nodes]
            return every(parts) if isinstance(node, AllOf) != negated else either(parts)
        case _:
            leaf = compiled(node)
    # What is not known does not match, so its negation does.
    return Fragment(f"NOT COALESCE({leaf.text}, 1 = 0)", leaf.parameters) if negated else leaf


def _leaf(leaf: Leaf, moment: Moment) -> Fragment:
    match leaf:
        case Named(name):
            return _with_tag(Fragment(_NAMED, (name, name, name)))
        case Wildcard(pattern):
            return _with_tag(_matching(pattern))
        case Condition(metatag, value):
            return METATAGS[metatag].sql(value, moment)


def _with_tag(tags: Fragment) -> Fragment:
    text = f"p.id IN (SELECT picture_id FROM picture_tags WHERE tag_id IN ({tags.text}))"
    return Fragment(text, tags.parameters)


def _matching(pattern: str) -> Fragment:
    named = like("name", pattern)
    start = pattern.partition("*")[0]
    text, parameters = f"SELECT id FROM tags WHERE {named.text}", named.parameters
    if start:
        # LIKE cannot use the index of names, a range can.
        text += " AND name >= ? AND name < ?"
        parameters += (start, start + "\U0010ffff")
    return Fragment(text, parameters)
