"""Sidecars of every form: written, recognized, read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_posts import posts
from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import hydrus, kohya
from nijigen.core.posts.sidecars.files import (
    FORMS,
    LARGEST,
    Form,
    as_text,
    parse_posts,
    read_posts,
    read_sidecar,
    sidecars_of,
    write_sidecar,
)

POST = Post.model_validate(
    {
        "id": 1,
        "tags": {
            "long_hair": "general", "^_^": "general", ":d": None, "re:zero": "copyright",
            "rem_(re:zero)": "character", "\\(^o^)/": None, "artist_name": "artist",
        },
        "rating": "sensitive",
        "site_rating": "sensitive",
    }
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(post=posts)
def test_every_form_is_read_again(form: Form, post: Post) -> None:
    (again,) = parse_posts(as_text(post, form).encode())
    assert again.names == post.names
    if form == "nijigen":
        assert again == post
    if form in ("danbooru", "gallery-dl"):
        assert again.tags == post.tags
    if form in ("danbooru", "gallery-dl", "gelbooru", "hydrus"):
        assert again.rating == post.rating
    if form in ("danbooru", "gallery-dl", "gelbooru", "moebooru"):
        for name in ("md5", "width", "height", "score", "source", "created_at"):
            assert getattr(again, name) == getattr(post, name)
    if form in ("danbooru", "gelbooru", "moebooru"):
        for name in ("parent_id", "has_children", "deleted", "updated_at"):
            assert getattr(again, name) == getattr(post, name)


def test_hydrus() -> None:
    assert hydrus.write(POST).splitlines() == [
        "long hair", "^_^", ":d", "series:re:zero", "character:rem (re:zero)", "\\(^o^)/",
        "creator:artist name", "rating:sensitive",
    ]  # fmt: skip
    read = hydrus.read("Character: Hatsune Miku\n::d\nre:zero\n\n:)\nmeta:\nrating:s\n")
    assert read.tags == {
        "hatsune_miku": "character", ":d": None, "re:zero": None, ":)": None, "meta:": None,
    }  # fmt: skip
    assert read.rating == "sensitive"


def test_kohya() -> None:
    caption = "long hair, ^_^, :d, re:zero, rem (re:zero), \\(^o^)/, artist name\n"
    assert kohya.write(POST) == caption
    assert kohya.write(POST, underscores=True, categories=["character", None]) == (
        ":d, rem_(re:zero), \\(^o^)/\n"
    )
    assert kohya.read("rem \\(re:zero\\), \\(^o^)/,, smile ,").names == (
        "rem_(re:zero)", "\\(^o^)/", "smile",
    )  # fmt: skip
    with pytest.raises(InputError, match="comma"):
        kohya.write(Post(tags={"a,b": None}))


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"", ()),
        (b"\xef\xbb\xbflong hair", ("long_hair",)),
        (b"long hair\r\nsmile\r\n", ("long_hair", "smile")),
        (b"long hair, smile", ("long_hair", "smile")),
        (b"a, b\nc, d\n", ("a", "b", "c", "d")),
        (b"a\nb, c\n", ("a", "b,_c")),
        (b"[cat], dog", ("[cat]", "dog")),
        ("霊夢\n".encode(), ("霊夢",)),
    ],
)
def test_texts_are_recognized(content: bytes, names: tuple[str, ...]) -> None:
    (post,) = parse_posts(content)
    assert post.names == names


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"a\0b", "not a text"),
        (b'{"tags": ', "not valid JSON"),
        (b'{"tags": ["a"], "score": NaN}', "not valid JSON"),
        (b'{"tags": ' + b"[" * 100_000, "nested too deeply"),
        (b" " * (LARGEST + 1), "more than 16 MB"),
        (b"{}", "not the JSON of a post"),
        (b'"text', None),
    ],
)
def test_what_is_no_sidecar_is_one_clear_line(content: bytes, message: str | None) -> None:
    if message is None:
        assert parse_posts(content)[0].names == ('"text',)
        return
    with pytest.raises(InputError, match=r"^[^\n]+$") as caught:
        parse_posts(content)
    assert message in caught.value.message
    assert "sidecars are" in caught.value.hint


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_content_is_read_or_refused(content: bytes) -> None:
    try:
        found = parse_posts(content)
    except InputError:
        return
    assert all(isinstance(post, Post) for post in found)


def test_files(tmp_path: Path) -> None:
    picture = tmp_path / "a.b.png"
    for name, form in (
        ("a.b.txt", "kohya"),
        ("a.b.png.json", "gallery-dl"),
        ("a.b.png.txt", "hydrus"),
    ):
        write_sidecar(POST, tmp_path / name, form)  # type: ignore[arg-type]
    found = sidecars_of(picture)
    assert [path.name for path in found] == ["a.b.png.json", "a.b.png.txt", "a.b.txt"]
    assert {read_sidecar(path).names for path in found} == {POST.names}
    (tmp_path / "two.json").write_text('[{"tags": "a b"}, {"tags": "c"}]')
    assert [post.names for post in read_posts(tmp_path / "two.json")] == [("a", "b"), ("c",)]
    with pytest.raises(InputError, match="2 posts"):
        read_sidecar(tmp_path / "two.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_sidecar(tmp_path / "missing.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(InputError, match=r"bad\.json: it is not valid JSON"):
        read_sidecar(tmp_path / "bad.json")
