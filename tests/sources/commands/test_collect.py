"""Files of listed posts, fetched into the library."""

from __future__ import annotations

from pathlib import Path

import pytest
from booru import Booru

from nijigen.core.errors import InputError, NotFound, SourceError
from nijigen.library import Library
from nijigen.sources.commands.collect import collect
from nijigen.sources.posts import posts


@pytest.fixture
def listed(booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Four posts, of which one is banned."""
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "home"))
    booru.fill(4)
    lines = posts("my_behoimi", "").content.decode().splitlines(keepends=True)
    lines[1] = lines[1].replace("file_url", "source")
    return "".join(lines)


def test_they_arrive_once_and_are_in_the_library(booru: Booru, tmp_path: Path, listed: str) -> None:
    report = collect(listed, quick=True)
    assert report.result == {"files": 3, "here": 0, "without_file": 1, "added": 3}
    with Library() as library:
        assert len(library.tags.find("1girl")) == 3
    assert len(list((tmp_path / "sources" / "pictures").glob("my_behoimi_*.png"))) == 3
    booru.asked.clear()
    assert collect(listed, quick=True).result["here"] == 3
    assert booru.asked == []


def test_what_fails_is_named_and_the_rest_is_there(
    booru: Booru, tmp_path: Path, listed: str
) -> None:
    booru.faults["no_file"] = 1
    with pytest.raises(SourceError, match="1 of 4 files could not be had: post 4"):
        collect(listed, quick=True, output=tmp_path / "out")
    with Library() as library:
        assert len(library.tags.find("1girl")) == 2


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ('{"site": "danbooru", "id": 1}\n{', InputError, "line 2: these are not posts"),
        ('{"site": "nowhere", "id": 1}', NotFound, "no site 'nowhere'"),
        ('{"site": "getchu", "id": 1}', NotFound, "getchu has no tags"),
    ],
)
def test_a_wrong_list_is_one_line(text: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        collect.plan({"posts": text}, {})
