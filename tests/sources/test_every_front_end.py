"""Every operation and command of the sources from Python, the command line and over HTTP."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from booru import Booru, running
from engines import engines_running
from getchu_pages import getchu_running
from registering import register

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
sys.path.insert(0, str(Path(__file__).parent / "datasets"))

import test_icartoonface
import test_manga109
import test_webcaricature
from serving import serving, until

from dump_lines import record, write_lines
from extras import needs
from nijigen.api.config import Config
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.run import Run
from nijigen.imaging.files import read
from nijigen.jobs.perform import perform
from nijigen.sources._engines import asking
from nijigen.sources._web import client

needs("duckdb")
needs("PicImageSearch")

PLACE = "place"
"""A registered folder, as HTTP names it."""


@dataclass(frozen=True)
class Call:
    """What is asked; ``@/`` in a text stands for the folder of the test."""

    id: str
    inputs: dict[str, str]
    settings: dict[str, Any] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    """Settings that name folders to write, which each front end has of its own."""

    @property
    def name(self) -> str:
        words = [self.id, *self.inputs.values(), self.settings.get("format", "")]
        return re.sub(r"[^a-z0-9]+", "_", " ".join(words).lower()).strip("_")

    def given(self, folder: str) -> dict[str, str]:
        return {name: text.replace("@/", folder) for name, text in self.inputs.items()}


def posts(source: str, query: str = "", **settings: Any) -> Call:
    return Call("sources.posts", {"source": source, "query": query}, settings)


def fetched(site: str, **settings: Any) -> Call:
    return Call("sources.download", {"site": site, "query": "cat"}, settings, ("output",))


def copied(name: str, **settings: Any) -> list[Call]:
    inputs = {"name": name, "folder": f"@/{name}"}
    return [
        Call("sources.dataset", inputs),
        Call("sources.export", inputs, settings, ("output",)),
    ]


BY_GALLERY_DL = [
    pytest.param(made, marks=pytest.mark.slow)
    for api in ("danbooru", "moebooru", "gelbooru_02")
    for made in (posts(f"my_{api}", "cat"), fetched(f"my_{api}"))
]
"""Each starts a program three times."""
CALLS = [
    *BY_GALLERY_DL,
    *(made(f"my_{api}") for api in ("gelbooru", "behoimi") for made in (posts, fetched)),
    posts("my_gelbooru", "cat", format="csv"),
    posts("my_gelbooru", "cat", format="parquet"),
    posts("dump:@/dump", "cat order:id"),
    posts("getchu:@/getchu"),
    fetched("dump:@/dump"),
    Call("sources.getchu", {"company": "7"}, {"site": "my_getchu"}, ("output",)),
    Call("sources.collect", {"posts": "@/posts.jsonl"}, {"quick": True}, ("output", "library")),
    Call("sources.index", {"source": "dump:@/dump"}),
    Call("sources.picture", {"folder": "@/dump"}, {"id": 3}),
    Call("sources.identify", {"picture": "@/shot.png"}, {"send": True, "engines": "iqdb,saucenao"}),
    *copied("manga109"),
    *copied("icartoonface", format="yolo"),
    *copied("webcaricature", format="parquet"),
    *copied("nico-illust", format="webdataset"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything that is asked for, and the servers that are asked."""
    home = tmp_path_factory.mktemp("home")
    place = home / PLACE
    with contextlib.ExitStack() as stack:
        patches = stack.enter_context(pytest.MonkeyPatch.context())
        booru = stack.enter_context(running())
        getchu = stack.enter_context(getchu_running())
        engines = stack.enter_context(engines_running())
        patches.setenv("NIJIGEN_HOME", str(home))
        patches.setattr(client, "PAUSES", (0.01,))
        patches.setattr(asking, "transport", engines.transport)
        with register(home, patches, booru).open("a") as sites:
            sites.write(getchu.site)
        booru.fill(6)
        write_everything(place, booru)
        command = registry.get_command("sources.getchu")
        command.apply({"company": "7"}, {"site": "my_getchu", "output": place / "getchu"}, Run())
        yield place


