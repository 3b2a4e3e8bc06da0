from __future__ import annotations

from pathlib import Path

import pytest

from nijigen import get
from nijigen.cli.main import main
from nijigen.core.errors import RecipeError
from nijigen.recipes.commands.save import save

TEXT = '# mine\nsummary = "Screen."\n\n[[steps]]\noperation = "effects.halftone"\ncell = 4\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIJIGEN_RECIPES", str(tmp_path / "recipes"))
    return tmp_path / "recipes"


def test_a_saved_recipe_is_an_operation(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TEXT)
    assert main(["recipes", "save", "mine", str(tmp_path / "mine.toml"), "--dry-run"]) == 0
    assert not (folder / "mine.toml").exists()
    assert main(["recipes", "save", "mine", str(tmp_path / "mine.toml")]) == 0
    assert (folder / "mine.toml").read_text() == TEXT
    assert get("recipes.mine").doc.summary == "Screen."


def test_the_same_again_changes_nothing() -> None:
    assert len(save("mine", TEXT).changes) == 1
    assert save("mine", TEXT).changes == ()
    assert save("mine", TEXT.replace("4", "5")).changes[0].startswith("replace")


def test_json_becomes_toml(folder: Path) -> None:
    save("mine", '{"summary": "Screen.", "steps": [{"operation": "effects.halftone", "cell": 4}]}')
    assert (folder / "mine.toml").read_text().startswith('summary = "Screen."')
    assert get("recipes.mine").doc.summary == "Screen."


@pytest.mark.parametrize("name", ["Mine", "a b", "_a", "save", "delete", "print_screen", "con"])
def test_names_that_are_not_fit(name: str, folder: Path) -> None:
    with pytest.raises(RecipeError):
        save(name, TEXT)
    assert not (folder / f"{name}.toml").exists()


def test_a_wrong_recipe_leaves_the_old_one(folder: Path) -> None:
    save("mine", TEXT)
    with pytest.raises(RecipeError):
        save("mine", TEXT.replace("halftone", "halftones"))
    assert (folder / "mine.toml").read_text() == TEXT
