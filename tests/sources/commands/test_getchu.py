"""Pages in the form of getchu's, and folders in the form of the crawler's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from getchu_pages import Getchu, getchu_running

from nijigen.core.errors import InputError, NotFound, SourceError
from nijigen.core.run import Run
from nijigen.sources import read
from nijigen.sources._web import client
from nijigen.sources.commands.getchu import getchu


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Getchu]:
    monkeypatch.setenv("NIJIGEN_SOURCES", str(tmp_path))
    monkeypatch.setattr(client, "PAUSES", (0.01,))
    with getchu_running() as seen:
        (tmp_path / "sites.toml").write_text(seen.site)
        yield seen


def test_the_folder_is_that_of_the_crawler(server: Getchu, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    report = getchu("7", site="my_getchu", output=folder)
    assert report.result == {"products": 2, "pictures": 3}
    product = folder / "7" / "11"
    assert {path.name for path in product.iterdir()} == {
        ".complete", ".complete_pic", "soft.html", "data.json", "c11package.jpg", "c11chara1.jpg",
        "c11charab1.jpg",
    }  # fmt: skip
    data = json.loads((product / "data.json").read_text("utf-8"))
    assert data["product"]["painter"] == ["山田", "鈴木"]
    assert data["product"]["release_date"] == "2019/07/26"
    assert data["chara"]["葵（あおい）"]["chara_full_pic_name"] == "c11charab1.jpg"
    assert data["chara"]["Hana"]["chara_main_pic_link"] is None
    assert json.loads((folder / "7" / "id2name.json").read_text("utf-8"))["11"] == "夏の庭"
    assert all(agent.startswith("Nijigen/") for agent in server.agents)


def test_again_asks_for_nothing(server: Getchu, tmp_path: Path) -> None:
    getchu("7", site="my_getchu", output=tmp_path / "out")
    server.asked.clear()
    getchu("7", site="my_getchu", output=tmp_path / "out")
    assert server.asked == []


def test_what_is_missing_is_tried_again(server: Getchu, tmp_path: Path) -> None:
    server.missing = {"/brandnew/11/c11package.jpg", "/brandnew/11/c11chara1.jpg",
                      "/brandnew/11/c11chara1_s.jpg"}  # fmt: skip
    with pytest.raises(SourceError, match="11: my_getchu does not have that"):
        getchu("7", site="my_getchu", output=tmp_path / "out")
    server.missing = set()
    server.asked.clear()
    getchu("7", site="my_getchu", output=tmp_path / "out")
    assert server.asked == ["/brandnew/11/c11chara1.jpg", "/brandnew/11/c11charab1.jpg"]


def test_a_company_without_products(server: Getchu, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="company 8"):
        getchu("8", site="my_getchu", output=tmp_path / "out")


@pytest.mark.parametrize("company", ["", "../x", "七"])
def test_numbers_alone_are_companies(tmp_path: Path, company: str) -> None:
    with pytest.raises(InputError, match="not the number"):
        getchu(company, output=tmp_path)


def test_folders_of_both_spellings_are_read(tmp_path: Path) -> None:
    for number, prefix in (("1", ""), ("2", "chara_")):
        product = tmp_path / "7" / number
        product.mkdir(parents=True)
        entry = {f"{prefix}main_pic_name": "a.jpg", f"{prefix}main_pic_link": "http://x/a.jpg",
                 f"{prefix}full_pic_name": None, f"{prefix}full_pic_link": None}  # fmt: skip
        about = {"painter": ["somebody"], "release_date": "2001/2/3"}
        data = {"chara": {"Aoi Hana": entry}, "product": about}
        (product / "data.json").write_text(json.dumps(data))
    (tmp_path / "7" / "id2name.json").write_text('{"1": "One", "2": "Two"}')
    broken = tmp_path / "7" / "3"
    broken.mkdir()
    (broken / "data.json").write_text("{")
    run = Run()
    found = list(read(f"getchu:{tmp_path}", "", run=run))
    assert [post.id for post in found] == [1, 2]
    assert found[0].of("character") == ("aoi_hana",)
    assert found[1].of("copyright") == ("two",)
    assert found[0].raw is not None
    assert found[0].raw["file"] == "a.jpg"
    assert any("data.json" in note.text for note in run.notes)
    assert [post.id for post in read(f"getchu:{tmp_path}", "two")] == [2]
