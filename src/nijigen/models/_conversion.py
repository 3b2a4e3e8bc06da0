"""Convert weights from their packaged formats to ONNX graphs in our conventions.

A converter reads one format and returns a graph with the file's own names and axis order.
:func:`convert` then gives the inputs and outputs the names and layout that the card states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from nijigen.core.errors import ModelError
from nijigen.models._onnx.hash import graph_hash
from nijigen.models.card import Format, ModelCard, Net, Port

if TYPE_CHECKING:
    import onnx

Source = Mapping[str, bytes]
"""The files of a network by their path in the package, in the order of the card."""
IR_VERSION = 8
"""Supported by all recent runtimes; a graph with an older version keeps it."""


def _onnx(source: Source) -> onnx.ModelProto:
    import onnx
    from google.protobuf.message import DecodeError

    (data,) = source.values()
    try:
        return onnx.load_model_from_string(data)
    except DecodeError:
        raise ModelError("the file is not an ONNX graph", _HINT) from None


def _torch(source: Source) -> onnx.ModelProto:
    from nijigen.models._graphs import efficientnet_lite0
    from nijigen.models._torch.state_dict import read_state_dict

    (data,) = source.values()
    return efficientnet_lite0.write(read_state_dict(data))


def _tflite(source: Source) -> onnx.ModelProto:
    from nijigen.models import _tflite

    return _tflite.convert(source)


def _tfjs(source: Source) -> onnx.ModelProto:
    from nijigen.models import _tfjs

    return _tfjs.convert(source)


CONVERTERS: dict[Format, Callable[[Source], onnx.ModelProto]] = {
    "onnx": _onnx,
    "torch": _torch,
    "tflite": _tflite,
    "tfjs": _tfjs,
}
"""The converter of each format; its module is imported on the first call."""


def convert(card: ModelCard, key: str | None, source: Source) -> onnx.ModelProto:
    """Return the graph of a network, with the inputs and outputs that its card states.

    Args:
        card: The model's card.
        key: Key of the network; by default the card's default network.
        source: The verified files.

    Raises:
        ModelError: The files cannot be read, or the graph is not the one that the card names.
    """
    if card.format not in CONVERTERS:
        raise ModelError(f"networks in the format {card.format} cannot be read here", _HINT)
    net = card.net(key)
    model = CONVERTERS[card.format](source)
    _arrange(model.graph, net)
    model.ir_version = min(model.ir_version, IR_VERSION)
    found = graph_hash(model)
    if found != net.graph:
        raise ModelError(
            f"model {card.name}: the converted graph is not the one that its card names",
            f"report it, with the versions of Nijigen and onnx (its hash is {found})",
        )
    return model


def _arrange(graph: onnx.GraphProto, net: Net) -> None:
    """Give inputs and outputs the names, layout and shapes of the card."""
    # Shapes of intermediate blobs, which would contradict the new ones.
    del graph.value_info[:]
    constants = {tensor.name for tensor in graph.initializer}
    inputs = [entry for entry in graph.input if entry.name not in constants]
    for kind, found, ports in (
        ("inputs", inputs, net.inputs),
        ("outputs", list(graph.output), net.outputs),
    ):
        there = {entry.name: entry for entry in found}
        stated = {port.source or name: (name, port) for name, port in ports.items()}
        if stated and there.keys() != stated.keys():
            raise ModelError(
                f"the {kind} of the network are {', '.join(sorted(there))}, "
                f"but its card states {', '.join(sorted(stated))}",
                _HINT,
            )
        for source, (name, port) in stated.items():
            _arrange_port(graph, there[source], name, port, is_input=kind == "inputs")


def _arrange_port(
    graph: onnx.GraphProto, entry: onnx.ValueInfoProto, name: str, port: Port, *, is_input: bool
) -> None:
    from onnx import helper

    tensor = entry.type.tensor_type
    found = [side.dim_value for side in tensor.shape.dim]
    order = (0, 2, 3, 1) if port.channels_last else range(len(port.shape))
    stated = [port.shape[axis] for axis in order]
    # A card may fix a length that the file leaves open, but not the other way round.
    if len(found) != len(stated) or any(
        length not in (0, side) for length, side in zip(found, stated, strict=True)
    ):
        raise ModelError(f"{name!r} of the network has the shape {found}, not {stated}", _HINT)
    old = entry.name
    if name != old and name in _blobs(graph):
        raise ModelError(f"the network has a blob named {name!r} already", _HINT)
    if port.channels_last:
        inner = f"{name}/nhwc"
        _rename(graph, old, inner)
        if is_input:
            node = helper.make_node("Transpose", [name], [inner], perm=[0, 2, 3, 1])
            graph.node.insert(0, node)
        else:
            graph.node.append(helper.make_node("Transpose", [inner], [name], perm=[0, 3, 1, 2]))
    elif old != name:
        _rename(graph, old, name)
    if port.scaled:
        _scale(graph, name, port)
    entry.CopyFrom(helper.make_tensor_value_info(name, tensor.elem_type, list(port.shape)))


def _scale(graph: onnx.GraphProto, name: str, port: Port) -> None:
    """Scale an input from 0..1 to the values that the file expects."""
    from onnx import helper, numpy_helper

    inner = [f"{name}/{part}" for part in ("scale", "times", "offset", "scaled")]
    scale, times, offset, scaled = inner
    _rename(graph, name, scaled)
    nodes = [
        helper.make_node("Mul", [name, scale], [times]),
        helper.make_node("Add", [times, offset], [scaled]),
    ]
    for place, node in enumerate(nodes):
        graph.node.insert(place, node)
    for part, value in ((scale, port.value_scale), (offset, port.value_offset)):
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.float32), part))


def _blobs(graph: onnx.GraphProto) -> set[str]:
    made = {name for node in graph.node for name in node.output}
    return made | {entry.name for entry in (*graph.input, *graph.initializer)}


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [new if name == old else name for name in names]
    for entry in (*graph.initializer, *graph.output, *graph.input):
        if entry.name == old:
            entry.name = new


_HINT = "correct the card, or use the package version that it names"
