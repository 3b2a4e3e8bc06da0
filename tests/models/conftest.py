"""Fixtures for tests of models: tiny networks, cards and a picture to feed them."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.models import session
from pictures import drawing

REPOSITORY = Path(__file__).parents[2]

CARD = """
name = "{name}"
task = "upscale"
summary = "A network for tests"
licence = "Apache-2.0"
source = "Made by the test"
training_data = "None"
limits = ["Does nothing useful"]
format = "{format}"
default = "main"
{extra}

[files.main]
scale = {scale}
"""


@pytest.fixture(autouse=True)
def _fresh(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("NIJIGEN_RUNTIME", "onnxruntime")
    monkeypatch.delenv("NIJIGEN_THREADS", raising=False)
    monkeypatch.setattr(session, "_thread_limit", None)
    session._open.clear()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's folder of models, empty."""
    monkeypatch.setenv("NIJIGEN_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def make_model(folder: Path) -> Callable[..., Path]:
    """Write a card and the files of a model; return its folder."""

    def make(
        name: str,
        contents: dict[str, bytes],
        *,
        extra: str = "",
        scale: int = 1,
        write: bool = True,
        prefix: str = "",
    ) -> Path:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        kind = "onnx" if "onnx" in contents else "ncnn"
        text = CARD.format(name=name, format=kind, extra=extra, scale=scale)
        for part, data in contents.items():
            text += f'{part}.member = "{prefix}net.{part}"\n'
            text += f'{part}.sha256 = "{hashlib.sha256(data).hexdigest()}"\n'
            if write:
                (place / f"net.{part}").write_bytes(data)
        (place / "card.toml").write_text(text, encoding="utf-8")
        return place

    return make


@pytest.fixture
def onnx_net() -> Callable[..., bytes]:
    """Build a network ``factor * x + offset`` that cuts ``border`` pixels off."""

    def build(factor: float = 1.0, offset: float = 0.0, border: int = 0) -> bytes:
        from nijigen.models._onnx.graph import GraphBuilder

        graph = GraphBuilder()
        scaled = graph.node("Mul", ["input", graph.scalar(factor)])
        moved = graph.node("Add", [scaled, graph.scalar(offset)])
        model: Any = graph.model("input", graph.trim(moved, border, border))
        data: bytes = model.SerializeToString()
        return data

    return build


@pytest.fixture
def load_script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Import a script of the repository by its path."""

    def load(script: str) -> Any:
        spec = importlib.util.spec_from_file_location("measuring", REPOSITORY / script)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Its dataclasses look their module up there.
        monkeypatch.setitem(sys.modules, "measuring", module)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def batch() -> Callable[[int, int], NDArray[np.float32]]:
    """Draw a picture as networks take it: ``(1, 3, height, width)`` in 0..1."""

    def draw(height: int, width: int) -> NDArray[np.float32]:
        pixels = drawing(width, height).pixels.transpose(2, 0, 1)[None]
        return np.ascontiguousarray(pixels, np.float32) / np.float32(255)

    return draw
