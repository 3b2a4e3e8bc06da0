"""Posts of every kind of software, read from a server that answers like it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from booru import LIMITS, Booru
from registering import register

from nijigen import sources
from nijigen.core.errors import (
    InputError,
    LoginRequired,
    QueryError,
    RateLimited,
    SiteChanged,
    SourceError,
)
from nijigen.core.posts.post import Post
from nijigen.core.run import Run
from nijigen.sources._reading.tables import Format
from nijigen.sources._web import client
from nijigen.sources.posts import posts

APIS = list(LIMITS)
PASSING = ("busy", "error", "cut", "slow")
# Each read of danbooru, moebooru and gelbooru_02 starts gallery-dl, which takes a third of a
# second; what does not depend on it is asked of the two others.


def read(api: str, query: str = "", **settings: Any) -> list[dict[str, Any]]:
    made = posts(f"my_{api}", query, **{"count": 1000, "rating": "explicit", **settings})
    return [json.loads(line) for line in made.content.splitlines()]


@pytest.mark.parametrize("api", APIS)
def test_all_posts_arrive_once_over_pages_and_passing_faults(
    booru: Booru, api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(tmp_path, monkeypatch, booru, 'user = "me"\nkey = "secret"')
    booru.key = ("me", "secret")
    count = LIMITS[api] + 20
    booru.fill(count)
    booru.faults |= dict.fromkeys(PASSING, 1)
    booru.retry_after = "0"
    found = read(api)
    assert [post["id"] for post in found] == list(range(count, 0, -1))
    assert {post["site"] for post in found} == {f"my_{api}"}
    assert not any(booru.faults[fault] for fault in PASSING)
    assert booru.most_open == 1
    for _, headers in booru.asked:
        assert headers["User-Agent"].startswith("Nijigen/")


@pytest.mark.parametrize("api", APIS)
def test_the_query_is_that_of_the_library(booru: Booru, api: str) -> None:
    booru.fill(60)
    query = "cat -artist_3 score:>=10 width:4 favcount:none"
    found = read(api, query, rating="general")
    wanted = [n for n in range(60, 0, -1) if n % 3 == 0 and n % 7 != 3 and n % 50 >= 10 and n % 10]
    assert [post["id"] for post in found] == wanted
    assert {post["rating"] for post in found} == {"general"}
    assert "cat" in booru.asked[0][0]


@pytest.mark.parametrize("api", APIS)
def test_optional_tags_and_blacklist(booru: Booru, api: str) -> None:
    booru.fill(40)
    found = read(api, "~artist_1 ~artist_2", blacklist="cat or artist_2 score:<5")
    wanted = [n for n in range(40, 0, -1)
              if n % 7 in (1, 2) and n % 3 and not (n % 7 == 2 and n % 50 < 5)]  # fmt: skip
    assert [post["id"] for post in found] == wanted


@pytest.mark.parametrize("api", ["moebooru", "gelbooru"])
def test_a_part_is_asked_for_no_longer_than_needed(booru: Booru, api: str) -> None:
    booru.fill(300)
    assert [post["id"] for post in read(api, count=3)] == [300, 299, 298]
    assert len(booru.asked) == 1


def test_posts_are_read_as_they_arrive(booru: Booru) -> None:
    booru.fill(450)
    found = sources.read("my_danbooru", "", count=450, rating="explicit")
    assert [next(found).id for _ in range(50)] == list(range(450, 400, -1))
    # gallery-dl may have asked for the next page while it wrote the first.
    assert len(booru.asked) <= 2
    found.close()  # type: ignore[attr-defined]


def test_posts_since_a_date_end_the_reading(booru: Booru) -> None:
    booru.fill(500)
    since = "2023-11-15T06:30"
    found = read("behoimi", since=since)
    assert found
    assert all(post["created_at"] >= since for post in found)
    assert len(found) < 100
    assert len(booru.asked) == 1


@pytest.mark.parametrize(
    ("api", "fault", "kind"),
    [
        ("danbooru", "refuse", SourceError),
        ("moebooru", "busy", RateLimited),
        ("moebooru", "html", SiteChanged),
        ("gelbooru_02", "html", SiteChanged),
        ("gelbooru", "error", SourceError),
        ("gelbooru", "html", SiteChanged),
        ("behoimi", "refuse", SourceError),
        ("behoimi", "busy", RateLimited),
    ],
)
def test_lasting_faults_are_one_line(
    booru: Booru, api: str, fault: str, kind: type[SourceError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TRIES", 1)
    booru.fill(20)
    booru.faults[fault] = 100
    with pytest.raises(kind) as error:
        read(api)
    assert f"my_{api}" in error.value.message
    assert "\n" not in error.value.message
    assert error.value.hint


@pytest.mark.parametrize("api", ["moebooru", "gelbooru"])
def test_a_site_that_repeats_itself_is_not_asked_for_ever(booru: Booru, api: str) -> None:
    booru.fill(130)
    booru.is_stuck = True
    with pytest.raises(SiteChanged, match="again and again"):
        read(api)


def test_retry_after_is_obeyed(booru: Booru, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(client, "wait", lambda seconds, run: waited.append(seconds))
    booru.fill(5)
    booru.faults["busy"] = 2
    read("behoimi")
    assert waited == [1.0, 1.0]


def test_banned_posts_have_no_file_and_ugoira_keep_their_delays(booru: Booru) -> None:
    booru.fill(5)
    booru.banned.add(3)
    data = {"filetype": "zip", "file_url": f"{booru.address}/data/5.zip"}
    booru.posts[5] = booru.posts[5].model_copy(update=data)
    found = {post["id"]: post for post in read("danbooru", raw=True)}
    assert len(found) == 5
    assert "file_url" not in found[3]
    assert found[4]["file_url"]
    assert found[5]["file_url"].endswith("5.zip")
    assert [frame["delay"] for frame in found[5]["raw"]["frames"]] == [100, 120]


def test_a_broken_post_is_left_out_and_named(booru: Booru) -> None:
    booru.fill(5)
    booru.posts[3] = booru.posts[3].model_construct(**{**dict(booru.posts[3]), "score": "many"})
    run = Run()
    made = posts("my_behoimi", "", rating="explicit", run=run)
    assert [json.loads(line)["id"] for line in made.content.splitlines()] == [5, 4, 2, 1]
    assert any("post 3" in note.text for note in run.notes)


def test_tables(booru: Booru) -> None:
    booru.fill(3)
    made = posts("my_behoimi", "", format="csv", rating="explicit")
    rows = list(csv.DictReader(io.StringIO(made.content.decode())))
    assert [row["id"] for row in rows] == ["3", "2", "1"]
    assert rows[0]["tags"] == "1girl artist_3 cat"
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    table = posts("my_behoimi", "", format="parquet", rating="explicit")
    assert pyarrow.parquet.read_table(io.BytesIO(table.content))["id"].to_pylist() == [3, 2, 1]


def test_json_lines_are_read_back_as_they_were(booru: Booru) -> None:
    booru.fill(12)
    booru.more = {"source": 'a line\nand "quotes"\u2028'}
    read_first = list(sources.read("my_behoimi", "", rating="explicit"))
    made = posts("my_behoimi", "", rating="explicit", raw=True)
    lines = made.content.decode().split("\n")
    assert [Post.from_json(line) for line in lines[:-1]] == read_first
    assert lines[-1] == ""
    assert all(post.raw for post in read_first)


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_a_site_that_ends_in_the_middle_leaves_the_old_file(
    booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: Format
) -> None:
    monkeypatch.setattr(client, "TRIES", 1)
    path = tmp_path / f"posts.{format}"
    path.write_text("old")
    booru.fill(250)
    made = posts("my_behoimi", "", count=250, rating="explicit", format=format)
    arrived = 0

    def stopped(run: Run, fraction: float) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == 120:
            booru.faults["html"] = 1

    monkeypatch.setattr(Run, "progress", stopped)
    with pytest.raises(SiteChanged):
        made.save(path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.glob("*posts*")] == [path.name]
    assert not list(tmp_path.glob(".nijigen-*"))
    assert arrived >= 120


def test_other_orders_are_refused(booru: Booru) -> None:
    with pytest.raises(QueryError, match="newest"):
        read("danbooru", "order:score")


def test_without_gallery_dl_one_line_names_the_extra(
    booru: Booru, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError) as error:
        read("danbooru")
    assert error.value.hint == 'pip install "nijigen[sources]"'


def test_a_wrong_key_is_said(booru: Booru) -> None:
    booru.fill(2)
    booru.key = ("me", "secret")
    for api in ("danbooru", "gelbooru"):
        with pytest.raises(LoginRequired, match="key"):
            read(api)


def test_who_finds_nothing_is_told_of_the_rating(booru: Booru) -> None:
    booru.fill(10, rating="explicit")

    def told(**settings: Any) -> list[str]:
        run = Run()
        posts("my_behoimi", "", run=run, **settings).content  # noqa: B018
        return [note.text for note in run.notes]

    assert told() == ["nothing was found among posts rated up to general: see the setting rating"]
    assert told(rating="explicit") == []
    booru.fill(3)
    assert told(count=3) == []
    assert told() == ["only posts rated up to general were let through: see the setting rating"]
