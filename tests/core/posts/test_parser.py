"""The query language: what is read, what is printed, what is refused where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nijigen.core.errors import QueryError
from nijigen.core.posts.query import Query, parse_query
from nijigen.core.posts.query.nodes import (
    Condition,
    Named,
    Node,
    Not,
    Order,
    Wildcard,
    either,
    every,
)
from nijigen.core.posts.query.parser import MOST_TERMS
from nijigen.core.posts.query.words import FACES, metatag_hint
from nijigen.core.posts.tag import normalize
from nijigen.core.posts.vocabulary import Vocabulary

NASTY = [
    "re:zero", ":d", ":3", ":)", ":(", ";)", ";(", ">:)", ">:(", ":>=", ":<", "^_^", ">_<", "=_=",
    "...", "?", "!?", "\\m/", "\\||/", "\\\\//", "\\(^o^)/", "'o'ne", 'i"s', 'lu"', '"rouhou"',
    'pete_"maverick"_mitchell', "2024", "fate/stay_night", "fate:zero", "date_a_live:_x", "id_:x",
    "saber_(fate)", "a_(b_(c))", "霊夢", "東方", "雨", "9-nine-", "uu~", "hi-ho-", "@_@", "$",
    "order", "ratings:x", "+_+", "|_|", "mocco_(mocco_san1)", "x;y", "a,b", "-_-", "~_~",
]  # fmt: skip
"""Names that a careless parser takes apart."""


def survives(name: str) -> bool:
    for root in (Named(name), Not(Named(name)), either([Named(name), Named("x")])):
        for query in (Query(root), Query(Not(Not(root)))):
            if parse_query(str(query)) != query:
                return False
    return parse_query(name) == Query(Named(name)) and parse_query(f"-{name}").root == Not(
        Named(name)
    )


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_are_tags(name: str) -> None:
    assert survives(name)
    assert str(parse_query(name)) == name
    assert str(parse_query(f"-{name}")) == f"-{name}"


def test_every_name_of_danbooru_survives(shared: Path) -> None:
    text = (shared / "tags" / "danbooru.csv").read_text("utf-8")
    names = [tag.name for tag in Vocabulary.from_csv(text)]
    assert len(names) == 140_782
    assert [name for name in names if normalize(name) != name] == []
    # As many as fit into a query, since most of the time would go into parsers that are made.
    for n in range(0, len(names), MOST_TERMS):
        plain: list[Node] = [Named(name) for name in names[n : n + MOST_TERMS]]
        for nodes in (plain, [Not(node) for node in plain]):
            sign = "-" if nodes is not plain else ""
            text = " ".join(sign + name for name in names[n : n + MOST_TERMS])
            assert parse_query(text) == Query(every(nodes))
            assert str(Query(every(nodes))) == text
        grouped = Query(Not(either(plain)))
        assert parse_query(str(grouped)) == grouped


any_name = st.text(min_size=1, max_size=12).map(normalize).filter(bool)
printable = any_name.filter(lambda name: name.isprintable())
tricky = st.text(alphabet='-~()":*,_a\\or: ', min_size=1, max_size=6).map(normalize).filter(bool)
conditions = st.sampled_from(
    [
        Condition("rating", "general,sensitive"),
        Condition("score", ">=20"),
        Condition("source", "https://a.b/(c"),
        Condition("source", 'with "quotes" and \\'),
        Condition("pool", "a)"),
        Condition("ratio", "4:3..16:9"),
    ]
)
leaves = st.one_of(
    st.one_of(printable, tricky, st.sampled_from(NASTY)).map(Named),
    st.sampled_from(["*", "blue_*", "*_(cosplay)", "a*b*c"]).map(Wildcard),
    conditions,
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=4).map(every),
        st.lists(inner, min_size=2, max_size=4).map(either),
    ),
    max_leaves=12,
)
orders = st.lists(
    st.builds(Order, st.sampled_from(["score", "id", "date", "chartags"]), st.booleans()),
    max_size=3,
)


@settings(deadline=None)
@given(trees, orders.map(tuple), st.none() | st.integers(0, 1000))
def test_what_is_printed_is_read_again(
    root: Node, order: tuple[Order, ...], limit: int | None
) -> None:
    query = Query(root, order, limit)
    assert parse_query(str(query)) == query


@settings(deadline=None)
@given(st.text(alphabet='ab -~()":*,.<>=_\\orscore:id1rating\u3000', max_size=40))
def test_any_text_is_a_query_or_a_clear_error(text: str) -> None:
    refused: QueryError | None = None
    try:
        query = parse_query(text)
    except QueryError as error:
        refused = error
    if refused is None:
        assert parse_query(str(query)) == query
    else:
        assert 0 <= refused.position <= len(text)
        assert refused.message.startswith(f"character {refused.position + 1}: ")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        ("  1girl \u3000 solo\n", "1girl solo"),
        ("Long_Hair １ｇｉｒｌ", "long_hair 1girl"),
        ("~a ~b c", "(a or b) c"),
        ("~a c", "a c"),
        ("c ~a ~(b d)", "c (a or (b d))"),
        ("a OR b c", "a or (b c)"),
        ("a and b", "a b"),
        ("((a) (b (c)))", "a b c"),
        ("-(a b) -(-c)", "-(a b) -(-c)"),
        ("(a b_(c))", "a b_(c)"),
        ("(smile or :))", "smile or :)"),
        ("RATING:E,Q", "rating:explicit,questionable"),
        ("-rating:s", "-rating:sensitive"),
        ("rating:safe", "rating:general,sensitive"),
        ("is:sfw -has:source", "rating:general,sensitive -source:any"),
        ("ext:JPEG,png", "filetype:jpg,png"),
        ("color:#f00 colour:grey", "color:red color:gray"),
        ("source:'a b'", 'source:"a b"'),
        ("tag:or tag:'long hair'", 'tag:"or" long_hair'),
        ("Char:Lilly -(artist:'a b' or copyright:re:zero)", "lilly -(a_b or re:zero)"),
        ('tag:"character:lilly"', 'tag:"character:lilly"'),
        ("order:score a order:ID_ASC,random limit:5",
         "a order:score order:id_asc order:random limit:5"),
        ("order:created_at_asc order:portrait order:landscape_asc",
         "order:date_asc order:portrait order:portrait"),
        ("date:2024-01..2023", "date:2024-01..2023"),
    ],
)  # fmt: skip
def test_what_is_read(text: str, printed: str) -> None:
    assert str(parse_query(text)) == printed
    assert parse_query(printed) == parse_query(text)


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        ("a score:high", 2, "score: 'high' is not a whole number", ">=100"),
        ("a -rating:x", 3, "'x' is not a rating", "general"),
        ("date:2024-02-31", 0, "is not a date", "2024-01-31"),
        ("age:2fortnights", 0, "is not a length of time", "2weeks"),
        ("ratio:4:0", 0, "is not a ratio", "16:9"),
        ("filesize:big", 0, "is not a file size", "2MB"),
        ("md5:abc", 0, "32 hexadecimal digits", ""),
        ("score:", 0, "needs a value", ""),
        ("source:", 0, "needs a value", ""),
        ("color:mauvish", 0, "is not a color", ""),
        ("status:banned", 0, "is not a status", "deleted"),
        ("parent:x", 0, "not the number of a post", ""),
        ("order:scor", 0, "does not know 'scor'", "did you mean score"),
        ("a -order:score", 3, "cannot be negated", "end"),
        ("(a order:score)", 3, "cannot be negated", "end"),
        ("limit:lots", 0, "not a number of posts", "20"),
        ("user:albert", 0, "user: is not supported", "rating"),
        ("has:sourc", 0, "does not know", "did you mean source?"),
        ("a (b", 2, "never closed", ""),
        ("a (", 2, "never closed", ""),
        ("a b)", 3, "closes nothing", 'tag:"b)"'),
        ("a )", 2, "closes nothing", ""),
        ("a ()", 2, "nothing between", ""),
        ("a or", 4, "missing after or", "tag:or"),
        ("or a", 0, "missing before or", "tag:or"),
        ("(a or)", 5, "missing after or", ""),
        ("a -", 2, "missing after -", ""),
        ("~)*", 0, "missing after ~", ""),
        ("--a", 0, "missing after -", 'tag:"-'),
        ('source:"a', 7, "never closed", ""),
        ('source:"a"b', 10, "a space is missing", ""),
        ("tag:", 0, "needs the name", 'tag:"or"'),
        ("a -character:", 3, "character: needs the name of a tag", "character:name"),
        ("artist:me_*", 0, "one whole name", "write me_*"),
        ("a\x00b", 1, "control character", ""),
        ("a \ud800", 2, "half a character", ""),
        ("*" * 9, 0, "asterisks", ""),
        ("(" * 11 + "a", 10, "nested", ""),
        ("a " * 201, 400, "more than 200 terms", ""),
        ("a" * 20_001, 20_000, "longer than", ""),
        ("score:" + "1," * 100 + "1", 0, "more than 100 values", ""),
    ],
)
def test_what_is_refused(text: str, position: int, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert caught.value.position == position
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_faces_are_tags_and_what_looks_like_them_is_negated() -> None:
    for face in FACES:
        assert parse_query(face).root == Named(face)
        assert parse_query(f"-{face}").root == Not(Named(face))
    assert parse_query("-_").root == Not(Named("_"))
    assert parse_query("-:d ->:(").root == every([Not(Named(":d")), Not(Named(">:("))])


def test_a_misspelled_metatag_is_a_tag_with_a_hint() -> None:
    assert parse_query("raiting:e").root == Named("raiting:e")
    assert metatag_hint("raiting:e") == "did you mean rating:?"
    assert metatag_hint("re:zero") == metatag_hint("long_hair") == ""
