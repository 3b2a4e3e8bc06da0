"""Whatever takes a path, over HTTP it is refused when it is absolute or leads outside.

Over every operation and command there is, and over a plug-in that takes paths in all ways.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nijigen.api.config import Config
from nijigen.core import registry
from nijigen.core.command import Command
from nijigen.core.declaration import AnyDeclaration
from nijigen.imaging.files import encode
from pictures import drawing

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from serving import serving

from plug_in import COMMANDS, OPERATIONS

OUTSIDE = ("/etc/passwd", "../secret", "shelf:../secret", "shelf:/etc/passwd", "C:/secret.txt")
LINK = "shelf:out"
PASSED_ON = """
[inputs]
picture = "Any."
words = "A text."

[[steps]]
operation = "tests.gather"
inputs.words = "words"
"""
IDS = [
    *registry.ids(),
    *registry.command_ids(),
    *(f"tests.{name}" for name in (*OPERATIONS, *COMMANDS)),
]


def find(id: str) -> AnyDeclaration:
    return registry.get_command(id) if id in registry.command_ids() else registry.get(id)


@pytest.fixture(scope="module")
def client(plug_ins: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with one registered folder, in which a link leads out of it."""
    root = tmp_path_factory.mktemp("shelf")
    secret = tmp_path_factory.mktemp("secret")
    (secret / "a.png").write_bytes(encode(drawing(), "png"))
    (root / "out").symlink_to(secret)
    (root / "out.png").symlink_to(secret / "a.png")
    config = Config(
        data=tmp_path_factory.mktemp("data"),
        roots={"shelf": root},
        scopes=frozenset({"change", "network"}),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(plug_ins))
        recipes = tmp_path_factory.mktemp("recipes")
        (recipes / "passed_on.toml").write_text(PASSED_ON)
        (recipes / "outer.toml").write_text(PASSED_ON.replace("tests.gather", "recipes.passed_on"))
        patch.setenv("NIJIGEN_RECIPES", str(recipes))
        registry.refresh()
        with serving(config) as made:
            yield made
    registry.refresh()


@pytest.fixture(scope="module")
def picture(client: httpx.Client) -> str:
    files = {"file": ("a.png", encode(drawing(), "png"))}
    return str(client.post("/api/pictures", files=files).json()["id"])


def calls(declaration: AnyDeclaration, picture: str, path: str) -> Iterator[dict[str, Any]]:
    """Every way to give a path, one at a time, all else right."""
    right: dict[str, Any] = {}
    for port in declaration.ports:
        if not port.optional:
            value = "shelf:" if port.in_root else "text" if port.kind == "text" else picture
            right[port.name] = [value] if port.several else value
    for port in declaration.ports:
        mark = declaration.path_texts.get(port.name)
        if port.kind == "text" and mark is None:
            continue
        given = mark.prefixes[0] + path if mark else path
        yield {"inputs": {**right, port.name: [given] if port.several else given}}
    for name in declaration.path_settings:
        yield {"inputs": right, "settings": {name: path}}
    for name, mark in declaration.path_texts.items():
        if name in declaration.parameters:
            yield {"inputs": right, "settings": {name: mark.prefixes[0] + path}}


def ways(declaration: AnyDeclaration) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address that takes a call."""
    id = declaration.id
    if isinstance(declaration, Command):
        yield f"/api/commands/{id}", {}
        yield f"/api/commands/{id}", {"dry_run": True}
        return
    yield f"/api/operations/{id}", {}
    yield "/api/jobs", {"operation": id}
    yield "/api/previews", {"operation": id}


@pytest.mark.parametrize("id", IDS)
def test_a_path_outside_is_refused(client: httpx.Client, picture: str, id: str) -> None:
    declaration = find(id)
    for path in (*OUTSIDE, LINK, "shelf:out.png", "shelf:out/a.png"):
        for call in calls(declaration, picture, path):
            for address, more in ways(declaration):
                answer = client.post(address, json=call | more)
                assert answer.status_code == 403, (address, call, answer.text)
                assert answer.json()["title"] == "OutsideRoots", (address, call, answer.text)


@pytest.mark.parametrize("id", IDS)
def test_an_unknown_root_names_the_known_ones(client: httpx.Client, picture: str, id: str) -> None:
    for call in calls(find(id), picture, "shelves:a.png"):
        address, more = next(ways(find(id)))
        answer = client.post(address, json=call | more)
        assert answer.status_code == 404, (call, answer.text)
        assert "shelf" in answer.json()["hint"], (call, answer.text)


def test_forms_are_no_way_around(client: httpx.Client) -> None:
    sent: list[Any] = [("picture", ("a.png", encode(drawing(), "png")))]
    for name in ("reference", "others", "table", "place", "near"):
        for path in (*OUTSIDE, LINK):
            answer = client.post(
                "/api/operations/tests.gather", files=[*sent, (name, (None, path))]
            )
            assert answer.status_code == 403, (name, path, answer.text)
    for name in ("words", "index"):
        answer = client.post(
            "/api/operations/tests.gather", files=[*sent, (name, (None, "dump:/etc/passwd"))]
        )
        assert answer.status_code == 403, (name, answer.text)


@pytest.mark.parametrize("id", ["recipes.passed_on", "recipes.outer"])
def test_recipes_are_no_way_around(client: httpx.Client, picture: str, id: str) -> None:
    for path in OUTSIDE:
        call = {"inputs": {"picture": picture, "words": f"dump:{path}"}}
        for address, more in ways(registry.get(id)):
            answer = client.post(address, json=call | more)
            assert answer.status_code == 403, (address, call, answer.text)
            assert answer.json()["title"] == "OutsideRoots", (address, call, answer.text)


@pytest.mark.parametrize("id", IDS)
def test_no_path_hides_in_a_setting(client: httpx.Client, id: str) -> None:
    """A path in a list, or one that is no FilePath or FolderPath, would not be looked at."""
    declaration = find(id)
    for name, schema in (
        declaration.settings_model.model_json_schema().get("properties", {}).items()
    ):
        formats = set(_formats(schema))
        assert "path" not in formats, f"{id}: declare {name} as a FilePath or a FolderPath"
        if formats & {"file-path", "directory-path"}:
            assert name in declaration.path_settings, f"{id}: {name} holds paths too deep inside"


def _formats(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("format"), str):
            yield schema["format"]
        for value in schema.values():
            yield from _formats(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _formats(value)
