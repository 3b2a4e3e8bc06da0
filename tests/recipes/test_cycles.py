"""Recipes that call recipes: never themselves, at any depth."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.errors import RecipeError
from nijigen.recipes import own
from nijigen.recipes.recipe import load

PLAIN = '[[steps]]\noperation = "effects.halftone"\n'


def calling(*names: str) -> str:
    return "".join(f'[[steps]]\noperation = "recipes.{name}"\n' for name in names)


@pytest.fixture(autouse=True)
def recipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIJIGEN_RECIPES", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("length", [1, 2, 5, 15])
def test_a_circle_of_any_length_is_refused_when_saved(recipes: Path, length: int) -> None:
    (recipes / "r0.toml").write_text(PLAIN)
    for number in range(1, length):
        own.write(f"r{number}", own.checked(f"r{number}", calling(f"r{number - 1}")))
    with pytest.raises(RecipeError, match="calls itself: r0"):
        own.checked("r0", PLAIN + calling(f"r{length - 1}"))
    # What was saved before it works as before.
    assert registry.get(f"recipes.r{length - 1}")


def test_circles_among_files_do_not_take_anything_down(
    recipes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (recipes / "a.toml").write_text(calling("b"))
    (recipes / "b.toml").write_text(calling("a"))
    (recipes / "fine.toml").write_text(PLAIN)
    (recipes / "deep.toml").write_text("a = " + "[" * 5000)
    (recipes / "large.toml").write_text("a = 0x" + "f" * 9000)
    (recipes / "bytes.toml").write_bytes(b"\xff\xfe")
    (recipes / "summary.toml").write_text('summary = "a\\n\\nArgs:\\n    b: c"\n' + PLAIN)
    assert main(["list"]) == 0
    said = capsys.readouterr()
    assert "recipes.fine" in said.out
    assert "error: the recipe 'a' calls itself: a → b → a\n" in said.err
    assert len(said.err.splitlines()) == 6
    assert main(["recipes", "--help"]) == 0
    assert main(["recipes", "fine", "--help"]) == 0
    assert main(["recipes", "a", "--help"]) == 2


def test_a_file_may_call_the_saved_recipe_of_its_name(recipes: Path) -> None:
    (recipes / "mine.toml").write_text(PLAIN)
    (recipes / "elsewhere").mkdir()
    path = recipes / "elsewhere" / "mine.toml"
    path.write_text(calling("mine"))
    assert load(path).chain[0].operation.id == "recipes.mine"


@pytest.mark.parametrize("width", [1, 10])
def test_towers_of_recipes_are_bounded(recipes: Path, width: int) -> None:
    (recipes / "r0.toml").write_text(PLAIN)
    for number in range(1, 40):
        (recipes / f"r{number}.toml").write_text(calling(*[f"r{number - 1}"] * width))
    began = time.process_time()
    with pytest.raises(RecipeError, match=r"levels deep|more than 1000 steps"):
        registry.get("recipes.r39")
    assert registry.get("recipes.r2")
    assert time.process_time() - began < 20
