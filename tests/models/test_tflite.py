"""Operators of TensorFlow Lite as ONNX, against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.tflite_cases import CASES, PICTURE, Array, file_of, numbers
from models.tflite_writer import TfliteNet
from nijigen.core.errors import ModelError
from nijigen.models._tflite import convert
from nijigen.models._tflite.operators import OPERATORS


def run(data: bytes, *inputs: Array) -> list[Array]:
    """Convert a file, and calculate as the file would: channels last in and out."""
    import onnx
    import onnxruntime

    model = convert({"net.tflite": data})
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    fed = {
        port.name: value.transpose(0, 3, 1, 2) if value.ndim == 4 else value
        for port, value in zip(session.get_inputs(), inputs, strict=True)
    }
    results = session.run(None, fed)
    for port, value in zip(session.get_outputs(), results, strict=True):
        stated = [side if isinstance(side, int) else len(inputs[0]) for side in port.shape]
        assert stated == list(value.shape)
    return [value.transpose(0, 2, 3, 1) if value.ndim == 4 else value for value in results]


@pytest.mark.parametrize("case", CASES)
def test_operator(case: str) -> None:
    x = numbers(*PICTURE, seed=7)
    (found,) = run(file_of(case), x)
    wanted = CASES[case][1](x)
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_several_pictures_at_once(case: str) -> None:
    x = np.concatenate([numbers(*PICTURE, seed=seed) for seed in (7, 8)])
    (found,) = run(file_of(case), x)
    singly = [run(file_of(case), part[None])[0] for part in x]
    assert np.allclose(found, np.concatenate(singly), rtol=1e-5, atol=1e-6)


def test_every_operator_is_tested() -> None:
    kinds: set[str] = set()

    class Listing(TfliteNet):
        def operator(self, kind: str, *rest: Any, **options: Any) -> int:
            kinds.add(kind)
            return super().operator(kind, *rest, **options)

    for build, _ in CASES.values():
        net = Listing()
        build(net, net.tensor(PICTURE))
    assert kinds == set(OPERATORS)


def test_several_inputs_and_outputs_keep_their_names_and_order() -> None:
    net = TfliteNet()
    picture, factor = net.tensor((1, 2, 2, 3), "picture"), net.tensor((1, 3), "factor")
    product = net.operator("MUL", [picture, factor], (1, 2, 2, 3))
    total = net.operator("ADD", [factor, factor], (1, 3))
    model = convert({"net.tflite": net.file([picture, factor], [total, product])})
    assert [port.name for port in model.graph.input] == ["picture", "factor"]
    assert [port.name for port in model.graph.output] == [f"t{total}", f"t{product}"]
    x, y = numbers(1, 2, 2, 3), numbers(1, 3)
    double, scaled = run(net.file([picture, factor], [total, product]), x, y)
    assert np.array_equal(double, 2 * y)
    assert np.array_equal(scaled, x * y)


def test_batch_that_an_operator_moves_stays_one() -> None:
    net = TfliteNet()
    x = net.tensor((1, 2, 2, 3), "x")
    data = net.file([x], [net.operator("RESHAPE", [x], (2, 6))])
    (port,) = convert({"net.tflite": data}).graph.input
    assert [side.dim_value for side in port.type.tensor_type.shape.dim] == [1, 3, 2, 2]
    assert np.array_equal(run(data, numbers(1, 2, 2, 3))[0], numbers(1, 2, 2, 3).reshape(2, 6))


def test_same_file_gives_the_same_graph() -> None:
    data = file_of("depthwise")
    first, second = (convert({"net.tflite": data}) for _ in range(2))
    assert first == second


def test_pictures_are_turned_only_where_their_axes_are_melted() -> None:
    kinds = [node.op_type for node in convert({"a": file_of("depthwise")}).graph.node]
    assert "Transpose" not in kinds
    kinds = [node.op_type for node in convert({"a": file_of("fully-connected")}).graph.node]
    assert kinds.count("Transpose") == 1


@pytest.mark.parametrize("kind", ["ARG_MAX", "SomethingOfTheirOwn"])
def test_unknown_operator_is_named(kind: str) -> None:
    net = TfliteNet()
    x = net.tensor(PICTURE, "x")
    data = net.file([x], [net.operator(kind, [x], PICTURE)])
    with pytest.raises(ModelError, match=f"operator {kind} is not supported"):
        convert({"net.tflite": data})
