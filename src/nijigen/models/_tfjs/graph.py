"""Graph models of TensorFlow.js: a TensorFlow GraphDef as JSON.

Source: the operators are defined in TensorFlow's documentation (Apache-2.0).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import NDArray

from nijigen.models._channels_last import windows
from nijigen.models._channels_last.builder import ChannelsLastBuilder, Value
from nijigen.models._onnx.graph import Unreadable

if TYPE_CHECKING:
    import onnx

Array = NDArray[Any]
FUSED = {"Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh"}


@dataclass(frozen=True)
class Node:
    """One operator: its inputs and attributes."""

    builder: ChannelsLastBuilder
    name: str
    attributes: Mapping[str, Any]
    inputs: Sequence[Value]

    def constant(self, place: int) -> Array:
        """Return the values of a constant input."""
        constant = self.inputs[place].constant
        if constant is None:
            raise Unreadable(f"the weights of {self.name!r} are not constant")
        return constant

    def integers(self, key: str) -> list[int]:
        """Return an attribute that is a list of integers."""
        return [int(item) for item in self.attributes[key].get("list", {}).get("i", [])]

    def flag(self, key: str) -> bool:
        """Return a boolean attribute."""
        return bool(self.attributes.get(key, {}).get("b", False))

    def text(self, key: str, default: str) -> str:
        """Return a string attribute."""
        value = self.attributes.get(key, {}).get("s")
        return default if value is None else _text(value)

    def pair(self, key: str) -> tuple[int, int]:
        """Return the height and width from an attribute with a number per axis."""
        batch, height, width, channels = self.integers(key)
        if (batch, channels) != (1, 1):
            raise Unreadable(f"{self.name!r} has {key} along the batch or channels")
        return height, width

    def window(self) -> dict[str, Any]:
        """Return strides and padding."""
        padding = self.text("padding", "")
        if padding not in ("SAME", "VALID") or self.text("data_format", "NHWC") != "NHWC":
            raise Unreadable(f"{self.name!r} has the padding {padding!r}, or channels first")
        return {"strides": self.pair("strides"), "same": padding == "SAME"}

    def fused(self) -> tuple[Array | None, str]:
        """Return the biases and the activation fused into an operator."""
        parts = self.attributes.get("fused_ops", {}).get("list", {}).get("s", [])
        names = [_text(part) for part in parts]
        bias = self.constant(2) if names[:1] == ["BiasAdd"] else None
        rest = names[1:] if bias is not None else names
        if len(rest) > 1 or any(name not in FUSED for name in rest):
            raise Unreadable(f"{self.name!r} is fused with {' and '.join(rest)}")
        return bias, FUSED[rest[0]] if rest else "linear"


def build_graph(
    topology: Mapping[str, Any], signature: Mapping[str, Any] | None, weights: Mapping[str, Array]
) -> onnx.ModelProto:
    """Convert a graph model to an ONNX graph.

    Args:
        topology: The file's ``modelTopology``.
        signature: Its signature, which lists the outputs; without one, the outputs are the results
            that no operator uses.
        weights: The tensors by name.

    Raises:
        Unreadable: It contains something that is not supported.
    """
    builder = ChannelsLastBuilder()
    values: dict[str, Value] = {}
    read: set[str] = set()
    for entry in topology["node"]:
        name, kind = entry["name"], entry["op"]
        inputs = [item.removesuffix(":0") for item in entry.get("input", [])]
        read.update(inputs)
        if kind == "Placeholder":
            sides = [int(side["size"]) for side in entry["attr"]["shape"]["shape"]["dim"]]
            values[name] = builder.input(name, (max(sides[0], 1), *sides[1:]))
        elif kind == "Const":
            values[name] = Value(weights[name].shape, constant=weights[name])
        elif kind not in OPERATORS:
            raise Unreadable(f"the operator {kind} is not supported")
        elif any(item not in values for item in inputs):
            raise Unreadable(f"an input of {name!r} is not computed before it")
        else:
            node = Node(builder, name, entry.get("attr", {}), [values[item] for item in inputs])
            values[name] = OPERATORS[kind](node)
    stated = ((signature or {}).get("outputs") or {}).values()
    results = [item["name"].removesuffix(":0") for item in stated]
    results = results or [entry["name"] for entry in topology["node"] if entry["name"] not in read]
    return builder.model({name: values[name] for name in results})


def _text(value: str) -> str:
    return base64.b64decode(value, validate=True).decode("ascii")


def _conv(node: Node) -> Value:
    kernel = node.constant(1).transpose(3, 2, 0, 1)
    bias, activation = node.fused()
    value = windows.conv(
        node.builder,
        node.inputs[0],
        kernel,
        bias,
        dilations=node.pair("dilations"),
        **node.window(),
    )
    return node.builder.activated(value, activation)


def _depthwise(node: Node) -> Value:
    bias, activation = node.fused()
    dilations = node.pair("dilations")
    value = windows.depthwise(
        node.builder, node.inputs[0], node.constant(1), bias, dilations=dilations, **node.window()
    )
    return node.builder.activated(value, activation)


def _matrix(node: Node) -> Value:
    if node.flag("transpose_a"):
        raise Unreadable(f"{node.name!r} transposes its input")
    weights = node.constant(1)
    bias, activation = node.fused()
    value = node.builder.dense(
        node.inputs[0], weights.T if node.flag("transpose_b") else weights, bias
    )
    return node.builder.activated(value, activation)


def _pool(kind: Literal["MaxPool", "AveragePool"]) -> Callable[[Node], Value]:
    return lambda node: windows.pool(
        node.builder, kind, node.inputs[0], node.pair("ksize"), **node.window()
    )


def _binary(kind: str) -> Callable[[Node], Value]:
    return lambda node: node.builder.binary(kind, node.inputs[0], node.inputs[1])


def _activation(kind: str) -> Callable[[Node], Value]:
    return lambda node: node.builder.activated(node.inputs[0], kind)


def _squeeze(node: Node) -> Value:
    value = node.inputs[0]
    axes = {axis % value.rank for axis in node.integers("squeeze_dims")}
    if any(value.shape[axis] != 1 for axis in axes):
        raise Unreadable(f"{node.name!r} drops axes that are not of length 1")
    gone = axes or {axis for axis, side in enumerate(value.shape) if side == 1}
    return node.builder.reshape(
        value, tuple(side for axis, side in enumerate(value.shape) if axis not in gone)
    )


OPERATORS: dict[str, Callable[[Node], Value]] = {
    "Add": _binary("Add"),
    "AddV2": _binary("Add"),
    "AvgPool": _pool("AveragePool"),
    "BiasAdd": _binary("Add"),
    "Conv2D": _conv,
    "DepthwiseConv2dNative": _depthwise,
    "FusedDepthwiseConv2dNative": _depthwise,
    "Identity": lambda node: node.inputs[0],
    "MatMul": _matrix,
    "MaxPool": _pool("MaxPool"),
    "Mul": _binary("Mul"),
    "Relu": _activation("relu"),
    "Relu6": _activation("relu6"),
    "Sigmoid": _activation("sigmoid"),
    "Softmax": _activation("softmax"),
    "Squeeze": _squeeze,
    "Sub": _binary("Sub"),
    "_FusedConv2D": _conv,
    "_FusedMatMul": _matrix,
}
