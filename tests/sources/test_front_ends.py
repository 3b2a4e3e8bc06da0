"""The same from the command line and over HTTP."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from booru import Booru

from nijigen.api.config import Config
from nijigen.cli.main import main
from pictures import drawing

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))


def test_command_line(booru: Booru, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    booru.fill(6)
    assert main(["sources", "posts", "my_danbooru", "cat"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [post["id"] for post in found] == [6, 3]
    table = tmp_path / "posts.csv"
    assert main(["sources", "posts", "my_danbooru", "cat", "-o", str(table)]) == 0
    assert table.read_text().startswith("site,id,rating")
    folder = tmp_path / "out"
    assert main(["sources", "download", "my_danbooru", "cat", "--output", str(folder)]) == 0
    assert len(list(folder.glob("*.png"))) == 2
    drawing().save(tmp_path / "a.png")
    assert main(["sources", "identify", str(tmp_path / "a.png")]) == 2
    assert "--send" in capsys.readouterr().err


def test_faults_have_their_own_exit_code(
    booru: Booru, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "posts.jsonl"
    table.write_text("old\n")
    booru.fill(3)
    booru.faults["refuse"] = 9
    arguments = ["sources", "posts", "my_danbooru", "", "-o", str(table), "--overwrite"]
    assert main(arguments) == 5
    assert table.read_text() == "old\n"
    assert capsys.readouterr().err.count("\n") == 2


def test_http(booru: Booru, tmp_path: Path) -> None:
    from serving import serving

    booru.fill(6)
    given = {"source": "my_danbooru", "query": "cat"}
    config = Config(data=tmp_path / "data", port=0, scopes=frozenset({"network"}))
    with serving(config) as client:
        answer = client.post("/api/operations/sources.posts", data=given)
        assert answer.status_code == 200, answer.text
        assert [json.loads(line)["id"] for line in answer.text.splitlines()] == [6, 3]
        assert answer.headers["Content-Type"].startswith("application/x-ndjson")
        given["source"] = f"dump:{tmp_path}"
        assert client.post("/api/operations/sources.posts", data=given).status_code in (403, 422)
    with serving(Config(data=tmp_path / "other", port=0)) as client:
        given["source"] = "my_danbooru"
        refused = client.post("/api/operations/sources.posts", data=given)
        assert refused.status_code in (403, 409, 428)
        assert "confirmed" in refused.text


def test_previews_are_fetched_by_the_server(booru: Booru, tmp_path: Path) -> None:
    from serving import serving

    booru.fill(6)
    asked = {"source": "my_behoimi", "query": "cat"}
    config = Config(data=tmp_path / "data", port=0, scopes=frozenset({"network"}))
    with serving(config) as client:
        found = client.post("/api/sources/search", json=asked).json()
        assert [one["post"]["id"] for one in found["posts"]] == [6, 3]
        assert found["posts"][0]["page"] == f"{booru.address}/post/show/6"
        assert "preview_url" not in json.dumps(found)
        key = found["posts"][0]["key"]
        preview = client.get(f"/api/sources/previews/{key}")
        assert preview.headers["Content-Type"] == "image/webp"
        assert preview.content[8:12] == b"WEBP"
        copy = client.post(f"/api/sources/posts/{key}/copy")
        assert (copy.status_code, copy.json()["width"]) == (201, 4)
        assert client.get("/api/sources/previews/unknown").status_code == 404
        # An address that the site names is followed only to its own hosts.
        evil = {"preview_url": "http://169.254.169.254/latest"}
        booru.more |= evil
        key = client.post("/api/sources/search", json=asked).json()["posts"][0]["key"]
        assert client.get(f"/api/sources/previews/{key}").status_code == 502
        wrong = client.post("/api/sources/search", json={**asked, "query": "width:wide"})
        assert wrong.status_code == 422
    with serving(Config(data=tmp_path / "other", port=0)) as client:
        booru.asked.clear()
        assert client.post("/api/sources/search", json=asked).status_code in (403, 409, 428)
        assert booru.asked == []
