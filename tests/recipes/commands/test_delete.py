from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import InputError, NotFound
from nijigen.recipes.commands.delete import delete


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIJIGEN_RECIPES", str(tmp_path))
    path = tmp_path / "mine.toml"
    path.write_text('[[steps]]\noperation = "effects.halftone"\n')
    return path


def test_it_is_gone(file: Path) -> None:
    assert delete.plan({"name": "mine"}, {}).changes == (f"remove {file}",)
    assert file.exists()
    delete("mine")
    assert not file.exists()
    with pytest.raises(NotFound):
        delete("mine")


def test_what_comes_with_nijigen_stays(file: Path) -> None:
    with pytest.raises(InputError, match="comes with Nijigen"):
        delete("print_screen")
    with pytest.raises(NotFound, match="no recipe"):
        delete("mien")
