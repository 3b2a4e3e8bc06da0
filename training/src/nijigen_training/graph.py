"""The operators of a model file, with their constants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import ModelError

Constant = NDArray[Any]


@dataclass(frozen=True)
class Node:
    """One operator."""

    operator: str
    constants: tuple[Constant, ...]
    """The inputs stored in the file; float16 values are converted to float32."""


@dataclass(frozen=True)
class Graph:
    """All operators, in execution order."""

    nodes: tuple[Node, ...]

    def constants(self, operator: str, dimensions: int) -> list[Constant]:
        """Return the constants with a number of dimensions of one kind of operator, in order."""
        held = (node.constants for node in self.nodes if node.operator == operator)
        return [value for values in held for value in values if value.ndim == dimensions]


def read_graph(data: bytes) -> Graph:
    """Read a model file.

    Raises:
        ModelError: It is not ONNX.
    """
    import onnx

    try:
        graph = onnx.load_from_string(data).graph
    except Exception as error:  # from protobuf, a dependency of onnx
        raise ModelError(f"the model cannot be read: {error}", "export it again") from None
    known = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in known:
            known[node.output[0]] = known[node.input[0]].astype(np.float32)
        else:
            held = tuple(known[name] for name in node.input if name in known)
            nodes.append(Node(node.op_type, held))
    return Graph(tuple(nodes))
