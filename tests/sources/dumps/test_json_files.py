"""A file of JSON for each picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dump_lines import api_record
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import parse_query
from nijigen.core.run import Run
from nijigen.sources.dumps.json_files import JsonFiles
from nijigen.sources.dumps.opening import open_dump


@pytest.mark.parametrize("name", ["images/{md5:.2}/{md5}-danbooru.json", "{bucket}/{id}.json"])
def test_finds_what_the_query_finds(tmp_path: Path, name: str) -> None:
    for number in range(1, 7):
        md5 = f"{number:02x}" * 16
        post = Post(id=number, md5=md5, tags={"1girl": "general"}, score=number, rating="general")
        path = tmp_path / name.format(md5=md5, id=number, bucket=number // 3)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(api_record(post)))
    dump = open_dump(tmp_path)
    assert isinstance(dump, JsonFiles)
    broken = max(tmp_path.rglob("*.json"))
    whole = json.loads(broken.read_text())["id"]
    broken.write_text(broken.read_text()[:40])
    run = Run()
    found = [post.id for post in dump.posts(parse_query("1girl score:>=2"), run)]
    assert found == [number for number in range(6, 1, -1) if number != whole]
    assert len(run.notes) == 1
    assert broken.name in run.notes[0].text
