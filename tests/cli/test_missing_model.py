"""A missing model is one question on a terminal, and an error anywhere else."""

from __future__ import annotations

import importlib.metadata
import json
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from extras import needs_weights
from nijigen.cli import data, missing
from nijigen.cli.main import main
from nijigen.core.errors import ModelError
from nijigen.core.run import Run
from nijigen.models import session, store
from pictures import drawing

MODEL = "waifu2x-upconv-7-art"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The questions that a user at a terminal was asked; the model is not installed."""
    needs_weights(MODEL)
    kept = {path.name: path.read_bytes() for path in _files()}
    known = importlib.metadata.distribution

    def distribution(name: str) -> importlib.metadata.Distribution:
        if name.startswith("sr-vulkan"):
            raise importlib.metadata.PackageNotFoundError(name)
        return known(name)

    def get(name: str, run: Run, given: object) -> list[Path]:
        folder = store.user_folder(writing=True) / name
        folder.mkdir()
        for file, content in kept.items():
            (folder / file).write_bytes(content)
        return []

    questions: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        questions.append(text)
        return True

    # Networks that earlier tests opened stay open.
    monkeypatch.setattr(session, "_open", OrderedDict())
    monkeypatch.setenv("NIJIGEN_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    monkeypatch.setattr(store, "get", get)
    monkeypatch.setattr(click, "confirm", confirm)
    monkeypatch.setattr(missing, "_on_terminal", lambda: True)
    return questions


def _files() -> list[Path]:
    states = store.verify(MODEL)
    return [state.path for state in states if state.path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for number in range(3):
        drawing(24, 20).save(tmp_path / "in" / f"{number}.png")
    return tmp_path / "in"


def test_a_batch_asks_once_and_goes_on(asked: list[str], folder: Path) -> None:
    out = folder.parent / "out"
    assert main(["upscale", "waifu2x", str(folder), "-o", f"{out}/", "-q"]) == 0
    assert asked == [f"This needs {MODEL} (33 MB). Get it now?"]
    assert len(list(out.iterdir())) == 3


def test_a_recipe_asks_too(asked: list[str], folder: Path) -> None:
    recipe = folder.parent / "bigger.toml"
    recipe.write_text('summary = "Enlarge."\n[[steps]]\noperation = "upscale.waifu2x"\n')
    out = folder.parent / "big.png"
    assert main(["run", str(recipe), str(folder / "0.png"), "-o", str(out)]) == 0
    assert len(asked) == 1
    assert out.exists()


@pytest.mark.parametrize("refuse", ["no", "no terminal"])
def test_without_a_yes_it_is_an_error(
    asked: list[str],
    folder: Path,
    refuse: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer: Callable[..., bool] = lambda text, **_: bool(asked.append(text))  # noqa: E731
    monkeypatch.setattr(click, "confirm", answer)
    monkeypatch.setattr(missing, "_on_terminal", lambda: refuse == "no")
    assert main(["upscale", "waifu2x", str(folder), "-o", f"{folder.parent / 'out'}/"]) == 4
    said = capsys.readouterr().err
    assert said.count(f"hint: run: nijigen models get {MODEL}") == 3
    assert len(asked) == (refuse == "no")


def test_data_asks_too(
    asked: list[str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []
    perform = data.perform

    def failing(*given: object) -> object:
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("no weights", "get them", model=MODEL)
        return perform(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(data, "perform", failing)
    assert main(["color", "palette", str(folder / "0.png"), str(folder / "1.png")]) == 0
    assert len(asked) == 1
    assert len(tries) == 3
    decoder = json.JSONDecoder()
    assert decoder.raw_decode(capsys.readouterr().out)[0]["colors"]
