"""The parts of a .tflite file: tensors with their values, operators with their options.

Source: field numbers are from TensorFlow's schema (``schema.fbs``, Apache-2.0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tflite.flatbuffer import Buffer, Table
from nijigen.models._tflite.sparse import dense

Array = NDArray[Any]
IDENTIFIER = b"TFL3"

KINDS = {
    0: "<f4",
    1: "<f2",
    2: "<i4",
    3: "u1",
    4: "<i8",
    6: "?",
    7: "<i2",
    9: "i1",
    10: "<f8",
}
"""Tensor types by number; others (strings, 4 bits …) are not supported."""

_NAMES = """
ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE
EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D
LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6
RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM CALL
CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND
SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE
BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST
PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN
TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN
FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN
FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU
SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU
REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE
NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM BATCH_MATMUL
"""
BUILT_IN = _NAMES.split()
"""Names of the built-in operators; the index is the operator's number."""


@dataclass(frozen=True)
class Tensor:
    """A tensor; constants have values."""

    name: str
    shape: tuple[int, ...]
    kind: str
    values: Array | None
    """Quantized 8-bit values are already dequantized."""


@dataclass(frozen=True)
class Operator:
    """One operator of the network, with the indices of its tensors; −1 means none."""

    kind: str
    version: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None
    custom: bytes

    def option(self, field: int, layout: str = "i", default: int = 0) -> int:
        """Return one of its options as an integer."""
        return self.options.number(field, layout, default) if self.options else default


@dataclass(frozen=True)
class Net:
    """The first, and usually only, graph of a file."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def parse(data: bytes) -> Net:
    """Parse a ``.tflite`` file.

    Raises:
        Unreadable: It is damaged, or not a ``.tflite`` file.
    """
    if data[4:8] != IDENTIFIER:
        raise Unreadable("it is not a .tflite file")
    model = Table.root(Buffer(data))
    graphs = model.tables(2)
    if not graphs:
        raise Unreadable("it contains no graph")
    graph, buffers = graphs[0], model.tables(4)
    tensors = tuple(_tensor(table, buffers) for table in graph.tables(0))
    codes = [_kind(table) for table in model.tables(1)]
    net = Net(
        tensors,
        tuple(_operator(table, codes) for table in graph.tables(3)),
        _numbers(graph, 1),
        _numbers(graph, 2),
    )
    used = [*net.inputs, *net.outputs]
    used += [number for op in net.operators for number in (*op.inputs, *op.outputs) if number != -1]
    if any(not 0 <= number < len(tensors) for number in used):
        raise Unreadable("an operator refers to a missing tensor")
    return net


def _numbers(table: Table, field: int) -> tuple[int, ...]:
    return tuple(table.array(field, "<i4").tolist())


def _kind(code: Table) -> tuple[str, int]:
    """Return the name and version of an operator code."""
    # Operators beyond 127 use a field added later; older files have only the first.
    number = max(code.number(0, "b"), code.number(3))
    if not 0 <= number < len(BUILT_IN):
        return f"number {number}", 0
    name = code.text(1) if BUILT_IN[number] == "CUSTOM" else BUILT_IN[number]
    return name, code.number(2, "i", 1)


def _operator(table: Table, codes: list[tuple[str, int]]) -> Operator:
    code = table.number(0, "I")
    if code >= len(codes):
        raise Unreadable("an operator has an undeclared type")
    custom = table.array(5, "u1").tobytes()
    return Operator(*codes[code], _numbers(table, 1), _numbers(table, 2), table.table(4), custom)


def _tensor(table: Table, buffers: list[Table]) -> Tensor:
    name, shape = table.text(3), _numbers(table, 0)
    kind = KINDS.get(table.number(1, "b"), "")
    number = table.number(2, "I")
    if number >= len(buffers):
        raise Unreadable(f"the values of {name!r} are missing")
    raw = buffers[number].array(0, "u1")
    if not len(raw):
        return Tensor(name, shape, kind, None)
    if not kind:
        raise Unreadable(f"the values of {name!r} have an unsupported type")
    if len(raw) % np.dtype(kind).itemsize:
        raise Unreadable(f"the values of {name!r} are truncated")
    values = raw.view(kind)
    sparsity = table.table(6)
    if sparsity is not None:
        values = dense(values, shape, sparsity)
    if min(shape, default=0) < 0 or math.prod(shape) != len(values):
        raise Unreadable(f"the number of values of {name!r} does not match its shape")
    return Tensor(name, shape, kind, _real(values.reshape(shape), table.table(4)))


def _real(values: Array, quantization: Table | None) -> Array:
    """Dequantize 8-bit values."""
    if quantization is None or values.dtype.itemsize > 1:
        return values
    scale = quantization.array(2, "<f4")
    if not len(scale):
        return values
    zero = quantization.array(3, "<i8") if len(quantization.array(3, "<i8")) else np.zeros(1)
    if len(scale) > 1:
        axis = quantization.number(6)
        if not 0 <= axis < values.ndim or values.shape[axis] != len(scale):
            raise Unreadable("the numbers of scales and channels of a tensor differ")
        sides = [1] * values.ndim
        sides[axis] = -1
        scale = scale.reshape(sides)
        zero = zero.reshape(sides) if len(zero) > 1 else zero
    real: Array = (values.astype(np.float32) - zero.astype(np.float32)) * scale
    return real
