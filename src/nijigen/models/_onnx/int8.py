"""Quantize a network to 8-bit integers, from the ranges of its activations.

Every tensor with a range is rounded to 256 steps of that range, and every convolution between two
such tensors gets 8-bit weights with a step for each output channel. The graph is float32 with pairs
of ``QuantizeLinear`` and ``DequantizeLinear``, from which ONNX Runtime derives integer operators.

Source: Jacob et al., Quantization and training of neural networks for efficient
integer-arithmetic-only inference, 2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from nijigen.models._onnx.graph import Array, Unreadable

if TYPE_CHECKING:
    import onnx

VERSION = 1
"""Part of the cache key: increase it when the same network gives other values."""
STEPS = 255
WEIGHT = 127

Ranges = Mapping[str, tuple[float, float]]
"""Least and greatest value of tensors by name; others are clipped to these."""


def quantized(graph: bytes, ranges: Ranges) -> bytes:
    """Return a serialized graph that computes in 8-bit integers between the tensors with a range.

    Args:
        graph: A serialized float32 graph, opset 13 or later.
        ranges: Tensors to quantize. A convolution without a range on its input or output stays in
            float32.

    Raises:
        Unreadable: The graph has no tensor of that name, or nothing to quantize.
    """
    import onnx

    model = onnx.load_model_from_string(graph)
    writer = _Writer(model, ranges)
    for node in model.graph.node:
        writer.add(node)
    if writer.missing:
        raise Unreadable(f"it has no tensor {', '.join(sorted(writer.missing))}")
    if not writer.convolutions:
        raise Unreadable("no convolution has a range on both sides")
    used = {name for node in writer.nodes for name in node.input}
    constants = [t for t in (*model.graph.initializer, *writer.constants) if t.name in used]
    made = onnx.helper.make_graph(
        writer.nodes, model.graph.name, model.graph.input, model.graph.output, constants
    )
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.CopyFrom(made)
    return bytes(model.SerializeToString(deterministic=True))


class _Writer:
    """Collects the nodes and constants of the quantized graph."""

    def __init__(self, model: onnx.ModelProto, ranges: Ranges) -> None:
        from onnx import numpy_helper

        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.convolutions = 0
        self._ranges = ranges
        self.missing = set(ranges)
        self._values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self._steps: dict[str, np.float32] = {}
        for port in model.graph.input:
            self._quantize(port.name)

    def add(self, node: onnx.NodeProto) -> None:
        """Add a node, with 8-bit weights if it is a convolution between quantized tensors."""
        import onnx

        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        for place, name in enumerate(node.input):
            if name in self._steps:
                copy.input[place] = f"{name}_rounded"
        if (
            node.op_type == "Conv"
            and node.input[0] in self._steps
            and node.output[0] in self._ranges
        ):
            self._convolution(node, copy)
        self.nodes.append(copy)
        for name in node.output:
            self._quantize(name)

    def _convolution(self, node: onnx.NodeProto, copy: onnx.NodeProto) -> None:
        weights = self._values.get(node.input[1])
        bias = self._values.get(node.input[2]) if len(node.input) > 2 else None
        if weights is None or (bias is None and len(node.input) > 2):
            raise Unreadable("the weights of a convolution are not constants")
        largest = np.abs(weights).max(axis=tuple(range(1, weights.ndim)))
        steps = np.where(largest > 0, largest / WEIGHT, 1).astype(np.float32)
        whole = np.rint(weights / steps.reshape(-1, *[1] * (weights.ndim - 1)))
        copy.input[1] = self._constant(node.input[1], whole.clip(-WEIGHT, WEIGHT), steps, np.int8)
        if bias is not None:
            # The sum of products has this step, and the bias is added to it as an integer.
            sums = steps * self._steps[node.input[0]]
            limit = np.iinfo(np.int32)
            whole = np.rint(bias.astype(np.float64) / sums).clip(limit.min, limit.max)
            copy.input[2] = self._constant(node.input[2], whole, sums, np.int32)
        self.convolutions += 1

    def _quantize(self, name: str) -> None:
        """Round a tensor to the steps of its range, which is widened to include 0."""
        if name not in self._ranges:
            return
        low, high = min(0.0, self._ranges[name][0]), max(0.0, self._ranges[name][1])
        step = np.float32((high - low) / STEPS or 1)
        zero = np.rint(-low / step).clip(0, STEPS)
        self.missing.discard(name)
        self._steps[name] = step
        self._tensor(f"{name}_step", step)
        self._tensor(f"{name}_zero", np.uint8(zero))
        steps = [f"{name}_step", f"{name}_zero"]
        self._node("QuantizeLinear", [name, *steps], f"{name}_whole")
        self._node("DequantizeLinear", [f"{name}_whole", *steps], f"{name}_rounded")

    def _constant(self, name: str, whole: Array, steps: Array, kind: type[np.generic]) -> str:
        """Add integers of a step for each output channel; return the name of their values."""
        self._tensor(f"{name}_whole", whole.astype(kind))
        self._tensor(f"{name}_step", steps)
        self._tensor(f"{name}_zero", np.zeros(len(steps), kind))
        inputs = [f"{name}_{part}" for part in ("whole", "step", "zero")]
        return self._node("DequantizeLinear", inputs, f"{name}_rounded", axis=0)

    def _node(self, op: str, inputs: list[str], output: str, **attributes: int) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def _tensor(self, name: str, values: Array | np.generic) -> None:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
