"""The graph, its tensors, and operators for tensors of any shape."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._onnx.graph import GraphBuilder, Unreadable

if TYPE_CHECKING:
    import onnx

Array = NDArray[Any]
Shape = tuple[int, ...]

TO_FIRST, TO_LAST = (0, 3, 1, 2), (0, 2, 3, 1)

_NUMBERED = re.compile(r"[nc]\d+$")
"""Names that the graph builder generates."""

ACTIVATIONS = {
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "hard_swish": "HardSwish",
}


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor of the network; its shape is in the source's axis order."""

    shape: Shape
    name: str = ""
    """Name in the graph; empty for constants, which are added when used."""
    constant: Array | None = None

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def channels(self) -> int:
        """The size of the last axis."""
        return self.shape[-1]


@dataclass
class ChannelsLastBuilder:
    """Adds operators to a graph one by one.

    The first axis of the inputs is the batch. Shapes here have 1 for it; the graph accepts any
    number unless an operator moves that axis.
    """

    graph: GraphBuilder = field(default_factory=GraphBuilder)
    any_batch: bool = True
    _inputs: dict[str, Shape] = field(default_factory=dict)
    _constants: dict[tuple[int, int], tuple[Array, str]] = field(default_factory=dict)

    def name(self, value: Value, rank: int | None = None) -> str:
        """Return a value's name in the graph, with leading axes added up to a rank."""
        if value.constant is None:
            if rank is None or rank == value.rank:
                return value.name
            return self.reshape(value, (1,) * (rank - value.rank) + value.shape).name
        rank = value.rank if rank is None else rank
        key = id(value.constant), rank
        if key not in self._constants:
            array = value.constant.reshape((1,) * (rank - value.rank) + value.shape)
            name = self.graph.constant(array.transpose(TO_FIRST) if rank == 4 else array)
            # Keep a reference to the array, so that its id is not reused.
            self._constants[key] = (value.constant, name)
        return self._constants[key][1]

    def input(self, name: str, shape: Shape) -> Value:
        """Add an input of the graph."""
        if not name or name in self._inputs or min(shape, default=0) < 1:
            raise Unreadable(f"the input {name!r} {shape} has an invalid name or shape")
        self._inputs[name] = shape
        self.any_batch &= shape[0] == 1
        return Value(shape, name)

    def model(self, outputs: Mapping[str, Value]) -> onnx.ModelProto:
        """Finish the graph and name its outputs."""
        names = [*self._inputs, *outputs]
        if len(set(names)) < len(names) or "" in names or any(_NUMBERED.match(n) for n in names):
            raise Unreadable("the names of the inputs and outputs are invalid or not unique")
        for name, value in outputs.items():
            self.graph.node("Identity", [self.name(value)], name)

        def sides(shape: Shape) -> list[int | str]:
            first = [shape[axis] for axis in TO_FIRST] if len(shape) == 4 else list(shape)
            return ["n", *first[1:]] if self.any_batch else [*first]

        results = {name: sides(value.shape) for name, value in outputs.items()}
        return self.graph.model_of({name: sides(s) for name, s in self._inputs.items()}, results)

    def node(self, op: str, inputs: Sequence[Value | str], shape: Shape, **options: Any) -> Value:
        """Add an ONNX operator whose result has the given shape."""
        names = [value if isinstance(value, str) else self.name(value) for value in inputs]
        return Value(tuple(shape), self.graph.node(op, names, **options))

    def integers(self, values: Sequence[int]) -> str:
        """Add a constant list of integers."""
        return self.graph.constant(np.array(values, np.int64))

    def axis(self, value: Value, axis: int) -> int:
        """Map an axis of the source to the graph."""
        axis += value.rank if axis < 0 else 0
        if not 0 <= axis < value.rank:
            raise Unreadable(f"axis {axis} is out of range for a tensor with {value.rank} axes")
        return TO_FIRST.index(axis) if value.rank == 4 else axis

    def activated(self, value: Value, kind: str) -> Value:
        """Add an activation by name."""
        if kind == "linear":
            return value
        if kind == "relu6":
            limits = [self.graph.scalar(0), self.graph.scalar(6)]
            return self.node("Clip", [value, *limits], value.shape)
        if kind == "softmax":
            return self.node("Softmax", [value], value.shape, axis=self.axis(value, -1))
        if kind not in ACTIVATIONS:
            raise Unreadable(f"the activation {kind!r} is not supported")
        return self.node(ACTIVATIONS[kind], [value], value.shape)

    def binary(self, op: str, first: Value, second: Value) -> Value:
        """Add a binary operator such as ``Add``, with broadcasting from the last axis."""
        try:
            shape = np.broadcast_shapes(first.shape, second.shape)
        except ValueError:
            raise Unreadable(f"shapes {first.shape} and {second.shape} do not match") from None
        names = [self.name(value, len(shape)) for value in (first, second)]
        return self.node(op, names, shape)

    def pad(self, value: Value, amounts: Sequence[Sequence[int]]) -> Value:
        """Pad with zeros; ``amounts`` has a pair (before, after) for every axis."""
        if [len(pair) for pair in amounts] != [2] * value.rank or np.min(amounts, initial=0) < 0:
            raise Unreadable("a padding does not match its tensor")
        if any(amounts[0]):
            self.any_batch = False
        order = TO_FIRST if value.rank == 4 else range(value.rank)
        pads = [amounts[axis][side] for side in (0, 1) for axis in order]
        shape = tuple(side + sum(pair) for side, pair in zip(value.shape, amounts, strict=True))
        return self.node("Pad", [value, self.integers(pads)], shape)

    def concat(self, values: Sequence[Value], axis: int) -> Value:
        """Concatenate tensors along an axis."""
        place = self.axis(values[0], axis)
        axis %= values[0].rank
        rests = {(*value.shape[:axis], *value.shape[axis + 1 :]) for value in values}
        if len(rests) > 1 or any(value.rank != values[0].rank for value in values):
            raise Unreadable("concatenated tensors have different sizes")
        if axis == 0 or any(value.constant is not None for value in values):
            self.any_batch = False
        total = sum(value.shape[axis] for value in values)
        shape = (*values[0].shape[:axis], total, *values[0].shape[axis + 1 :])
        return self.node("Concat", values, shape, axis=place)

    def mean(self, value: Value, axes: Sequence[int], keep: bool) -> Value:
        """Average over axes, which are kept with size 1 or dropped."""
        gone = sorted(
            {axis % max(value.rank, 1) for axis in axes if -value.rank <= axis < value.rank}
        )
        if len(gone) != len(axes):
            raise Unreadable("the axes of an average are out of range or repeated")
        if 0 in gone:
            self.any_batch = False
        shape = tuple(1 if axis in gone else side for axis, side in enumerate(value.shape))
        places = sorted(self.axis(value, axis) for axis in gone)
        result = self.node("ReduceMean", [value], shape, axes=places, keepdims=1)
        if keep:
            return result
        return self.reshape(
            result, tuple(side for axis, side in enumerate(shape) if axis not in gone)
        )

    def slice(self, value: Value, starts: Shape, ends: Shape, steps: Shape) -> Value:
        """Slice by start, end and step of every axis, all in range."""
        sides = [len(range(*part)) for part in zip(starts, ends, steps, strict=True)]
        if min(starts, default=0) < 0 or min(ends, default=0) < 0 or not all(sides):
            raise Unreadable("a slice is empty or out of range")
        axes = [
            axis
            for axis, (start, end, step) in enumerate(zip(starts, ends, steps, strict=True))
            if (start, end, step) != (0, value.shape[axis], 1)
        ]
        if not axes:
            return value
        if 0 in axes:
            self.any_batch = False
        numbers = [self.integers([part[axis] for axis in axes]) for part in (starts, ends)]
        places = self.integers([self.axis(value, axis) for axis in axes])
        strides = self.integers([steps[axis] for axis in axes])
        return self.node("Slice", [value, *numbers, places, strides], tuple(sides))

    def dense(self, value: Value, weights: Array, bias: Array | None) -> Value:
        """Add a matrix product over the last axis; the weights are ``(in, out)``."""
        if weights.ndim != 2 or value.rank < 1 or weights.shape[0] != value.channels:
            raise Unreadable(f"weights {weights.shape} do not match a tensor {value.shape}")
        if bias is not None and bias.shape != weights.shape[1:]:
            raise Unreadable("the numbers of biases and columns of a matrix differ")
        shape = (*value.shape[:-1], weights.shape[1])
        kernel = weights.T[:, :, None, None] if value.rank == 4 else weights
        parts = [part for part in (kernel, bias) if part is not None]
        names = [self.graph.constant(part.astype(np.float32)) for part in parts]
        if value.rank in (2, 4):
            return self.node("Gemm" if value.rank == 2 else "Conv", [value, *names], shape)
        result = self.node("MatMul", [value, names[0]], shape)
        return self.node("Add", [result, names[1]], shape) if bias is not None else result

    def normalize(
        self, value: Value, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float
    ) -> Value:
        """Add a batch normalization with fixed mean and variance."""
        parts = [gamma, beta, mean, variance]
        if any(part.shape != (value.channels,) for part in parts):
            raise Unreadable("a normalization has the wrong number of channels")
        names = [self.graph.constant(part) for part in parts]
        return self.node("BatchNormalization", [value, *names], value.shape, epsilon=epsilon)

    def reshape(self, value: Value, shape: Shape) -> Value:
        """Reshape a tensor; its values stay in the source's order."""
        if math.prod(shape) != math.prod(value.shape) or min(shape, default=1) < 1:
            raise Unreadable(f"a tensor {value.shape} cannot be reshaped to {shape}")
        if shape == value.shape:
            return value
        if value.constant is not None:
            return Value(shape, constant=value.constant.reshape(shape))
        keeps_batch = value.shape[:1] == shape[:1] == (1,)
        self.any_batch &= keeps_batch

        def sized(sides: Shape) -> str:
            return self.integers([0, *sides[1:]] if keeps_batch else sides)

        name = value.name
        if value.rank == 4 and not _in_order(value.shape):
            name = self.graph.node("Transpose", [name], perm=list(TO_LAST))
        if len(shape) != 4:
            return Value(shape, self.graph.node("Reshape", [name, sized(shape)]))
        first = tuple(shape[axis] for axis in TO_FIRST)
        if _in_order(shape):
            return Value(shape, self.graph.node("Reshape", [name, sized(first)]))
        name = self.graph.node("Reshape", [name, sized(shape)])
        return Value(shape, self.graph.node("Transpose", [name], perm=list(TO_FIRST)))


def _in_order(shape: Shape) -> bool:
    """Return whether the values have the same order with channels first or last."""
    return shape[3] == 1 or shape[1] * shape[2] == 1
