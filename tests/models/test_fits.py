"""Cards and networks that do not belong together, and cards that are damaged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from nijigen.cli.main import main
from nijigen.core.errors import ModelError
from nijigen.core.run import Run
from nijigen.imaging.rows import Rows
from nijigen.models.session import open_session
from nijigen.upscale._networks import networks, open_pass

onnx = pytest.importorskip("onnx")

CARD = """
name = "odd"
task = "upscale"
summary = "s"
licence = "MIT"
source = "s"
training_data = "t"
limits = ["l"]
format = "onnx"
default = "2x"
[shapes.2x]
border = 0
[files.2x]
scale = 2
onnx = {{ member = "net.onnx", sha256 = "{digest}" }}
{ports}
"""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIJIGEN_MODELS", str(tmp_path))
    return tmp_path


def put(folder: Path, kind: str, ports: str = "") -> None:
    """Write a model whose network only hands its input on, or reduces it to a number."""
    h = onnx.helper
    shape = ["n", 3, "h", "w"] if kind == "picture" else [1, 7]
    node = h.make_node("Identity" if kind == "picture" else "ReduceMean", ["in"], ["out"])
    if kind == "vector":
        shape = [1, 1, 1, 1]
    given = h.make_tensor_value_info("in", onnx.TensorProto.FLOAT, ["n", 3, "h", "w"])
    made = h.make_tensor_value_info("out", onnx.TensorProto.FLOAT, shape)
    graph = h.make_graph([node], "g", [given], [made])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8)
    content = model.SerializeToString() if kind != "garbage" else b"garbage"
    place = folder / "odd"
    place.mkdir()
    (place / "net.onnx").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (place / "card.toml").write_text(CARD.format(digest=digest, ports=ports))


@pytest.mark.parametrize("kind", ["picture", "vector"])
def test_a_result_of_another_size(models: Path, kind: str) -> None:
    put(models, kind)
    work = networks([open_pass("odd", "2x")], (40, 40), tile=64, augment=False)
    with pytest.raises(ModelError, match="does not fit its card: it makes"):
        work(Rows.of(np.zeros((20, 20, 3), np.uint16)), Run()).whole()


@pytest.mark.parametrize(
    "ports",
    [
        'inputs.picture = { shape = ["n", 3, "h", "w"] }',
        'inputs.in = { shape = ["n", 3, 64] }',
        'inputs.in = { shape = ["n", 1, "h", "w"] }',
        'outputs.points = { shape = ["n", 10] }',
        'outputs.out = { shape = ["n", 4, "h", "w"] }',
    ],
)
def test_ports_that_are_not_those_of_the_card(models: Path, ports: str) -> None:
    put(models, "picture", ports)
    with pytest.raises(ModelError, match="does not fit its card"):
        open_session("odd")


def test_no_network_at_all(models: Path) -> None:
    put(models, "garbage")
    with pytest.raises(ModelError):
        open_session("odd")


@pytest.mark.parametrize(
    "content",
    [
        b"name = 5",
        b"a = " + b"[" * 5000,
        b"\xff",
        b"a = 0x" + b"f" * 9000,
        b"a = nan",
        b"a.b.c = 1",
    ],
)
def test_a_bad_card_hides_no_other(
    models: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "bad").mkdir()
    (models / "bad" / "card.toml").write_bytes(content)
    assert main(["models", "list"]) == 0
    said = capsys.readouterr()
    assert "faces-detect" in said.out
    assert said.err.startswith("error: the model card ")
    assert main(["models", "list", "--json"]) == 0
    assert any(entry["name"] == "faces-detect" for entry in json.loads(capsys.readouterr().out))
    assert main(["models", "verify"]) == 4
    assert "bad: the model card" in capsys.readouterr().err
    assert main(["models", "show", "bad"]) == 4
