"""HakuBooru's tables: renumbered types and ratings are put right."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extras import needs
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import find, parse_query
from nijigen.core.run import Run
from nijigen.sources.dumps.opening import open_dump
from nijigen.sources.dumps.tables import TABLES, TYPES, Parquet, Sqlite

needs("duckdb")
RATINGS = ("general", "sensitive", "questionable", "explicit")
TAGS = {"1girl": 0, "someone": 1, "reimu": 2, "touhou": 3, "highres": 4, "solo": 0}
QUERIES = (
    "1girl", "-solo order:score", "chartags:1 copytags:0", "rating:s,q", "reimu score:>=4",
    "*ou*", "source:PIXIV.net", "date:2023-01-02", "status:deleted", "pool:none id:<4",
    "parent:3", "order:gentags,id_asc", "order:random limit:3", "width:>1000 or filetype:png",
)  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    posts, pairs = [], []
    for number in range(1, 9):
        posts.append(
            {
                "id": number, "created_at": f"2023-01-0{number}T10:00:00.000-05:00",
                "uploader_id": 1, "source": "https://www.pixiv.net/1" if number % 2 else "",
                "md5": f"{number:032x}", "parent_id": 3 if number == 5 else None,
                "has_children": number == 3, "is_deleted": number == 6, "image_width": 200 * number,
                "image_height": 500, "file_size": 1000, "file_ext": "png" if number < 3 else "jpg",
                "rating": number % 4, "score": number, "fav_count": 2 * number, "file_url": None,
            }
        )  # fmt: skip
        pairs += [(number, tag) for tag in range(1, 7) if (number + tag) % 3]
    return {
        "post": posts,
        "tag": [
            {"id": n, "name": name, "type": kind, "popularity": 1}
            for n, (name, kind) in enumerate(TAGS.items(), 1)
        ],
        "posttagrelation": [
            {"id": n, "post_id": post, "tag_id": tag} for n, (post, tag) in enumerate(pairs)
        ],
    }


@pytest.fixture(params=[Sqlite, Parquet])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    tables = rows()
    if request.param is Parquet:
        pyarrow = needs("pyarrow")
        needs("pyarrow.parquet")
        for name in TABLES:
            made = pyarrow.Table.from_pylist(tables[name])
            pyarrow.parquet.write_table(made, tmp_path / f"{name}.parquet")
    else:
        base = sqlite3.connect(tmp_path / "danbooru2023.db")
        for name, entries in tables.items():
            columns = list(entries[0])
            base.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            values = [tuple(entry.values()) for entry in entries]
            base.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
        base.commit()
        base.close()
    assert isinstance(open_dump(tmp_path), request.param)
    return tmp_path


def posts(folder: Path, text: str) -> list[Post]:
    return list(open_dump(folder).posts(parse_query(text), Run()))


def test_numbers_are_put_right(folder: Path) -> None:
    (post,) = posts(folder, "id:1")
    assert post.tags == {
        "1girl": "general", "solo": "general", "reimu": "character", "touhou": "copyright",
    }  # fmt: skip
    (other,) = posts(folder, "id:2")
    assert (other.tags["someone"], other.tags["highres"]) == ("artist", "meta")
    assert [one.rating for one in posts(folder, "order:id_asc limit:4")] == [
        RATINGS[number % 4] for number in range(1, 5)
    ]
    assert post.created_at == datetime(2023, 1, 1, 15, tzinfo=UTC)
    assert post.raw is not None
    assert post.raw["uploader_id"] == 1
    assert TYPES[2:4] == ("character", "copyright")


@pytest.mark.parametrize("text", QUERIES)
def test_finds_what_the_query_finds(folder: Path, text: str) -> None:
    known = posts(folder, "")
    assert len(known) == 8
    query = parse_query(text)
    found = posts(folder, text)
    assert found == find(query, known)
    assert found or "copytags:0" in text


def test_half_a_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + bytes(50))
    (tmp_path / "b.sqlite").write_bytes(b"nothing")
    assert Sqlite.find(tmp_path) is None
