"""The studio's files: small, whole, in all languages, nothing from elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nijigen import get
from nijigen.core.registry import command_ids, get_command, ids

NODE = Path(__file__).parents[2] / ".venv" / "node" / "node_modules"

STATIC = Path(__file__).parents[2] / "src" / "nijigen" / "studio" / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))
LOCALES = sorted((STATIC / "locales").glob("*.json"))
IMPORT = re.compile(r"^(?:import|export) (?:[^'\"]*from )?'([^']+)'", re.MULTILINE)


def keys(value: Any, path: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {path}
    return set().union(*(keys(one, f"{path}/{name}") for name, one in value.items()), set())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("/** @file ")
    assert len(text.splitlines()) <= (150 if path.name == "base.js" else 300)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_elements_know_no_addresses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    if path.name not in ("api.js", "api-library.js", "api-sources.js"):
        assert "/api/" not in text
        assert not re.search(r"\bEventSource\(|XMLHttpRequest", text)


def test_preloads_are_what_the_page_imports() -> None:
    found: list[str] = []

    def walk(path: Path) -> None:
        name = path.relative_to(STATIC).as_posix()
        if name not in found:
            found.append(name)
            for target in IMPORT.findall(path.read_text(encoding="utf-8")):
                walk((path.parent / target).resolve())

    walk(STATIC / "js" / "app.js")
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'rel="modulepreload" href="/static/([^"]+)"', page) == found


def test_page_has_nothing_inline() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)| style=| on\w+=", page)
    for path in SCRIPTS:
        assert " style=" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.stem)
def test_every_language_says_everything(path: Path) -> None:
    english = json.loads((STATIC / "locales" / "en.json").read_text(encoding="utf-8"))
    other = json.loads(path.read_text(encoding="utf-8"))
    assert keys(other["texts"]) == keys(english["texts"])
    assert set(other["terms"]) == set(english["terms"])
    for name in ("operations", "groups"):
        assert keys(other["terms"][name]) == keys(english["terms"][name])
    # English reads most values off their names.
    assert keys(other["terms"]["values"]) >= keys(english["terms"]["values"])
    holes = re.compile(r"\{\w+\}")
    for key, text in english["texts"].items():
        assert sorted(holes.findall(other["texts"][key])) == sorted(holes.findall(text)), key
        assert other["texts"][key].strip(), key


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_a_character_is_reported_in_every_language(code: str) -> None:
    terms = json.loads((STATIC / "locales" / f"{code}.json").read_text(encoding="utf-8"))["terms"]
    settings = get("generate.character").settings_model.model_json_schema()["properties"]
    assert len(settings) > 60
    for name, schema in settings.items():
        assert name in terms["settings"], name
        assert schema.get("section", "face") in terms["sections"], name
        for shape in (schema, *schema.get("anyOf", ())):
            for value in shape.get("enum", ()):
                assert f"{name}.{value}" in terms["values"], f"{name}.{value}"


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_the_library_is_in_every_language(code: str) -> None:
    terms = json.loads((STATIC / "locales" / f"{code}.json").read_text(encoding="utf-8"))["terms"]
    commands = [get_command(name) for name in command_ids() if name.startswith("library.")]
    operations = [get(name) for name in ids() if name.startswith("library.")]
    assert commands
    for one in (*commands, *operations):
        assert one.id in terms["operations"]
        assert one.id in terms["summaries"]
        names = [*one.settings_model.model_fields]
        if one in commands:
            names += [argument.name for argument in one.arguments]
        for name in names:
            keys = {f"{one.id}.{name}", f"library.{name}", name}
            assert keys & set(terms["settings"]), f"{one.id}.{name}"
            assert keys & set(terms["help"]), f"{one.id}.{name}"


def test_every_text_that_is_asked_for_is_there_and_none_is_idle() -> None:
    texts = json.loads((STATIC / "locales" / "en.json").read_text(encoding="utf-8"))["texts"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    asked = set(re.findall(r"\bt\('(\w+)'", source))
    assert asked <= set(texts)
    made = (
        "goal_",
        "state_",
        "lane_",
        "look_",
        "export_",
        "tool_",
        "layer_",
        "desk_",
        "edit_",
        "palette_",
        "part_",
        "access_",
        "order_",
        "origin_",
        "space_",
        "keys_",
        "kind_",
        "models_",
        "check_",
        "engine_",
    )
    idle = {key for key in texts if not key.startswith(made) and not re.search(rf"'{key}'", source)}
    assert idle == set()


def test_every_wish_has_its_text_and_every_icon_is_drawn() -> None:
    texts = json.loads((STATIC / "locales" / "en.json").read_text(encoding="utf-8"))["texts"]
    goals = (STATIC / "js" / "goals.js").read_text(encoding="utf-8")
    for key in re.findall(r"key: '(\w+)'", goals):
        assert f"goal_{key}" in texts
        assert f"goal_{key}_text" in texts
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    source = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    assert set(re.findall(r"\bicon(?:\(|: )'(\w+)'", source)) <= drawn


def test_types_hold() -> None:
    tsc = NODE / ".bin" / "tsc"
    if not tsc.exists():
        pytest.skip("TypeScript is not here; `make test` brings it where there is npm")
    done = subprocess.run(
        [str(tsc), "-p", str(STATIC / "jsconfig.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
