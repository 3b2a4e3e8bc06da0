"""The hash of a graph: the same however a file is written, another for anything that computes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nijigen.core.errors import ModelError
from nijigen.models._onnx.hash import graph_hash


def graph(**changes: Any) -> Any:
    """Build a convolution with a constant of each usual type."""
    from onnx import TensorProto, helper

    kernel = np.linspace(-1, 1, 27, dtype=np.float32)
    kernel[changes.get("pixel", 0)] += np.float32(changes.get("much", 0))
    constants = [
        helper.make_tensor("kernel", TensorProto.FLOAT, [1, 3, 3, 3], kernel),
        helper.make_tensor("axes", TensorProto.INT64, [2], [2, 3]),
        helper.make_tensor("point", TensorProto.INT8, [2], [-3, changes.get("point", 100)]),
        helper.make_tensor("half", TensorProto.FLOAT16, [2], [0.5, -0.25]),
    ]
    nodes = [
        helper.make_node(
            "Conv",
            ["picture", "kernel"],
            ["lines"],
            name=changes.get("called", "conv"),
            pads=changes.get("pads", [1, 1, 1, 1]),
            strides=[2, 2],
        ),
        helper.make_node(changes.get("op", "Relu"), ["lines"], ["answer"]),
    ]
    made = helper.make_graph(
        nodes,
        "a name",
        [
            helper.make_tensor_value_info(
                "picture", TensorProto.FLOAT, ["n", 3, changes.get("side", "h"), "w"]
            )
        ],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["n", 1, "oh", "ow"])],
        constants,
    )
    return helper.make_model(
        made,
        ir_version=changes.get("ir_version", 8),
        producer_name=changes.get("producer", "one"),
        opset_imports=[helper.make_opsetid(changes.get("domain", ""), changes.get("opset", 17))],
    )


def as_raw(model: Any) -> Any:
    """Write the same numbers as raw bytes, in another order, with other fields first."""
    from onnx import ModelProto, helper, numpy_helper

    constants = list(reversed(model.graph.initializer))
    del model.graph.initializer[:]
    for tensor in constants:
        raw = numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name)
        assert raw.HasField("raw_data")
        assert not tensor.HasField("raw_data")
        model.graph.initializer.append(raw)
    for node in model.graph.node:
        entries = list(reversed(node.attribute))
        del node.attribute[:]
        node.attribute.extend(entries)
    model.graph.value_info.append(helper.make_empty_tensor_value_info("lines"))
    # Protobuf takes fields in any order: here the last one comes first.
    version = ModelProto(ir_version=model.ir_version).SerializeToString()
    data = model.SerializeToString()
    assert data.startswith(version)
    return ModelProto.FromString(data[len(version) :] + version)


def test_one_graph_written_in_two_ways() -> None:
    first = graph()
    second = as_raw(graph(called="other", producer="two", ir_version=7))
    assert first.SerializeToString() != second.SerializeToString()
    assert graph_hash(first) == graph_hash(second)
    assert graph_hash(graph(domain="ai.onnx")) == graph_hash(first)


@pytest.mark.parametrize(
    "change",
    [
        {"op": "Sigmoid"},
        {"pads": [1, 1, 1, 0]},
        {"much": 1e-6, "pixel": 26},
        {"point": 101},
        {"side": 64},
        {"opset": 16},
    ],
)
def test_what_computes_changes_the_hash(change: dict[str, Any]) -> None:
    assert graph_hash(graph(**change)) != graph_hash(graph())


def test_hash_does_not_change_with_a_version() -> None:
    """Counted once with onnx 1.23; another number here means that all cards would be wrong."""
    expected = "fdfa50f39e57696c3e3185b9f3fbfa83b8268b48c1e8d876772b24c1489ddebd"
    assert graph_hash(graph()) == expected


@pytest.mark.parametrize("kind", ["outside", "sparse", "small"])
def test_what_cannot_be_compared_is_refused(kind: str) -> None:
    from onnx import TensorProto

    model = graph()
    tensor = model.graph.initializer[0]
    if kind == "outside":
        tensor.data_location = TensorProto.EXTERNAL
    elif kind == "small":
        tensor.data_type = TensorProto.INT4
    else:
        model.graph.sparse_initializer.add()
    with pytest.raises(ModelError, match="cannot be hashed"):
        graph_hash(model)


@pytest.mark.parametrize(
    "write",
    [
        lambda tensor: tensor.float_data.extend([1.5, -2.0]),
        lambda tensor: setattr(tensor, "raw_data", struct.pack("<2f", 1.5, -2.0)),
    ],
)
def test_numbers_in_either_field(write: Callable[[Any], None]) -> None:
    from onnx import TensorProto

    model = graph()
    tensor = TensorProto(name="more", data_type=TensorProto.FLOAT, dims=[2])
    write(tensor)
    model.graph.initializer.append(tensor)
    plain = graph()
    plain.graph.initializer.add(name="more", data_type=1, dims=[2]).float_data.extend([1.5, -2.0])
    assert graph_hash(model) == graph_hash(plain)
