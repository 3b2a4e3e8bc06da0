"""Tables with a row for each post and the column names of Danbooru's API."""

from __future__ import annotations

from pathlib import Path

import pytest

from dump_lines import api_record
from extras import needs
from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import find, parse_query
from nijigen.core.posts.sidecars import danbooru
from nijigen.core.run import Run
from nijigen.sources.dumps.flat_tables import FlatTables
from nijigen.sources.dumps.opening import open_dump

needs("duckdb")
POSTS = [
    Post(
        id=number,
        tags={"1girl": "general", **({"comic": "meta"} if number % 3 == 0 else {"aoi": "artist"})},
        rating="sensitive" if number % 2 else "explicit",
        score=number % 7 - 2,
        md5=f"{number:032x}" if number % 5 else None,
        created_at=1_600_000_000 + number,
    )
    for number in range(1, 31)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files; the second has a column more, and numbers that are floats because of gaps."""
    import pyarrow
    import pyarrow.parquet

    records = [api_record(post) for post in POSTS]
    names = sorted({name for one in records for name in one} - {"tags", "pools", "media_asset"})
    for part, more in enumerate(({}, {"pixel_hash": "0f"})):
        rows = [
            {**{name: one.get(name) for name in names}, **more, "score": float(one["score"])}
            for one in records[part::2]
        ]
        table = pyarrow.Table.from_pylist(rows)
        pyarrow.parquet.write_table(table, tmp_path / f"part-{part}.parquet")
    return tmp_path


@pytest.mark.parametrize(
    "text",
    ["1girl -comic rating:s score:>=2", "aoi order:score limit:4", "arttags:1 date:2020-09-13",
     "comic or score:<0", f"md5:{7:032x}", "id:<5"],
)  # fmt: skip
def test_finds_what_the_query_finds(folder: Path, text: str) -> None:
    dump, query = open_dump(folder), parse_query(text)
    assert isinstance(dump, FlatTables)
    known = [danbooru.read(api_record(post)) for post in POSTS]
    wanted = [(post.id, post.tags, post.rating, post.score, post.created_at, post.md5)
              for post in find(query, known)]  # fmt: skip
    assert wanted
    found = [(post.id, post.tags, post.rating, post.score, post.created_at, post.md5)
             for post in dump.posts(query, Run())]  # fmt: skip
    assert found == wanted


def test_what_a_table_says_besides_is_kept(folder: Path) -> None:
    (post,) = open_dump(folder).posts(parse_query("id:2"), Run())
    assert post.raw is not None
    assert post.raw["pixel_hash"] == "0f"


def test_half_a_file_is_one_line(folder: Path) -> None:
    dump = open_dump(folder)
    path = folder / "part-1.parquet"
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(InputError, match="cannot be read") as error:
        list(dump.posts(parse_query(""), Run()))
    assert "\n" not in error.value.message
