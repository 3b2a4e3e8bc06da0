"""Graphs from other formats: names, layout and shapes as the card states them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.test_tfjs import LAYER_CASES, files
from models.tflite_cases import file_of
from nijigen.core.errors import ModelError
from nijigen.models import _tfjs, _tflite
from nijigen.models._conversion import CONVERTERS, convert
from nijigen.models._onnx import cache
from nijigen.models._onnx.hash import graph_hash
from nijigen.models.card import ModelCard


def two_ports() -> Any:
    """Build a graph that weights the channels of a picture: NHWC and a vector in, two out."""
    from onnx import TensorProto, helper

    nodes = [
        helper.make_node("Mul", ["Placeholder", "weights:0"], ["Identity"]),
        helper.make_node("ReduceMean", ["Identity"], ["Identity_1"], axes=[1, 2], keepdims=0),
    ]
    info = helper.make_tensor_value_info
    inputs = [
        info("Placeholder", TensorProto.FLOAT, [1, 8, 6, 3]),
        info("weights:0", TensorProto.FLOAT, [3]),
    ]
    outputs = [
        info("Identity", TensorProto.FLOAT, [1, 8, 6, 3]),
        info("Identity_1", TensorProto.FLOAT, [1, 3]),
    ]
    made = helper.make_graph(nodes, "two", inputs, outputs)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])


INPUTS = {
    "picture": {"source": "Placeholder", "shape": [1, 3, 8, 6], "channels_last": True},
    "weights": {"source": "weights:0", "shape": [3]},
}
OUTPUTS = {
    "weighted": {"source": "Identity", "shape": [1, 3, 8, 6], "channels_last": True},
    "means": {"source": "Identity_1", "shape": [1, 3]},
}


def card(graph: str = "0" * 64, **changes: Any) -> ModelCard:
    """Make the card of it."""
    net = {
        "onnx": {"member": "pack/net.onnx", "sha256": "0" * 64},
        "graph": graph,
        "inputs": INPUTS,
        "outputs": OUTPUTS,
        **changes,
    }
    return ModelCard.model_validate(
        {
            "name": "two",
            "task": "weight",
            "summary": "Weights channels",
            "licence": "Apache-2.0",
            "source": "The test",
            "training_data": "None",
            "limits": ["Does nothing useful"],
            "format": "onnx",
            "default": "main",
            "files": {"main": net},
        }
    )


def converted() -> tuple[ModelCard, Any]:
    """Convert it, and return the card with the right hash too."""
    data = {"pack/net.onnx": two_ports().SerializeToString()}
    with pytest.raises(ModelError, match="not the one that its card names") as caught:
        convert(card(), None, data)
    right = card(caught.value.hint.split()[-1].rstrip(")"))
    return right, convert(right, None, data)


def test_ports_are_those_of_the_card() -> None:
    import onnxruntime

    stated, model = converted()
    assert graph_hash(model) == stated.files["main"].graph
    net = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    assert [(port.name, port.shape) for port in net.get_inputs()] == [
        ("picture", [1, 3, 8, 6]),
        ("weights", [3]),
    ]
    picture = np.random.default_rng(1).random((1, 3, 8, 6), np.float32)
    weights = np.array([0.5, 0, 2], np.float32)
    weighted, means = net.run(["weighted", "means"], {"picture": picture, "weights": weights})
    assert np.allclose(weighted, picture * weights[:, None, None])
    assert np.allclose(means, weighted.mean((2, 3)), atol=1e-6)


@pytest.mark.parametrize("layout", [{"channels_last": True}, {}])
def test_values_are_scaled_before_the_network_sees_them(layout: dict[str, bool]) -> None:
    import onnxruntime

    shape = [1, 3, 8, 6] if layout else [1, 8, 6, 3]
    port = {"source": "Placeholder", "shape": shape, **layout}
    scaled = port | {"value_scale": 2.0, "value_offset": -1.0}
    outputs = {"means": OUTPUTS["means"], "weighted": {"source": "Identity", "shape": [1, 8, 6, 3]}}
    data = {"pack/net.onnx": two_ports().SerializeToString()}
    picture = np.random.default_rng(1).random(shape, np.float32)
    answers = []
    for stated, value in ((port, 2 * picture - 1), (scaled, picture)):
        changes = {"inputs": {**INPUTS, "picture": stated}, "outputs": outputs}
        with pytest.raises(ModelError, match="not the one that its card names") as caught:
            convert(card(**changes), None, data)
        right = card(caught.value.hint.split()[-1].rstrip(")"), **changes)
        net = onnxruntime.InferenceSession(
            convert(right, None, data).SerializeToString(), providers=["CPUExecutionProvider"]
        )
        fed = {"picture": value.astype(np.float32), "weights": np.ones(3, np.float32)}
        answers.append(net.run(["means"], fed)[0])
        assert [port.name for port in net.get_inputs()] == ["picture", "weights"]
    assert np.allclose(*answers, atol=1e-6)


def test_graph_is_kept_under_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stated, _ = converted()
    path = tmp_path / "net.onnx"
    path.write_bytes(two_ports().SerializeToString())
    first = cache.onnx_bytes(stated, None, {"onnx": path})
    assert cache.cached_path(stated, None).is_file()
    monkeypatch.setitem(CONVERTERS, "onnx", None)  # type: ignore[arg-type]
    assert cache.onnx_bytes(stated, None, {"onnx": path}) == first


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"inputs": {"picture": INPUTS["picture"]}}, "inputs of the network are"),
        (
            {"outputs": {**OUTPUTS, "more": {"shape": [1]}}},
            "its card states Identity, Identity_1, more",
        ),
        ({"inputs": {**INPUTS, "weights": {"source": "weights:0", "shape": [4]}}}, "'weights'"),
        ({"inputs": {**INPUTS, "weights": {"source": "weights:0", "shape": ["n"]}}}, "'weights'"),
        ({"inputs": {**INPUTS, "weights": {"source": "weights:0", "shape": [3, 1]}}}, "'weights'"),
        ({"outputs": {"weights": OUTPUTS["weighted"], "means": OUTPUTS["means"]}}, "already"),
    ],
)
def test_ports_that_the_network_does_not_have(changes: dict[str, Any], complaint: str) -> None:
    data = {"pack/net.onnx": two_ports().SerializeToString()}
    with pytest.raises(ModelError, match=complaint):
        convert(card(**changes), None, data)


def test_file_that_is_no_network() -> None:
    with pytest.raises(ModelError, match="not an ONNX graph"):
        convert(card(), None, {"pack/net.onnx": b"this is no network"})


def test_converted_graphs_stay_the_same() -> None:
    """Another hash here means that those on the cards are wrong: convert each again, and state it.

    The weights of most cards are not here when tests run, so that nothing else would say so.
    """
    layers = LAYER_CASES["conv"][0]()
    made = {
        "tflite": _tflite.convert({"net.tflite": file_of("conv")}),
        "tflite, depthwise": _tflite.convert({"net.tflite": file_of("depthwise")}),
        "tfjs": _tfjs.convert(files(layers.topology(), layers.weights)),
    }
    assert {name: graph_hash(model)[:16] for name, model in made.items()} == {
        "tflite": "1fada939bf7268a2",
        "tflite, depthwise": "8a88acd54ad4621a",
        "tfjs": "47632358b164f5fd",
    }
