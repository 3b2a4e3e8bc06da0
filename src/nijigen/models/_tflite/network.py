"""Convert a .tflite file to an ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from nijigen.core.errors import ModelError
from nijigen.models._channels_last.builder import ChannelsLastBuilder, Value
from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tflite.file import Array, Net, parse
from nijigen.models._tflite.operators import OPERATORS
from nijigen.models._tflite.step import Step

if TYPE_CHECKING:
    import onnx


def convert(source: Mapping[str, bytes]) -> onnx.ModelProto:
    """Convert a ``.tflite`` file to an ONNX graph in float32.

    The inputs and outputs keep their names and order; those with four axes are ``(n, channels,
    height, width)`` instead of ``(1, height, width, channels)``.

    Args:
        source: The file, by its path.

    Raises:
        ModelError: It is damaged, or contains something that is not supported.
    """
    if len(source) != 1:
        raise ModelError(f"a TensorFlow Lite network is 1 file, not {len(source)}", _HINT)
    ((path, data),) = source.items()
    try:
        return _build(parse(data))
    except Unreadable as error:
        raise ModelError(f"{path} cannot be converted: {error}", _HINT) from None
    except (ValueError, IndexError, TypeError, ArithmeticError, MemoryError) as error:
        # The checks give clear messages, but damaged numbers can also break the arithmetic.
        raise ModelError(f"{path} is damaged ({type(error).__name__})", _HINT) from None


def _build(net: Net) -> onnx.ModelProto:
    builder = ChannelsLastBuilder()
    values: dict[int, Value] = {}
    for number, tensor in enumerate(net.tensors):
        if tensor.values is not None:
            values[number] = Value(tensor.shape, constant=_floats(tensor.values))
    for number in net.inputs:
        tensor = net.tensors[number]
        if tensor.kind != "<f4":
            raise Unreadable(f"the input {tensor.name!r} is not float32")
        values[number] = builder.input(tensor.name, tensor.shape)
    for operator in net.operators:
        if operator.kind not in OPERATORS:
            raise Unreadable(f"the operator {operator.kind} is not supported")
        (number,) = operator.outputs[:1] or (-1,)
        if len(operator.outputs) != 1 or number in values or number < 0:
            raise Unreadable(f"{operator.kind}: its output is missing or not unique")
        stated = net.tensors[number]
        if stated.kind not in ("<f4", "<f2"):
            raise Unreadable(f"{stated.name!r} is not computed in floating point")
        value = OPERATORS[operator.kind](Step(builder, operator, values, stated.shape))
        if value.shape != stated.shape:
            raise Unreadable(f"{stated.name!r} has the shape {value.shape}, not {stated.shape}")
        values[number] = value
    results = {}
    for number in net.outputs:
        if number not in values:
            raise Unreadable(f"no operator computes the output {net.tensors[number].name!r}")
        results[net.tensors[number].name] = values[number]
    if len(results) != len(net.outputs) or not results:
        raise Unreadable("the names of its outputs are missing or not unique")
    return builder.model(results)


def _floats(values: Array) -> Array:
    return values.astype(np.float32) if values.dtype.kind == "f" else values


_HINT = "use the package version that the model's card names"
