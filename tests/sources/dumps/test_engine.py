"""DuckDB does no more than what a dump needs, and nothing that a query says is run as SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from dump_lines import record, write_lines
from extras import needs
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import parse_query
from nijigen.core.run import Run
from nijigen.sources.dumps.engine import connect
from nijigen.sources.dumps.json_lines import JsonLines
from nijigen.sources.dumps.opening import open_dump

needs("duckdb")

EXTENSIONS = ("autoinstall_known_extensions", "autoload_known_extensions",
              "allow_community_extensions")  # fmt: skip


def test_extensions_are_neither_installed_nor_loaded(tmp_path: Path) -> None:
    with connect(tmp_path) as base:
        for name in EXTENSIONS:
            assert base.execute(f"SELECT current_setting('{name}')").fetchone() == (False,)
        for statement in ("INSTALL httpfs", "LOAD httpfs", "FROM read_csv('https://localhost/a')"):
            with pytest.raises(Exception, match=r"(?i)disabled|not allowed|permission"):
                base.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["SET enable_external_access = true", "SET lock_configuration = false", "SET threads = 1",
     "SET autoload_known_extensions = true", "SET allowed_directories = ['/']"],
)  # fmt: skip
def test_no_statement_changes_that(tmp_path: Path, statement: str) -> None:
    import duckdb

    with connect(tmp_path) as base, pytest.raises(duckdb.Error):
        base.execute(statement)


def test_it_reads_and_writes_in_its_folders_only(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "in").mkdir()
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    (tmp_path / "in" / "b.csv").write_text("a\n2\n")
    with connect(tmp_path / "in") as base:
        assert base.execute(f"FROM read_csv('{tmp_path}/in/b.csv')").fetchall() == [(2,)]
        for statement in (f"FROM read_csv('{secret}')", f"COPY (SELECT 1) TO '{tmp_path}/new.csv'"):
            with pytest.raises(duckdb.PermissionException):
                base.execute(statement)
    assert not (tmp_path / "new.csv").exists()


def test_what_a_query_says_is_bound(tmp_path: Path) -> None:
    """Quotes and statements in tags are tags."""
    name = "o'clock';--"
    posts = [Post(id=1, tags=[name]), Post(id=2, tags=["solo"])]
    write_lines(tmp_path / "metadata" / "posts.json", map(record, posts))
    dump = open_dump(tmp_path)
    assert isinstance(dump, JsonLines)
    assert [post.id for post in dump.posts(parse_query(name), Run())] == [1]
    assert [post.id for post in dump.posts(parse_query("x'/**/or/**/1=1"), Run())] == []
