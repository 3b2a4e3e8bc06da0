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

STEPS = [("effects.halftone", {"cell": 4})]


@pytest.fixture(autouse=True)
def _warn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_warned", set())


def test_recipes_are_kept_in_the_home() -> None:
    assert own.files() == {}
    assert not own.folder().exists()
    own.save("screen_it", "Screen", STEPS)
    place = Path(os.environ["NIJIGEN_HOME"]) / "recipes"
    assert sorted(path.name for path in place.iterdir()) == [MARKER, "screen_it.toml"]
    assert registry.get("recipes.screen_it").doc.summary == "Screen"
    own.remove("screen_it")
    assert [path.name for path in place.iterdir()] == [MARKER]


def test_the_environment_may_name_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NIJIGEN_RECIPES", str(tmp_path / "mine"))
    own.save("screen_it", "Screen", STEPS)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["screen_it.toml"]
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
    own.save("new", "New", STEPS)
    assert not old.exists()
    assert {name: path.parent for name, path in own.files().items()} == dict.fromkeys(
        ("recipes.new", "recipes.old"), tmp_path / "data/recipes"
    )
    own.remove("old")
    assert list(own.files()) == ["recipes.new"]


def test_recipes_of_a_newer_version_are_left_out_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    own.save("screen_it", "Screen", STEPS)
    place = own.folder()
    (place / MARKER).write_text('{"store": "recipes", "version": 99, "made_by": "9.0"}')
    assert own.files() == {}
    assert "recipes.print_screen" in registry.ids()
    assert len(caplog.messages) == 1
    assert "newer Nijigen, 9.0" in caplog.text
    with pytest.raises(InputError, match="newer"):
        own.save("other", "Other", STEPS)
    assert sorted(path.name for path in place.iterdir()) == [MARKER, "screen_it.toml"]
