"""Compiled queries find in SQLite what their evaluation finds among the same posts."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_posts import NOW, TAGS, category, database, lists
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import find, parse_query
from nijigen.core.posts.query.nodes import Named, Node, Not, Query, Wildcard, either, every
from nijigen.core.posts.query.ordering import KEYS
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
VALUES = {
    "id": ["1", "2..4", ">=3", "<2", "1,3,5", "4...2", "any", "none"],
    "score": ["0", "-2..10", ">-1", "<=5", "5..", "..5", "none", "1,7,20.."],
    "favcount": [">5", "any"],
    "width": ["1920", ">=1366"],
    "height": ["<1080", "none"],
    "ratio": ["16:9", ">=16/9", "<1.5", "1.33..1.78", "1.78", ">16:9"],
    "mpixels": ["2", ">=1.5", "1..3", "2.0736"],
    "filesize": ["1MB", "1000", ">=500KB", "1b"],
    "duration": ["10", ">30s", "1min", "any"],
    "date": ["2025", "2024-06", "2023..2025-03", ">=2026-01-01", "<2025-12-31T10:00", "2026-05-31"],
    "age": ["<1mo", "2weeks..1year", ">=2y", "1y", "any"],
    "faces": ["0", ">=1", "none"],
    "tagcount": ["0", "1..3", ">=2"],
    "gentags": ["0", ">=1"],
    "arttags": ["1"],
    "chartags": [">0"],
    "copytags": ["<1"],
    "metatags": ["any"],
    "rating": ["g", "safe", "questionable,e"],
    "md5": ["0" * 32, "f" * 32 + "," + "0" * 32],
    "filetype": ["png", "jpeg,webm"],
    "color": ["red", "blue,#fff"],
    "status": ["deleted", "active", "any"],
    "source": ["none", "any", "pixiv.net", "*pixiv*", "twitter.com/100%_*", "HTTPS://", "*.net/2"],
    "pool": ["77", "my_*", "any", "none", "MY_pool"],
    "parent": ["1", "any", "none"],
    "child": ["any", "none"],
}
conditions = st.sampled_from([(name, value) for name, values in VALUES.items() for value in values])
names = st.sampled_from([*TAGS, "colored_hair", "hair", "blue_haired", "blue", "unknown"])
leaves = st.one_of(
    conditions.map(lambda pair: parse_query(":".join(pair)).root),
    names.map(Named),
    st.sampled_from(["*", "blue_*", "*_b", "a_*", "*%", "b*e*s", "霊*"]).map(Wildcard),
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(every),
        st.lists(inner, min_size=2, max_size=3).map(either),
    ),
    max_leaves=6,
)
suffixes = st.sampled_from(["", "_asc", "_desc"])
orders = st.lists(
    st.one_of(
        st.builds("order:{}{}".format, st.sampled_from(sorted(KEYS)), suffixes),
        st.just("order:random"),
    ),
    max_size=2,
).map(lambda words: parse_query(" ".join(words)).order)


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
