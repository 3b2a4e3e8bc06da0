"""What single conditions mean; that SQL means the same is tested in test_select."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from nijigen.core.errors import InputError
from nijigen.core.posts import patterns
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import find, matches, parse_query
from nijigen.core.posts.rating import rating_of, site_rating
from nijigen.core.posts.tag import Tag
from nijigen.core.posts.vocabulary import Vocabulary

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
POST = Post.model_validate(
    {
        "id": 7,
        "tags": {"1girl": "general", "Long Hair": "general", "reimu": "character", "x:y": None},
        "rating": "sensitive",
        "score": 20,
        "width": 1920,
        "height": 1080,
        "filetype": "JPEG",
        "filesize": 1_000_000,
        "created_at": NOW - timedelta(days=16),
        "source": "https://www.pixiv.net/artworks/1",
        "parent_id": 3,
        "pools": ["My Pool"],
        "colors": ["blue"],
        "faces": 2,
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "1girl", "long_hair", "x:y", "*_hair", "re*u", "", "-solo", "~solo ~1girl",
        "solo or 1girl", "-(1girl solo)", "rating:s", "rating:safe", "-rating:e", "is:sfw",
        "score:20", "score:>=20", "score:30..10", "score:10...21", "-score:10...20",
        "score:1,20", "score:any", "favcount:none", "-favcount:0", "ratio:16:9",
        "ratio:1.78", "ratio:>=16:9", "mpixels:2", "-mpixels:>2.1", "filesize:1mb",
        "filesize:950kb..2mb", "filetype:jpg", "filetype:jpeg", "date:2026-05",
        "date:2026-05-30", "date:2026", "date:..2026-05-30", "date:>=2026-05-30",
        "-date:>2026-05-30", "-date:<2026-05-30", "age:2w", "age:<1mo", "age:>=16d",
        "source:pixiv*", "source:www.pixiv.net", "source:*PIXIV*", "has:source", "parent:3",
        "parent:7", "is:child", "pool:my_pool", "pool:*pool", "color:#2850e0",
        "color:blue,red", "faces:>=1", "has:faces", "tagcount:4", "chartags:1", "gentags:2",
        "width:>1000 height:<=1080", "tag:1girl",
    ],
)  # fmt: skip
def test_conditions_that_a_post_satisfies(text: str) -> None:
    assert matches(parse_query(text), POST, now=NOW.timestamp())
    negated = parse_query(f"-({text})") if text else parse_query("-*")
    assert not matches(negated, POST, now=NOW.timestamp())


def test_a_real_tag_beats_an_alias_and_an_alias_of_two_means_both() -> None:
    vocabulary = Vocabulary(
        [Tag("smile", count=9, aliases=("grin", ":)")), Tag("grin"), Tag("frown", aliases=(":)",))]
    )
    grin, smile, frown = (
        Post(id=n, tags={name: None}) for n, name in enumerate(("grin", "smile", "frown"))
    )
    found = find(parse_query("grin"), [grin, smile, frown], vocabulary)
    assert found == [grin]
    assert find(parse_query(":)"), [grin, smile, frown], vocabulary) == [frown, smile]
    assert find(parse_query("-:)"), [grin, smile, frown], vocabulary) == [grin]
    assert vocabulary.resolve(":)") == ("smile", "frown")


def test_implications_are_followed_even_in_circles() -> None:
    vocabulary = Vocabulary(
        [
            Tag("cat_ears", implies=("animal_ears",)),
            Tag("animal_ears", implies=("cat_ears", "ears")),
        ]
    )
    post = Post(tags={"cat_ears": None})
    assert matches(parse_query("ears animal_ears"), post, vocabulary)
    assert not matches(parse_query("ears"), post)


def test_the_same_letter_means_different_ratings() -> None:
    assert rating_of(site_rating("s", "danbooru")) == "sensitive"
    assert site_rating("s", "moebooru") == "safe"
    assert rating_of("safe") == "general"
    assert site_rating("Safe", "danbooru") == "safe"
    assert site_rating("unrated", "danbooru") is None
    assert rating_of(None) is None


def test_posts_are_normalized_and_survive_json() -> None:
    assert POST.names == ("1girl", "long_hair", "reimu", "x:y")
    assert POST.of("character") == ("reimu",)
    assert POST.filetype == "jpg"
    assert Post.from_json(POST.to_json()) == POST
    assert Post.from_json('{"tags": ["a", "b"]}').tags == {"a": None, "b": None}
    naive = Post(created_at=datetime(2026, 1, 1))
    zoned = Post(created_at=datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9))))
    assert naive.created_at == zoned.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InputError, match="rating"):
        Post.from_json('{"rating": "s"}')


def test_patterns_take_little_time() -> None:
    assert patterns.matches("a*b*c", "axxbxxc")
    assert not patterns.matches("ab*ba", "aba")
    assert patterns.matches("*", "")
    assert not patterns.matches("*a" * 8 + "b", "a" * 100_000)
