"""Networks of several inputs and outputs, and of fixed sizes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from extras import needs
from nijigen.core.errors import ModelError, NotFound
from nijigen.models import session
from nijigen.models.session import open_session

Make = Callable[..., Path]


Draw = Callable[[int, int], NDArray[np.float32]]


def ports_net(batch: int | str = "n", side: int | str = "h") -> bytes:
    """Build a network with two inputs and three outputs; one of these takes long."""
    from onnx import TensorProto, helper

    info = helper.make_tensor_value_info
    nodes = [
        # OpenVINO joins the two blobs, and then also has the name of the first for the output.
        helper.make_node("Mul", ["picture", "weights"], ["a product"]),
        helper.make_node("Identity", ["a product"], ["weighted"]),
        helper.make_node("ReduceMean", ["weighted"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("ArgMax", ["means"], ["best"], axis=1, keepdims=0),
    ]
    made = helper.make_graph(
        nodes,
        "ports",
        [
            info("picture", TensorProto.FLOAT, [batch, 3, side, "w"]),
            info("weights", TensorProto.FLOAT, [3, 1, 1]),
        ],
        [
            info("weighted", TensorProto.FLOAT, [batch, 3, side, "w"]),
            info("means", TensorProto.FLOAT, [batch, 3]),
            info("best", TensorProto.INT64, [batch]),
        ],
    )
    data: bytes = helper.make_model(
        made, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]
    ).SerializeToString()
    return data


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_several_inputs_and_outputs(
    runtime: str, make_model: Make, batch: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(runtime)
    monkeypatch.setenv("NIJIGEN_RUNTIME", runtime)
    make_model("mine", {"onnx": ports_net()}, extra='precision = "float32"')
    net = open_session("mine")
    assert net.inputs == (
        session.Port("picture", (None, 3, None, None)),
        session.Port("weights", (3, 1, 1)),
    )
    assert [(port.name, port.shape, port.dtype) for port in net.outputs] == [
        ("weighted", (None, 3, None, None), "float32"),
        ("means", (None, 3), "float32"),
        ("best", (None,), "int64"),
    ]
    given = {"picture": batch(8, 9), "weights": np.array([0.5, 0, 3]).reshape(3, 1, 1)}
    answers = net.run(given)
    assert list(answers) == ["weighted", "means", "best"]
    assert np.allclose(answers["weighted"], given["picture"] * given["weights"], atol=1e-6)
    assert answers["best"].tolist() == [int(answers["means"].argmax())]
    with pytest.raises(ModelError, match="several") as caught:
        net(batch(8, 8))
    assert "picture, weights to weighted, means, best" in caught.value.hint


def test_outputs_that_are_not_wanted_are_not_calculated(make_model: Make) -> None:
    from onnx import TensorProto, helper

    info = helper.make_tensor_value_info
    # A reshape that fails when it is calculated.
    nodes = [
        helper.make_node("Identity", ["input"], ["same"]),
        helper.make_node("Neg", ["same"], ["other"]),
        helper.make_node("Reshape", ["other", "shape"], ["failing"]),
    ]
    names = ("input", "same", "other", "failing")
    ports = [info(name, TensorProto.FLOAT, ["n", "m"]) for name in names]
    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [7, 7])
    made = helper.make_graph(nodes, "some", ports[:1], ports[1:], [shape])
    model = helper.make_model(made, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    place = make_model("mine", {"onnx": model.SerializeToString()})
    with (place / "card.toml").open("a") as text:
        text.write("".join(f'outputs.{name}.shape = ["n", "m"]\n' for name in names[1:]))
    numbers = np.ones((2, 3), np.float32)
    net = open_session("mine", outputs=["other", "same"])
    answers = net.run({"input": numbers})
    assert list(answers) == ["other", "same"]
    assert np.array_equal(answers["other"], -numbers)
    assert np.array_equal(open_session("mine", outputs=["other"])(numbers), -numbers)
    with pytest.raises(ModelError, match="cannot run"):
        open_session("mine").run({"input": numbers})
    with pytest.raises(NotFound, match="no output answer") as caught:
        open_session("mine", outputs=["answer"])
    assert caught.value.hint == "known: same, other, failing"


def test_fixed_sizes_are_one_clear_error(make_model: Make, batch: Draw) -> None:
    make_model("mine", {"onnx": ports_net(1, 8)})
    net = open_session("mine")
    weights = np.ones((3, 1, 1), np.float32)
    assert net.run({"picture": batch(8, 5), "weights": weights})["means"].shape == (1, 3)
    for wrong in (np.repeat(batch(8, 5), 2, axis=0), batch(9, 5), batch(8, 5)[0]):
        with pytest.raises(ModelError, match="'picture'") as caught:
            net.run({"picture": wrong, "weights": weights})
        assert "×".join(map(str, wrong.shape)) in caught.value.message
        assert "requires 1×3×8×?" in caught.value.hint
    with pytest.raises(ModelError, match="takes picture, weights, not picture, weight"):
        net.run({"picture": batch(8, 5), "weight": weights})


def test_ncnn_has_ports_too(batch: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("ncnn")
    monkeypatch.setenv("NIJIGEN_RUNTIME", "ncnn")
    net = open_session("waifu2x-upconv-7-art")
    assert net.runtime == "ncnn"
    (source,), (result,) = net.inputs, net.outputs
    answer = net.run({source.name: batch(60, 50)})[result.name]
    assert np.array_equal(answer, net(batch(60, 50)))
