"""Fixtures for all tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's own models out of tests."""
    monkeypatch.setenv("NIJIGEN_MODELS", str(tmp_path_factory.mktemp("models")))
    # The one runtime that every installation has.
    monkeypatch.setenv("NIJIGEN_RUNTIME", "onnxruntime")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pictures, which lies beside the repository where it is developed."""
    if not SHARED.is_dir():
        pytest.skip("the real pictures are not beside this checkout (../shared/data)")
    return SHARED
