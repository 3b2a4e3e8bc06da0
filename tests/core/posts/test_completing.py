from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nijigen.core.posts.query import parse_query
from nijigen.core.posts.query.completing import suggestions
from nijigen.core.posts.tag import Tag
from nijigen.core.posts.vocabulary import Vocabulary

TAGS = Vocabulary(
    [
        Tag("rating_banner", "meta", 5),
        Tag("long_hair", "general", 9, aliases=("/lh",)),
        Tag(">:(", count=3),
        Tag("霊夢", "character", 2),
    ]
)


@pytest.mark.parametrize(
    ("query", "completed"),
    [
        ("1girl lon|", "1girl long_hair"),
        ("-lon|", "-long_hair"),
        ("(a or ~lon|)", "(a or ~long_hair)"),
        ("/lh|", "long_hair"),
        ("lon|xyz solo", "long_hair solo"),
        ("霊|", "霊夢"),
        ("(>:|", '(tag:">:("'),
        ("rat|", "rating:"),
        ("-rating:q|", "-rating:questionable"),
        ("rating:g,e|", "rating:g,explicit"),
        ("order:sc|", "order:score"),
        ("is:ns|", "is:nsfw"),
        ("has:|", "has:parent"),
        ("-character:霊|", "-character:霊夢"),
        ("(general:lon|", "(general:long_hair"),
        ("tag:lo|", "tag:long_hair"),
        ("(meta:(|", '(meta:">:("'),
    ],
)
def test_the_first_suggestion_replaces_the_word(query: str, completed: str) -> None:
    cursor = query.index("|")
    text = query.replace("|", "")
    first = suggestions(text, cursor, TAGS)[0]
    assert text[: first.start] + first.text + text[first.end :] == completed


def test_metatags_do_not_hide_tags() -> None:
    found = suggestions("rat", 3, TAGS)
    assert [one.text for one in found] == ["rating:", "ratio:", "rating_banner"]
    assert (found[2].category, found[2].count) == ("meta", 5)
    assert suggestions("/lh", 3, TAGS)[0].alias == "/lh"
    assert suggestions("a ", 2, TAGS) == suggestions("score:5", 7, TAGS) == []


@settings(deadline=None)
@given(st.text(alphabet='ab -~():,"long_rating>', max_size=15), st.integers(0, 15))
def test_any_cursor(query: str, cursor: int) -> None:
    at = min(cursor, len(query))
    for found in suggestions(query, at, TAGS):
        assert 0 <= found.start <= at <= found.end <= len(query)
        if found.count is not None:
            parse_query(found.text)
