"""Dumps of lines: the same posts as by hand, with and without an index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dump_lines import api_record, record, write_lines
from extras import needs
from made_posts import NOW, lists
from made_queries import orders, trees
from nijigen.core.errors import NotFound
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import find, parse_query
from nijigen.core.posts.query.nodes import Node, Order, Query
from nijigen.core.posts.sidecars import danbooru
from nijigen.core.run import Run
from nijigen.sources.commands.index import index
from nijigen.sources.dumps import blocks
from nijigen.sources.dumps import index as indexes
from nijigen.sources.dumps.json_lines import JsonLines
from nijigen.sources.dumps.opening import open_dump

needs("duckdb")


def found(folder: Path, text: str, run: Run | None = None) -> list[int | None]:
    return [post.id for post in open_dump(folder).posts(parse_query(text), run or Run())]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    posts = [
        Post(id=number, tags=["1girl", "solo", *(["comic"] if number % 3 == 0 else [])],
             rating="general" if number % 2 else "explicit", score=number)
        for number in range(1, 41)
    ]  # fmt: skip
    write_lines(tmp_path / "metadata" / "posts.json", map(record, posts))
    return tmp_path


# To shrink a failure takes minutes, since each step writes and reads a dump.
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    lists,
    st.sampled_from([record, api_record]),
    st.lists(st.tuples(trees, orders), min_size=3, max_size=8),
)
def test_finds_what_the_query_finds(
    posts: list[Post], form: object, asked: list[tuple[Node, tuple[Order, ...]]]
) -> None:
    assert callable(form)
    records = [form(post) for post in posts]
    known = [danbooru.read(one) for one in records]
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time", lambda: NOW)
        folder = Path(place)
        write_lines(folder / "posts.json", records)
        dump = JsonLines(folder, [folder / "posts.json"])
        queries = [Query(root, order) for root, order in asked]
        expected = [find(query, known, now=NOW) for query in queries]
        assert [list(dump.posts(query, Run())) for query in queries] == expected
        indexes.write_part(folder, dump.files, 0, 0, Run())
        assert indexes.parts(folder, dump.files)
        assert [list(dump.posts(query, Run())) for query in queries] == expected


def test_the_usual_question(folder: Path) -> None:
    assert found(folder, "1girl solo -comic rating:g score:>=20 limit:3") == [37, 35, 31]


def test_raw_is_what_the_line_says(folder: Path) -> None:
    post = next(iter(open_dump(folder).posts(parse_query("id:7"), Run())))
    assert post.raw == json.loads((folder / "metadata/posts.json").read_text().splitlines()[6])
    assert (post.site, post.site_rating, post.rating) == ("danbooru", "safe", "general")
    assert post.tags == {"1girl": "general", "solo": "general"}


@pytest.mark.parametrize("size", [64, 300, 1000, 5000])
@pytest.mark.parametrize("ending", ["\n", ""])
def test_blocks_are_the_lines(
    folder: Path, size: int, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BYTES", size)
    path = folder / "metadata/posts.json"
    path.write_bytes(path.read_bytes().rstrip(b"\n") + ending.encode())
    lines = path.read_bytes().splitlines()
    read = list(blocks.read_blocks(path))
    assert [line.as_py().strip().encode() for block in read for line in block.lines] == lines
    assert [block.first for block in read] == [
        1 + sum(len(before.starts) for before in read[:number]) for number in range(len(read))
    ]
    with path.open("rb") as file:
        starts = [int(start) for block in read for start in block.starts]
        assert [blocks.read_line(file, start).strip() for start in starts] == lines


@pytest.mark.parametrize("size", [1, 17, 500, 1000, 4000])
def test_ranges_share_the_lines(folder: Path, size: int) -> None:
    path = folder / "metadata/posts.json"
    length = path.stat().st_size
    read = [
        int(at)
        for start in range(0, length, size)
        for block in blocks.read_blocks(path, start, start + size)
        for at in block.starts
    ]
    assert read == [int(at) for block in blocks.read_blocks(path) for at in block.starts]


def test_broken_lines_are_named_and_the_rest_goes_on(folder: Path) -> None:
    path = folder / "metadata/posts.json"
    good = path.read_text().splitlines()
    bad = [
        good[0][:-30],
        "no JSON",
        "3",
        '{"id": {"a": 1}, "tags": [{"name": "1girl"}]}',
        '{"id": "x1", "tags": [{"name": "1girl"}]}',
        '{"id": "90", "score": "many", "tags": [{"name": "1girl", "category": "0"}]}',
        '{"id": "91", "tags": "none"}',
        b'{"id": "92", "source": "\xff"}'.decode(errors="surrogateescape"),
    ]
    write_lines(path, [*good[:5], *bad, *good[5:]])
    for _ in range(2):
        run = Run()
        assert found(folder, "id:>0", run) == [91, *range(40, 0, -1)]
        notes = [note.text for note in run.notes]
        assert any("'many' is not a whole number" in note for note in notes)
        assert all("compare the file with its release" in note for note in notes)
        index.apply({"source": f"dump:{folder}"}, {}, indexing := Run())
        assert len(indexing.notes) in (0, 6)
    assert len(notes) == 1
    (folder / "nijigen-index" / "index.json").unlink()
    run = Run()
    assert found(folder, "solo -comic id:<5", run) == [4, 2, 1]
    assert any(note.text.startswith("line 6 of posts.json was") for note in run.notes)
    found(folder, "id:>0", run := Run())
    assert [n.text.split(" was")[0] for n in run.notes if n.text.startswith("line")] == [
        f"line {number} of posts.json" for number in (6, 7, 8, 9, 10, 13)
    ]


def test_times_are_in_utc_wherever_this_machine_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    made = Post(id=1, tags=["a"])
    times = ["2020-01-01 00:30:00 UTC", "2020-01-01T00:30:00", "2019-12-31T19:30:00-05:00"]
    write_lines(folder / "metadata/posts.json", [record(made, created_at=t) for t in times])
    assert found(folder, "date:2020-01-01") == [1, 1, 1]


def test_an_index_is_written_once_and_resumed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "PART_BYTES", 3000)
    source = {"source": f"dump:{folder}"}
    planned = index.plan(source, {}).changes
    assert len(planned) > 4
    dump = open_dump(folder)
    assert isinstance(dump, JsonLines)
    written = indexes.missing(folder, dump.files)
    for file, start in (written[2], written[0]):
        indexes.write_part(folder, dump.files, file, start, Run())
    assert indexes.parts(folder, dump.files) is None
    expected = found(folder, "solo -comic order:score")
    assert len(index.plan(source, {}).changes) == len(planned) - 2
    assert index(f"dump:{folder}").result["parts"] == len(planned)
    assert index.plan(source, {}).changes == ()
    run = Run()
    assert found(folder, "solo -comic order:score", run) == expected
    assert not run.notes
    assert not [name for name in os.listdir(folder / "nijigen-index") if ".part." in name]


def test_an_index_of_other_files_is_not_used(folder: Path) -> None:
    index(f"dump:{folder}")
    path = folder / "metadata/posts.json"
    write_lines(path, path.read_text().splitlines()[:10])
    run = Run()
    assert found(folder, "1girl", run) == list(range(10, 0, -1))
    assert "nijigen sources index" in run.notes[0].text
    index(f"dump:{folder}")
    assert found(folder, "1girl") == list(range(10, 0, -1))


def test_a_folder_with_a_name_that_looks_like_a_pattern(folder: Path) -> None:
    other = folder.parent / "du[m]p* '1'"
    folder.rename(other)
    index(f"dump:{other}")
    assert found(other, "id:3..4") == [4, 3]


def test_several_files_without_endings(tmp_path: Path) -> None:
    for number in range(3):
        posts = [Post(id=10 * number + n, tags=["a"]) for n in range(1, 4)]
        write_lines(tmp_path / "metadata" / f"202000000000000{number}", map(record, posts))
    write_lines(tmp_path / "metadata" / "tags.json", [{"id": "1", "name": "a", "category": "0"}])
    assert found(tmp_path, "a order:id_asc") == [1, 2, 3, 11, 12, 13, 21, 22, 23]


def test_no_dump(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NotFound):
            open_dump(folder)


def test_pandas_is_not_imported(folder: Path) -> None:
    """pyarrow would, where it is installed; that takes as long as to search 80,000 lines."""
    code = (
        "import sys; from nijigen.sources import read;"
        f" print(len(list(read('dump:{folder}', '1girl'))), 'pandas' in sys.modules)"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said.split() == ["20", "False"]
