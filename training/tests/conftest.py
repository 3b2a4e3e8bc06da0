"""The toy model of these tests, and a device that takes little of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from nijigen_training.device import Device, choose
from nijigen_training.recipe import Recipe, load_recipe

TOY = Path(__file__).parent / "toy"


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep all that is the user's own out of tests."""
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return load_recipe(str(TOY))


@pytest.fixture(scope="session")
def device() -> Device:
    """The CPU, without worker processes: their start takes seconds."""
    return choose("cpu", threads=1, workers=0)
