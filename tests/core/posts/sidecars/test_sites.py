"""The JSON of sites, with the fields and the quirks that each of them has."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sidecars.files import parse_posts

MD5 = "d34e4cf0a437a5d65f8e82b7bcd02606"
DANBOORU = {
    "id": 8_000_000,
    "created_at": "2024-08-01T12:34:56.789-04:00",
    "updated_at": "2024-08-02T12:34:56.789-04:00",
    "score": 12,
    "fav_count": 30,
    "source": "https://www.pixiv.net/artworks/1",
    "md5": MD5,
    "rating": "s",
    "image_width": 1200,
    "image_height": 800,
    "file_ext": "jpg",
    "file_size": 345_678,
    "parent_id": None,
    "has_children": False,
    "is_deleted": False,
    "tag_string": "1girl absurdres hatsune_miku re:zero vocaloid wada",
    "tag_string_general": "1girl re:zero",
    "tag_string_artist": "wada",
    "tag_string_copyright": "vocaloid",
    "tag_string_character": "hatsune_miku",
    "tag_string_meta": "absurdres",
}
DUMP = {
    "id": "2500000",
    "created_at": "2016-10-26 08:31:06.12345 UTC",
    "score": "-2",
    "md5": MD5,
    "rating": "s",
    "image_width": "1200",
    "image_height": "800",
    "file_ext": "png",
    "file_size": "0",
    "parent_id": "0",
    "is_rating_locked": False,
    "is_deleted": "true",
    "pools": ["77"],
    "tags": [
        {"id": "1", "name": "1girl", "category": "0"},
        {"id": "2", "name": "wada", "category": "1"},
        {"id": "3", "name": "vocaloid", "category": "3"},
    ],
}
GELBOORU = {
    "id": 9_000_000,
    "created_at": "Sat Mar 05 10:11:12 -0600 2022",
    "score": 5,
    "width": 1200,
    "height": 800,
    "md5": MD5,
    "directory": "d3/4e",
    "image": f"{MD5}.jpeg",
    "rating": "questionable",
    "source": "",
    "change": 1_646_500_000,
    "owner": "danbooru",
    "creator_id": 6498,
    "parent_id": 0,
    "sample": 1,
    "tags": "1girl :d hatsune_miku",
    "has_children": "false",
    "status": "active",
    "file_url": f"https://img.example/{MD5}.jpeg",
}
SAFEBOORU = {
    "id": "4000000", "tags": " 1girl solo ", "rating": "safe", "score": "", "width": "1200",
    "height": "800", "md5": MD5, "file_url": f"//safebooru.example/{MD5}.png?4000000",
    "created_at": "Sat Mar 05 10:11:12 +0000 2022", "creator_id": "3", "change": "1646500000",
    "has_notes": "false", "has_comments": "false", "has_children": "true", "status": "deleted",
}  # fmt: skip
MOEBOORU = {
    "id": 1_000_000,
    "tags": "landscape scenic",
    "created_at": 1_650_000_000,
    "updated_at": 0,
    "author": "somebody",
    "source": "",
    "score": 40,
    "md5": MD5,
    "file_size": 5_000_000,
    "file_ext": "png",
    "is_shown_in_index": True,
    "actual_preview_width": 300,
    "jpeg_url": "https://files.example/jpeg",
    "file_url": "https://files.example/image.png",
    "rating": "s",
    "has_children": True,
    "parent_id": None,
    "status": "active",
    "width": 3000,
    "height": 2000,
}
PIXIV = {
    "category": "pixiv", "subcategory": "artworks", "id": 99, "date": "2023-01-02 03:04:05",
    "rating": "R-18", "tags": ["オリジナル", {"name": "long hair"}], "width": 10, "height": 20,
    "extension": "jpg", "total_bookmarks": 7,
}  # fmt: skip


def one(data: Any) -> Post:
    (post,) = parse_posts(json.dumps(data).encode())
    return post


def test_danbooru() -> None:
    post = one(DANBOORU)
    assert (post.site, post.id, post.md5) == ("danbooru", 8_000_000, MD5)
    assert post.rating == post.site_rating == "sensitive"
    assert post.of("character") == ("hatsune_miku",)
    assert post.of("general") == ("1girl", "re:zero")
    assert post.names == tuple(str(DANBOORU["tag_string"]).split())
    assert post.created_at == datetime(2024, 8, 1, 16, 34, 56, 789_000, UTC)
    assert (post.width, post.height, post.filesize, post.favcount) == (1200, 800, 345_678, 30)
    assert post.raw == DANBOORU
    banned = one({k: v for k, v in DANBOORU.items() if k not in ("md5", "file_url")})
    assert (banned.md5, banned.file_url) == (None, "")


def test_dumps_are_older_and_all_text() -> None:
    post = one(DUMP)
    assert (post.id, post.score, post.filesize, post.parent_id) == (2_500_000, -2, None, None)
    assert (post.site_rating, post.rating) == ("safe", "general")
    assert post.tags == {"1girl": "general", "wada": "artist", "vocaloid": "copyright"}
    assert post.deleted
    assert post.pools == ("77",)
    assert post.created_at == datetime(2016, 10, 26, 8, 31, 6, 123_450, UTC)


def test_gelbooru_and_its_older_software() -> None:
    post, old = one({"@attributes": {"count": 1}, "post": [GELBOORU]}), one(SAFEBOORU)
    assert post.tags == {"1girl": None, ":d": None, "hatsune_miku": None}
    assert (post.site, post.rating, post.filetype) == ("gelbooru", "questionable", "jpg")
    assert post.created_at == datetime(2022, 3, 5, 16, 11, 12, tzinfo=UTC)
    assert (old.id, old.site_rating, old.rating) == (4_000_000, "safe", "general")
    assert (old.score, old.filetype, old.deleted, old.has_children) == (None, "png", True, True)


def test_moebooru() -> None:
    post = one([MOEBOORU])
    assert (post.site, post.site_rating, post.rating) == ("moebooru", "safe", "general")
    assert (post.filesize, post.has_children, post.updated_at) == (5_000_000, True, None)
    assert post.created_at == datetime.fromtimestamp(1_650_000_000, UTC)
    typed = one({"posts": [MOEBOORU], "tags": {"landscape": "general", "scenic": "circle"}})
    assert typed.tags == {"landscape": "general", "scenic": "artist"}
    behoimi = one(MOEBOORU | {"created_at": {"json_class": "Time", "s": 1_650_000_000, "n": 1}})
    assert behoimi.created_at == post.created_at


def test_gallery_dl() -> None:
    extra = {"category": "danbooru", "subcategory": "tag", "tags": ["1girl"], "extension": "jpg"}
    assert one(DANBOORU | extra).names == one(DANBOORU).names
    mirrored = {"category": "yandere", "subcategory": "tag", "tags_artist": "scenic"}
    yandere = one(MOEBOORU | mirrored)
    assert (yandere.site, yandere.site_rating) == ("yandere", "safe")
    assert yandere.tags == {"landscape": None, "scenic": "artist"}
    pixiv = one(PIXIV)
    assert (pixiv.site, pixiv.rating, pixiv.favcount) == ("pixiv", "explicit", 7)
    assert pixiv.tags == {"オリジナル": None, "long_hair": None}
    assert pixiv.created_at == datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)
    # Nico Seiga has no tags, and says no date in its lists.
    seiga = {"category": "seiga", "subcategory": "user", "image_id": 502, "clips": 3, "title": "a"}
    drawn = one(seiga | {"date": "[Invalid DateTime]", "user": {"id": 12, "name": "somebody"}})
    assert (drawn.site, drawn.id, drawn.favcount, drawn.tags) == ("seiga", 502, 3, {})
    assert (drawn.created_at, drawn.raw["title"]) == (None, "a")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (DANBOORU | {"score": "many"}, "score: 'many' is not a whole number"),
        (DANBOORU | {"created_at": "yesterday"}, "'yesterday' is not a time"),
        (DANBOORU | {"file_ext": "../x"}, "filetype"),
        (DANBOORU | {"fav_count": -1}, "favcount"),
        ({"name": "a recipe"}, "not the JSON of a post"),
        ([1], "no posts"),
        ({"posts": [3]}, "no posts"),
        ({"tags": {"a": "colour"}}, "tags"),
    ],
)
def test_impossible_values_are_one_clear_line(data: Any, message: str) -> None:
    with pytest.raises(InputError, match=r"^[^\n]+$") as caught:
        one(data)
    assert message in caught.value.message


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+14:00", 1e300, "1e12", {"s": "x"}, []])
def test_times_out_of_range_are_no_crash(value: Any) -> None:
    if value == []:
        value = [1]
    with pytest.raises(InputError, match="not a time"):
        fields.time(value)
