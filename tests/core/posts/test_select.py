"""Compiled queries find in SQLite what their evaluation finds among the same posts."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_posts import NOW, TAGS, category, database, lists
from made_queries import VALUES, orders, trees
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import find, parse_query
from nijigen.core.posts.query.nodes import Node, Not, Query
from nijigen.core.posts.sql.select import count, select, where
from nijigen.core.posts.tag import Tag
from nijigen.core.posts.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    [
        *(Tag(name) for name in TAGS if name != "blue_hair"),
        Tag(
            "blue_hair",
            category("blue_hair"),
            implies=("colored_hair",),
            aliases=("blue_haired", "solo", "blue"),
        ),
        Tag("colored_hair", category("colored_hair"), implies=("hair",), aliases=("blue",)),
        Tag("hair", category("hair")),
    ]
)


def same(
    query: Query, posts: list[Post], seed: int = 3, base: sqlite3.Connection | None = None
) -> list[int | None]:
    found = [post.id for post in find(query, posts, VOCABULARY, now=NOW, seed=seed)]
    base = base or database(posts, VOCABULARY)
    statement = select(query, now=NOW, seed=seed)
    assert [row[0] for row in base.execute(*statement)] == found, statement
    number = base.execute(*count(query, now=NOW)).fetchone()[0]
    assert number == len(find(Query(query.root), posts, VOCABULARY, now=NOW))
    return found


@settings(deadline=None)
@given(trees, lists)
def test_every_query_finds_the_same(root: Node, posts: list[Post]) -> None:
    same(Query(root), posts)


@settings(deadline=None, max_examples=50)
@given(orders, st.none() | st.integers(0, 5), lists, st.integers(0, 9))
def test_orders_and_limits(order, limit, posts, seed) -> None:  # type: ignore[no-untyped-def]
    same(Query(order=order, limit=limit), posts, seed)


@pytest.mark.parametrize("name", sorted(VALUES))
@settings(deadline=None, max_examples=10)
@given(posts=lists)
def test_every_value_of_every_metatag(name: str, posts: list[Post]) -> None:
    base = database(posts, VOCABULARY)
    for value in VALUES[name]:
        query = parse_query(f"{name}:{value}")
        found = same(query, posts, base=base)
        others = same(Query(Not(query.root)), posts, base=base)
        assert sorted([*found, *others], key=str) == sorted([p.id for p in posts], key=str)


def test_values_are_parameters() -> None:
    query = parse_query("""tag:"'; DROP TABLE pictures; --" source:"x' OR 1=1" pool:*';*""")
    condition = where(query)
    assert "DROP" not in condition.text
    assert "1=1" not in condition.text
    assert condition.text.count("?") == len(condition.parameters)
    base = database([], VOCABULARY)
    assert base.execute(*select(query)).fetchall() == []


def test_the_largest_query_is_within_the_limits_of_sqlite() -> None:
    base = database([], VOCABULARY)
    text = " ".join(f"-x{n}" for n in range(199)) + " score:" + ",".join(map(str, range(100)))
    deep = "-(a or " * 10 + "score:<2" + ")" * 10
    for query in (text, deep, " or ".join(f"x{n}*" for n in range(200))):
        assert base.execute(*select(parse_query(query))).fetchall() == []


def test_tags_are_found_through_their_index() -> None:
    base = database([], VOCABULARY)
    statement = select(parse_query("1girl -solo score:>=20"))
    plan = " ".join(
        row[3] for row in base.execute(f"EXPLAIN QUERY PLAN {statement.text}", statement.parameters)
    )
    assert "SCAN p" not in plan
    assert "SCAN picture_tags" not in plan
