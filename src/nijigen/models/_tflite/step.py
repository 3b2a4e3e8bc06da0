"""One TensorFlow Lite operator during conversion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from nijigen.models._channels_last.builder import ChannelsLastBuilder, Shape, Value
from nijigen.models._onnx.graph import Unreadable
from nijigen.models._tflite.file import Operator

Array = NDArray[Any]
ACTIVATIONS = {0: "linear", 1: "relu", 2: "relu_n1_to_1", 3: "relu6", 4: "tanh", 5: "sign_bit"}
SAME, VALID = 0, 1


@dataclass(frozen=True)
class Step:
    """One operator, with the values so far and the shape that the file states for its result."""

    builder: ChannelsLastBuilder
    operator: Operator
    values: Mapping[int, Value]
    shape: Shape

    def has(self, place: int) -> bool:
        """Return whether the input at an index exists."""
        return place < len(self.operator.inputs) and self.operator.inputs[place] != -1

    def input(self, place: int) -> Value:
        """Return the input at an index."""
        if not self.has(place) or self.operator.inputs[place] not in self.values:
            raise Unreadable(f"{self.operator.kind}: an input is missing")
        return self.values[self.operator.inputs[place]]

    def constant(self, place: int) -> Array:
        """Return the values of a constant input."""
        constant = self.input(place).constant
        if constant is None:
            raise Unreadable(f"{self.operator.kind}: its weights or sizes are not constant")
        return constant

    def integers(self, place: int) -> list[int]:
        """Return the values of a constant input of integers."""
        values = self.constant(place)
        if values.dtype.kind not in "iu" or values.size > 64:
            raise Unreadable(f"{self.operator.kind}: an input is not a short list of integers")
        return [int(value) for value in values.reshape(-1)]

    def bias(self, place: int) -> Array | None:
        """Return the values of an optional constant input."""
        return self.constant(place) if self.has(place) else None

    def same(self) -> bool:
        """Return whether the padding, the first option, is ``SAME``."""
        padding = self.operator.option(0, "b")
        if padding not in (SAME, VALID):
            raise Unreadable(f"{self.operator.kind}: the padding is unknown")
        return padding == SAME

    def pair(self, first: int, default: int = 0) -> tuple[int, int]:
        """Return a height and width; the options store the width first."""
        width, height = (self.operator.option(field, "i", default) for field in (first, first + 1))
        return height, width

    def activated(self, value: Value, field: int) -> Value:
        """Add the activation fused into the operator."""
        number = self.operator.option(field, "b")
        return self.builder.activated(value, ACTIVATIONS.get(number, f"number {number}"))