def write_everything(place: Path, booru: Booru) -> None:
    """Write a dump, a picture, a list of posts, and a copy of each data set."""
    for module in (test_manga109, test_icartoonface, test_webcaricature):
        copy = place / module.__name__.removeprefix("test_")
        copy.mkdir(parents=True)
        module.made(copy)
    files = {"shot.png": booru.draw(0), "nico-illust/images/im12.png": booru.draw(12)}
    files |= {f"dump/original/{n:04}/{n}.png": booru.draw(n) for n in booru.posts}
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    (place / "nico-illust/meta.json").write_text('[{"id": "im12", "tags": ["a"]}]')
    write_lines(place / "dump/posts.json", map(record, booru.posts.values()))
    listed = (post.model_copy(update={"site": "my_gelbooru"}) for post in booru.posts.values())
    lines = (f"{post.model_dump_json(exclude_defaults=True)}\n" for post in listed)
    (place / "posts.jsonl").write_text("".join(lines))


@pytest.fixture(scope="module")
def http(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    scopes: frozenset[Any] = frozenset({"network", "change"})
    data = tmp_path_factory.mktemp("data")
    with serving(Config(data=data, port=0, scopes=scopes, roots={PLACE: folder})) as made:
        yield made


def settings_of(call: Call, place: str, way: str) -> dict[str, Any]:
    return {**call.settings, **{name: f"{place}{way}/{call.name}/{name}" for name in call.folders}}


def in_python(call: Call, folder: Path) -> Any:
    given: dict[str, Any] = call.given(f"{folder}/")
    if call.id in registry.command_ids():
        command = registry.get_command(call.id)
        for port in command.ports:
            if port.media:
                given[port.name] = Path(given[port.name]).read_text()
        return command.apply(given, settings_of(call, f"{folder}/", "python"), Run()).result
    given |= {name: read(Path(one)) for name, one in given.items() if name == "picture"}
    return perform(registry.get(call.id), given, call.settings, Run())


def on_the_command_line(call: Call, folder: Path, ending: str) -> Any:
    words = [*call.id.split("."), *call.given(f"{folder}/").values()]
    for name, value in settings_of(call, f"{folder}/", "cli").items():
        words += [f"--{name}", *([] if value is True else [str(value)])]
    if not ending:
        return main([*words, "--quiet"])
    target = folder.parent / f"{call.name}.{ending}"
    assert main([*words, "--quiet", "-o", str(target)]) == 0
    return target.read_bytes()


def over_http(call: Call, folder: Path, http: httpx.Client) -> Any:
    given = call.given(f"{PLACE}:")
    sent = {port: folder / text.removeprefix(f"{PLACE}:") for port, text in given.items()}
    if call.id not in registry.command_ids():
        pictures = {port: sent[port].read_bytes() for port in given.keys() & {"picture"}}
        answer = http.post(
            f"/api/operations/{call.id}",
            data={**{k: v for k, v in given.items() if k not in pictures}, **call.settings},
            files=pictures,
        )
        assert answer.status_code == 200, answer.text
        return answer.content
    for port in registry.get_command(call.id).ports:
        if port.media:
            given[port.name] = sent[port.name].read_text()
    asked = {"inputs": given, "settings": settings_of(call, f"{PLACE}:", "http")}
    answer = http.post(f"/api/commands/{call.id}", json=asked)
    assert answer.status_code == 202, answer.text
    job: Any = until(http, answer.json()["id"])
    assert job["state"] == "done", job
    return job["result"]["result"]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_the_same_comes_from_everywhere(call: Call, folder: Path, http: httpx.Client) -> None:
    made = in_python(call, folder)
    if call.id not in registry.command_ids():
        assert len(made.content) > 10
        assert on_the_command_line(call, folder, made.ending) == made.content
        assert over_http(call, folder, http) == made.content
        return
    assert on_the_command_line(call, folder, "") == 0
    assert over_http(call, folder, http) == made
    if call.folders:
        ways = [folder / way / call.name / "output" for way in ("python", "cli", "http")]
        first, *others = ({path.relative_to(way) for path in way.rglob("*")} for way in ways)
        assert first
        assert all(one == first for one in others)
