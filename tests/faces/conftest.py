"""Fixtures for tests of faces: a folder of models with tiny networks in it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import known

from nijigen.faces.engines import nijigen as ours
from nijigen.models import session

CARD = """
name = "{name}"
task = "faces"
summary = "A network for tests"
licence = "Apache-2.0"
source = "Made by the test"
training_data = "None"
limits = ["Takes red squares for faces"]
format = "onnx"
default = "main"

[shapes.1x]
multiple_of = {multiple}

[files.main]
onnx.member = "model.onnx"
onnx.sha256 = "{sha256}"
"""


@pytest.fixture(scope="session")
def networks() -> dict[str, bytes]:
    """The networks, made once."""
    return known.networks()


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, networks: dict[str, bytes]) -> None:
    folder = tmp_path / "models"
    for name, data in networks.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "model.onnx").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        multiple = 32 if name == "faces-detect" else 1
        text = CARD.format(name=name, sha256=digest, multiple=multiple)
        (folder / name / "card.toml").write_text(text, "utf-8")
    monkeypatch.setenv("NIJIGEN_MODELS", str(folder))
    monkeypatch.delenv("NIJIGEN_CASCADE", raising=False)
    # The test network knows three sizes of faces: it sees pages of 640 pixels as they are.
    monkeypatch.setattr(ours, "WHOLE", 640)
    session._open.clear()
