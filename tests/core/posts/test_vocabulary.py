from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nijigen.core.errors import InputError
from nijigen.core.posts.color_names import color_name
from nijigen.core.posts.tag import Tag, normalize
from nijigen.core.posts.vocabulary import Vocabulary

TAGS = Vocabulary(
    [
        Tag("long_hair", "general", 900, aliases=("/lh", "longhair")),
        Tag("hair_ornament", "general", 800),
        Tag("hair", "general", 5),
        Tag("霊夢", "character", 3, aliases=("れいむ",)),
        Tag("東方", "copyright", 2),
        Tag("smile", "general", 700, aliases=("hair_smile",)),
        Tag("a", "general", 1),
    ]
)


def names(text: str, limit: int = 10) -> list[str]:
    return [completion.tag.name for completion in TAGS.complete(text, limit)]


def test_exact_then_beginnings_of_words_then_anywhere_each_by_count() -> None:
    assert names("hair") == ["hair", "long_hair", "hair_ornament", "smile"]
    assert names("hair", 2) == ["hair", "long_hair"]
    assert names("air") == ["long_hair", "hair_ornament", "smile", "hair"]
    assert names("Long H") == ["long_hair"]
    assert names("a")[0] == "a"
    assert names("") == names("nothing") == names("a", 0) == []


def test_aliases_resolve_to_their_tag_once() -> None:
    assert TAGS.complete("/lh")[0].tag.name == "long_hair"
    assert TAGS.complete("/lh")[0].alias == "/lh"
    assert TAGS.complete("long_hair")[0].alias is None
    assert names("longhair") == ["long_hair"]


def test_one_and_two_kanji_are_found() -> None:
    assert names("霊") == names("霊夢") == names("夢") == names("れい") == ["霊夢"]
    assert names("方") == ["東方"]


@settings(deadline=None)
@given(st.lists(st.text("abc_", min_size=1, max_size=4), unique=True), st.text("abc_", min_size=1))
def test_completion_finds_all_that_contain_the_text(made: list[str], text: str) -> None:
    vocabulary = Vocabulary(Tag(name, count=len(made) - n) for n, name in enumerate(made))
    found = [completion.tag.name for completion in vocabulary.complete(text, 1000)]
    exact = [name for name in made if name == text]
    starting = [n for n in made if n != text and re.search(rf"(^|_){re.escape(text)}", n)]
    inside = [n for n in made if text in n and n not in exact + starting]
    assert found == exact + starting + inside


@settings(deadline=None)
@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


def test_the_list_of_danbooru(shared: Path) -> None:
    text = (shared / "tags" / "danbooru.csv").read_text("utf-8")
    vocabulary = Vocabulary.from_csv(text)
    assert len(vocabulary) == 140_782
    tag = vocabulary.get("hatsune_miku")
    assert tag
    assert tag.category == "character"
    assert vocabulary.resolve("oppai") == ("breasts",)
    both = [a for t in vocabulary for a in t.aliases if a in vocabulary]
    assert len(set(both)) == 108
    assert all(vocabulary.resolve(name) == (name,) for name in both)
    several = {a for t in vocabulary for a in t.aliases if len(vocabulary.resolve(a)) > 1}
    assert len(several) > 100
    vocabulary.complete("warm up")
    queries = ["h", "hat", "miku", "_(cosplay)", "zzzz", "霊", "oppai", "re:", "ko", "qxqx"]
    start = time.process_time()
    for query in queries:
        vocabulary.complete(query)
    # 2 to 7 ms, for the commonest and for what is not there at all.
    assert (time.process_time() - start) / len(queries) < 0.05


@pytest.mark.parametrize(
    "row", ["long_hair", "long_hair,zero,1,", "long_hair,0,many,", "\n\na,0,1,"]
)
def test_other_tables_are_refused(row: str) -> None:
    with pytest.raises(InputError, match="row"):
        Vocabulary.from_csv(row)


def test_any_color_has_a_name() -> None:
    named = {"#ff0000": "red", "#ffffff": "white", "#000000": "black", "navy": "blue"}
    named |= {"#ffa0c0": "pink", "#808080": "gray", "cyan": "aqua", "#7a4a20": "brown"}
    assert {color: color_name(color) for color in named} == named
