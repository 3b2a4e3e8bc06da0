"""Files of a site that answers like Danbooru and the others."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from booru import LIMITS, Booru, picture

from nijigen.core.errors import SourceError
from nijigen.core.posts.sidecars.files import read_sidecar
from nijigen.library import Library
from nijigen.library.commands.add import add
from nijigen.sources._web import client
from nijigen.sources.commands.download import download


def fetched(folder: Path, api: str = "behoimi", query: str = "", **settings: Any) -> Any:
    given = {"count": 1000, "rating": "explicit", **settings}
    return download(f"my_{api}", query, output=folder, **given).result


def numbers(folder: Path) -> list[int]:
    return sorted(int(path.name.split("_")[-2]) for path in folder.glob("*.png"))


@pytest.mark.parametrize("api", list(LIMITS))
def test_files_and_sidecars_arrive(booru: Booru, tmp_path: Path, api: str) -> None:
    booru.fill(12)
    assert fetched(tmp_path / "out", api)["files"] == 12
    for number in range(1, 13):
        md5 = hashlib.md5(picture(number)).hexdigest()
        path = tmp_path / "out" / f"my_{api}_{number}_{md5}.png"
        assert path.read_bytes() == picture(number)
        post = read_sidecar(path.with_name(f"{path.name}.json"))
        assert (post.id, post.md5, post.site) == (number, md5, f"my_{api}")
        assert "1girl" in post.tags
    assert booru.most_open == 1


def test_a_dry_run_asks_nobody(booru: Booru, tmp_path: Path) -> None:
    inputs = {"site": "my_danbooru", "query": "cat"}
    report = download.plan(inputs, {"output": tmp_path / "out"})
    assert "newest 100 posts of my_danbooru" in report.changes[0]
    assert not booru.asked
    assert not (tmp_path / "out").exists()


def test_the_same_again_fetches_only_what_is_new(booru: Booru, tmp_path: Path) -> None:
    booru.fill(20)
    fetched(tmp_path, count=8)
    assert numbers(tmp_path) == list(range(13, 21))
    booru.fill(23)
    booru.asked.clear()
    assert fetched(tmp_path, count=11) == {
        "files": 3, "here": 0, "known": 0, "without_file": 0
    }  # fmt: skip
    assert numbers(tmp_path) == list(range(13, 24))
    assert sum("/data/" in path for path, _ in booru.asked) == 3
    assert fetched(tmp_path)["files"] == 12
    assert numbers(tmp_path) == list(range(1, 24))
    spans = json.loads((tmp_path / ".nijigen-download.json").read_text())["searches"]
    assert [one["spans"] for one in spans.values()] == [[{"low": 1, "high": 23, "matching": 23}]]


def test_new_posts_during_an_interruption_leave_no_gap(booru: Booru, tmp_path: Path) -> None:
    booru.fill(30)
    fetched(tmp_path, count=5)
    booru.fill(60)
    fetched(tmp_path, count=10)
    assert numbers(tmp_path) == [*range(26, 31), *range(51, 61)]
    fetched(tmp_path, count=40)
    assert numbers(tmp_path) == list(range(21, 61))


def test_what_fails_is_tried_again(
    booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    booru.fill(6)
    booru.faults["wrong_file"] = 3
    with pytest.raises(SourceError, match=r"1 file could not be had: post 6: .*MD5"):
        fetched(tmp_path)
    assert numbers(tmp_path) == [1, 2, 3, 4, 5]
    assert fetched(tmp_path)["files"] == 1
    assert numbers(tmp_path) == [1, 2, 3, 4, 5, 6]


def test_cut_files_and_missing_ones(booru: Booru, tmp_path: Path) -> None:
    booru.fill(4)
    booru.faults |= {"cut_file": 2, "no_file": 1}
    with pytest.raises(SourceError, match="1 file"):
        fetched(tmp_path)
    assert len(numbers(tmp_path)) == 3
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_redirects_lead_nowhere_else(booru: Booru, tmp_path: Path) -> None:
    booru.fill(3)
    for address in ("http://127.0.0.1:1/x.png", "http://localhost/x.png", "file:///etc/passwd",
                    "http://169.254.169.254/latest", "https://example.org/x.png"):  # fmt: skip
        booru.redirect = address
        with pytest.raises(SourceError, match="could not be had"):
            fetched(tmp_path)
        assert numbers(tmp_path) == []


def test_names_are_never_from_an_answer(booru: Booru, tmp_path: Path) -> None:
    booru.fill(2)
    evil = {"filetype": "php", "file_url": f"{booru.address}/data/../../1.php"}
    booru.posts[1] = booru.posts[1].model_copy(update=evil)
    with pytest.raises(SourceError, match="php"):
        fetched(tmp_path / "out")
    assert {path.name[:13] for path in (tmp_path / "out").glob("my*")} == {"my_behoimi_2_"}


def test_what_the_library_has_is_left_out(
    booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "home"))
    booru.fill(3)
    fetched(tmp_path / "one", count=2)
    add([tmp_path / "one"], quick=True)
    with Library() as known:
        assert len(known.tags.find("1girl")) == 2
    found = fetched(tmp_path / "two", skip_known=True)
    assert (found["files"], found["known"]) == (1, 2)


def test_the_speed_is_limited(booru: Booru, tmp_path: Path) -> None:
    import time

    booru.fill(20)
    start = time.monotonic()
    fetched(tmp_path, speed=1)
    size = sum(path.stat().st_size for path in tmp_path.glob("*.png"))
    assert time.monotonic() - start > size / 1000


def test_a_site_that_is_down_ends_it(
    booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TRIES", 1)
    booru.fill(50)
    for number in booru.posts:
        address = "http://127.0.0.1:1/1.png"
        booru.posts[number] = booru.posts[number].model_copy(update={"file_url": address})
    with pytest.raises(SourceError):
        fetched(tmp_path)
    assert len(json.loads((tmp_path / ".nijigen-download.json").read_text())["searches"]) == 1
