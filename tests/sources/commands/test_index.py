from __future__ import annotations

from pathlib import Path

import pytest

from dump_lines import record, write_lines
from extras import needs
from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.sources.commands.index import index

needs("duckdb")


def test_says_what_it_will_do_and_does_it_once(tmp_path: Path) -> None:
    write_lines(tmp_path / "posts.json", [record(Post(id=1, tags=["a"]))])
    planned = index.plan({"source": f"dump:{tmp_path}"}, {})
    assert planned.changes == ("index posts.json from 0 to 0 MB",)
    assert not (tmp_path / "nijigen-index").exists()
    assert index(f"dump:{tmp_path}").result == {
        "parts": 1,
        "folder": str(tmp_path / "nijigen-index"),
    }
    assert index(f"dump:{tmp_path}").changes == ()


def test_takes_dumps_only(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the name of a dump"):
        index("danbooru")
