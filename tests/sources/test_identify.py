"""PicImageSearch asks a server whose pages have the form of the engines' own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from engines import Engines, engines_running, opened

from nijigen import Picture
from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.sources._engines.answer import Answers
from nijigen.sources.identify import identify
from pictures import drawing

pytest.importorskip("PicImageSearch", reason="needs the extra identify")
HOSTS = {
    "iqdb": "iqdb.org", "saucenao": "saucenao.com", "tracemoe": "api.trace.moe",
    "ascii2d": "ascii2d.net", "animetrace": "api.animetrace.com",
}  # fmt: skip
MORE = {"ehentai": "upld.e-hentai.org", "tineye": "tineye.com", "yandex": "yandex.com"}
ALL = HOSTS | MORE
CAN_SAY_NOTHING = [name for name in ALL if name not in ("ascii2d", "yandex")]


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Engines]:
    from nijigen.sources._engines import asking

    monkeypatch.setenv("NIJIGEN_SOURCES", str(tmp_path))
    with engines_running() as server:
        monkeypatch.setattr(asking, "transport", server.transport)
        yield server


def states(answers: Answers) -> dict[str, str]:
    return {reply.engine: reply.state for reply in answers.replies}


def test_one_list_of_all_answers(engines: Engines) -> None:
    found = identify(drawing(), send=True)
    assert states(found) == dict.fromkeys(HOSTS, "found")
    posts = {(match.site, match.id): match for match in found.matches}
    assert posts["danbooru", "123"].engines == {"iqdb": 96.0, "saucenao": 94.11}
    assert posts["danbooru", "123"].author == "somebody"
    assert posts["yandere", "88"].engines == {"iqdb": 96.0}
    assert posts["gelbooru", "44"].engines == {"saucenao": 94.11}
    assert posts["pixiv", "5550001"].engines == {"ascii2d": None}
    scene = posts["anilist", "21034"]
    assert (scene.title, scene.episode, scene.seconds) == ("Some Show - 03.mkv", "3", (61.5, 63.25))
    assert [match.similarity for match in found.matches] == sorted(
        (match.similarity for match in found.matches), reverse=True
    )
    assert [(one.name, one.work) for one in found.characters] == [("Some Girl", "Some Work")]
    quotas = {reply.engine: reply.quota for reply in found.replies}
    assert (quotas["saucenao"], quotas["tracemoe"]) == (88, 42)


def test_those_that_are_asked_by_name(engines: Engines) -> None:
    found = identify(drawing(), send=True, engines=",".join(["ascii2d", *MORE]))
    assert states(found) == dict.fromkeys(["ascii2d", *MORE], "found")
    posts = {(match.site, match.id): match for match in found.matches}
    assert posts["e-hentai", "1001"].title == "a book"
    assert posts["pixiv", "5550001"].engines == {"ascii2d": None, "yandex": None}
    assert posts["", ""].engines == {"tineye": 87.5}
    assert set(engines.seen) == {"ascii2d.net", *MORE.values()}


def test_nothing_is_sent_unless_allowed(engines: Engines) -> None:
    with pytest.raises(InputError, match="would be sent to iqdb, saucenao") as error:
        identify(drawing())
    assert "--send" in error.value.hint
    assert not engines.seen


def test_what_is_sent_is_small_and_says_nothing_of_its_file(engines: Engines) -> None:
    large = drawing(1600, 1200, channels=4)
    info = dataclasses.replace(large.info, text={"Comment": "where I live"})
    identify(dataclasses.replace(large, info=info), send=True)
    assert set(engines.seen) == set(HOSTS.values())
    for content in engines.seen.values():
        picture = opened(content)
        assert (picture.format, picture.size) == ("JPEG", (800, 600))
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"where I live" not in content
    for headers in engines.headers.values():
        assert headers["User-Agent"].startswith("Nijigen/")


@pytest.mark.parametrize("name", CAN_SAY_NOTHING)
def test_nothing_found(engines: Engines, name: str) -> None:
    engines.states[ALL[name]] = "nothing"
    assert states(identify(drawing(), send=True, engines=name)) == {name: "nothing"}


@pytest.mark.parametrize(
    ("name", "state"), [("iqdb", "empty"), ("ascii2d", "empty"), ("ehentai", "empty")]
)
def test_empty_pages_are_unclear(engines: Engines, name: str, state: str) -> None:
    engines.states[ALL[name]] = state
    assert states(identify(drawing(), send=True, engines=name)) == {name: "unclear"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("fault", "state", "why"),
    [("changed", "unclear", ""), ("refuse", "failed", "403"), ("spent", "failed", "quota")],
)
def test_one_that_fails_keeps_no_other_from_answering(
    engines: Engines, name: str, fault: str, state: str, why: str
) -> None:
    engines.states[ALL[name]] = fault
    asked = dict.fromkeys(["iqdb", name])
    found = identify(drawing(), send=True, engines=",".join(asked))
    assert states(found) == {**dict.fromkeys(asked, "found"), name: state}
    assert why in next(reply.why for reply in found.replies if reply.engine == name)


def test_all_are_asked_at_once(engines: Engines) -> None:
    engines.states |= dict.fromkeys(HOSTS.values(), "slow")
    identify(drawing(), send=True)
    assert engines.most_open > 1


def test_a_slow_one_is_given_up(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    from nijigen.sources._engines import asking

    monkeypatch.setattr(asking, "TIMEOUT", 0.5)
    engines.states["iqdb.org"] = "slow"
    found = identify(drawing(), send=True)
    assert states(found)["iqdb"] == "failed"
    assert states(found)["saucenao"] == "found"


def test_without_network_each_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_SOURCES", str(tmp_path))
    found = identify(drawing(), send=True)
    assert states(found) == dict.fromkeys(HOSTS, "failed")
    assert all("connection" in reply.why for reply in found.replies)


def test_keys_go_to_their_engine_alone(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_SAUCENAO_KEY", "s3cret")
    monkeypatch.setenv("NIJIGEN_TRACEMOE_KEY", "tr4ce")
    found = identify(drawing(), send=True)
    with_key = {host for host, headers in engines.headers.items() if "s3cret" in repr(headers)}
    assert with_key == {"saucenao.com"}
    assert engines.headers["api.trace.moe"]["x-trace-key"] == "tr4ce"
    assert "s3cret" not in found.to_json()


def test_flat_pictures_are_distrusted(engines: Engines) -> None:
    run = Run()
    identify(Picture(np.full((40, 40, 3), 128, np.uint8)), send=True, run=run)
    assert any("one color" in note.text for note in run.notes)


@pytest.mark.parametrize("names", ["iqbd", "", "iqdb;saucenao"])
def test_unknown_engines(names: str) -> None:
    with pytest.raises(InputError, match="no engine"):
        identify(drawing(), send=True, engines=names)
