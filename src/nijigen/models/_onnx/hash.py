"""The hash of an ONNX graph: over what it computes, not over how it is serialized.

Different versions of onnx or protobuf serialize the same graph to different bytes: fields in
another order, values as raw bytes or one by one, another container version. None of that changes
the hash; any change of an operator, attribute, name, shape or value does.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from nijigen.core.errors import ModelError

if TYPE_CHECKING:
    import onnx

TYPED = {
    "FLOAT": ("float_data", "<f4"),
    "DOUBLE": ("double_data", "<f8"),
    "INT64": ("int64_data", "<i8"),
    "UINT64": ("uint64_data", "<u8"),
    "UINT32": ("uint64_data", "<u4"),
    "INT32": ("int32_data", "<i4"),
    "INT16": ("int32_data", "<i2"),
    "UINT16": ("int32_data", "<u2"),
    "INT8": ("int32_data", "i1"),
    "UINT8": ("int32_data", "u1"),
    "BOOL": ("int32_data", "u1"),
    "FLOAT16": ("int32_data", "<u2"),
    "BFLOAT16": ("int32_data", "<u2"),
}
"""The field of a tensor's values if they are not raw bytes, and the layout of the raw bytes."""
WIDEST = {
    "float_data": "f8",
    "double_data": "f8",
    "int32_data": "i8",
    "int64_data": "i8",
    "uint64_data": "u8",
}
"""Types wide enough for protobuf's values, which are then narrowed to the tensor's type."""


def graph_hash(model: onnx.ModelProto) -> str:
    """Return the SHA-256 of the operators, attributes, names, shapes and tensors of a graph.

    Raises:
        ModelError: The graph contains something that is not hashed: values in another file, or in
            a format of less than a byte.
    """
    # An empty domain equals "ai.onnx", and the order of the list has no meaning.
    versions = sorted((_domain(entry.domain), entry.version) for entry in model.opset_import)
    digest = hashlib.sha256()
    _feed(digest, [versions, _graph(model.graph)])
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    """Add a value in an unambiguous encoding."""
    if isinstance(value, bytes):
        digest.update(b"b%d:" % len(value))
        digest.update(value)
    elif isinstance(value, str):
        data = value.encode()
        digest.update(b"s%d:" % len(data))
        digest.update(data)
    elif isinstance(value, int):
        digest.update(b"i%d;" % value)
    else:
        items = list(value)
        digest.update(b"l%d:" % len(items))
        for item in items:
            _feed(digest, item)


def _graph(graph: onnx.GraphProto) -> list[Any]:
    if graph.sparse_initializer:
        raise ModelError("graphs with sparse tensors cannot be hashed", _HINT)
    constants = sorted((tensor.name, _tensor(tensor)) for tensor in graph.initializer)
    return [
        [_port(port) for port in graph.input],
        [_port(port) for port in graph.output],
        constants,
        [_node(node) for node in graph.node],
    ]


def _node(node: onnx.NodeProto) -> list[Any]:
    attributes = sorted((entry.name, _attribute(entry)) for entry in node.attribute)
    # A node's own name has no meaning: it is identified by its inputs and outputs.
    return [_domain(node.domain), node.op_type, list(node.input), list(node.output), attributes]


def _attribute(entry: onnx.AttributeProto) -> list[Any]:
    import onnx

    kind = onnx.AttributeProto.AttributeType.Name(entry.type)
    values: dict[str, Any] = {
        "FLOAT": lambda: _floats([entry.f]),
        "INT": lambda: entry.i,
        "STRING": lambda: entry.s,
        "TENSOR": lambda: _tensor(entry.t),
        "GRAPH": lambda: _graph(entry.g),
        "FLOATS": lambda: _floats(entry.floats),
        "INTS": lambda: list(entry.ints),
        "STRINGS": lambda: list(entry.strings),
        "TENSORS": lambda: [_tensor(tensor) for tensor in entry.tensors],
        "GRAPHS": lambda: [_graph(graph) for graph in entry.graphs],
    }
    if kind not in values:
        raise ModelError(f"attributes of the type {kind} cannot be hashed", _HINT)
    return [kind, values[kind]()]


def _port(port: onnx.ValueInfoProto) -> list[Any]:
    tensor = port.type.tensor_type
    sides = [side.dim_param or side.dim_value for side in tensor.shape.dim]
    return [port.name, tensor.elem_type, sides]


def _tensor(tensor: onnx.TensorProto) -> list[Any]:
    import onnx

    kind = onnx.TensorProto.DataType.Name(tensor.data_type)
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ModelError("graphs whose values are in another file cannot be hashed", _HINT)
    if kind == "STRING":
        return [kind, list(tensor.dims), list(tensor.string_data)]
    if kind not in TYPED:
        raise ModelError(f"tensors of the type {kind} cannot be hashed", _HINT)
    if tensor.HasField("raw_data"):
        return [kind, list(tensor.dims), tensor.raw_data]
    field, dtype = TYPED[kind]
    numbers = np.array(getattr(tensor, field), WIDEST[field])
    return [kind, list(tensor.dims), numbers.astype(dtype).tobytes()]


def _floats(values: Iterable[float]) -> bytes:
    numbers = list(values)
    return struct.pack(f"<{len(numbers)}f", *numbers)


def _domain(domain: str) -> str:
    return domain or "ai.onnx"


_HINT = "save the graph with dense tensors in a single file"
