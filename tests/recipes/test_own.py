"""Recipes of the user's own: where they are kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from nijigen.core import home, registry
from nijigen.core.errors import InputError
from nijigen.core.home import MARKER
from nijigen.recipes import own
from nijigen.recipes.commands.delete import delete
from nijigen.recipes.commands.save import save

RECIPE = 'summary = "%s"\n[[steps]]\noperation = "effects.halftone"\ncell = 4\n'


@pytest.fixture(autouse=True)
def _warn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_warned", set())


def kept(folder: Path) -> list[str]:
    """Names of the files in a store; the lock of whoever wrote last is none of them."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_recipes_are_kept_in_the_home() -> None:
    assert own.files() == {}
    assert not own.folder().exists()
    save("screen_it", RECIPE % "Screen")
    place = Path(os.environ["NIJIGEN_HOME"]) / "recipes"
    assert kept(place) == [MARKER, "screen_it.toml"]
    assert registry.get("recipes.screen_it").doc.summary == "Screen"
    delete("screen_it")
    assert kept(place) == [MARKER]


def test_the_environment_may_name_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NIJIGEN_RECIPES", str(tmp_path / "mine"))
    save("screen_it", RECIPE % "Screen")
    assert kept(tmp_path / "mine") == ["screen_it.toml"]
    assert not Path(os.environ["NIJIGEN_HOME"], "recipes").exists()


def test_recipes_of_an_earlier_version_are_found_and_moved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NIJIGEN_HOME")
    for kind in ("data", "config"):
        folder = tmp_path / kind
        monkeypatch.setattr(
            platformdirs, f"user_{kind}_path", lambda _, folder=folder, **__: folder
        )
    old = tmp_path / "config/recipes/old.toml"
    old.parent.mkdir(parents=True)
    old.write_text('summary = "Old"\n[[steps]]\noperation = "effects.halftone"\n')
    assert registry.get("recipes.old").doc.summary == "Old"
    assert own.files()["recipes.old"] == old
    save("new", RECIPE % "New")
    assert not old.exists()
    assert {name: path.parent for name, path in own.files().items()} == dict.fromkeys(
        ("recipes.new", "recipes.old"), tmp_path / "data/recipes"
    )
    delete("old")
    assert list(own.files()) == ["recipes.new"]


def test_recipes_of_a_newer_version_are_left_out_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    save("screen_it", RECIPE % "Screen")
    place = own.folder()
    (place / MARKER).write_text('{"store": "recipes", "version": 99, "made_by": "9.0"}')
    assert own.files() == {}
    assert "recipes.print_screen" in registry.ids()
    assert len(caplog.messages) == 1
    assert "newer Nijigen, 9.0" in caplog.text
    with pytest.raises(InputError, match="newer"):
        save("other", RECIPE % "Other")
    assert kept(place) == [MARKER, "screen_it.toml"]
