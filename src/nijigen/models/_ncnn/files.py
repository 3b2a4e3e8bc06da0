"""The two files of an ncnn network: its layers (``.param``) and weights (``.bin``)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._onnx.graph import Unreadable

Floats = NDArray[np.float32]
MAGIC = "7767517"
FLOAT16, FLOAT32, RAW, INT8 = 0x01306B47, 0x0002C056, 0, 0x000D4B38


@dataclass(frozen=True)
class Layer:
    """One line of a .param file."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: dict[int, float]
    lists: dict[int, list[float]]

    def integer(self, key: int, default: int = 0) -> int:
        """Return a parameter as an integer."""
        return int(self.numbers.get(key, default))

    def number(self, key: int, default: float = 0.0) -> float:
        """Return a parameter as a float."""
        return self.numbers.get(key, default)

    def square(self, key: int, default: int) -> int:
        """Return a parameter that must be equal for both axes; the second has its key plus 10."""
        value = self.integer(key, default)
        if self.integer(key + 10, value) != value:
            raise Unreadable(f"{self.kind} {self.name!r} treats width and height differently")
        return value


def parse_param(param: bytes) -> list[Layer]:
    """Return the layers of a ``.param`` file."""
    lines = [line.split() for line in param.decode("utf-8").splitlines() if line.strip()]
    if not lines or lines[0] != [MAGIC]:
        raise Unreadable("the .param file does not start with 7767517")
    if len(lines) < 3 or len(lines[1]) != 2 or int(lines[1][0]) != len(lines) - 2:
        raise Unreadable("the .param file does not contain the number of layers that it states")
    return [_layer(words) for words in lines[2:]]


def _layer(words: list[str]) -> Layer:
    kind, name = words[:2]
    ins, outs = int(words[2]), int(words[3])
    settings = words[4 + ins + outs :]
    if min(ins, outs) < 0 or len(words) < 4 + ins + outs:
        raise Unreadable(f"the line of layer {name!r} is truncated")
    numbers: dict[int, float] = {}
    lists: dict[int, list[float]] = {}
    for setting in settings:
        key, value = setting.split("=")
        if int(key) <= -23300:
            count, *rest = value.split(",")
            if int(count) != len(rest):
                raise Unreadable(f"a list of layer {name!r} is truncated")
            lists[-int(key) - 23300] = [float(item) for item in rest]
        else:
            numbers[int(key)] = float(value)
    names = words[4 : 4 + ins + outs]
    return Layer(kind, name, tuple(names[:ins]), tuple(names[ins:]), numbers, lists)


class Weights:
    """Reads the values of a .bin file in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _take(self, count: int, kind: str) -> NDArray[Any]:
        size = count * np.dtype(kind).itemsize
        if count < 0 or self._at + size > len(self._data):
            raise Unreadable("the .bin file is too short")
        values = np.frombuffer(self._data, kind, count, self._at)
        # Every block starts at a multiple of four bytes.
        self._at += math.ceil(size / 4) * 4
        return values

    def plain(self, count: int) -> Floats:
        """Return float32 values without a tag."""
        return self._take(count, "<f4").astype(np.float32)

    def tagged(self, count: int) -> Floats:
        """Return values stored in the format that their tag states."""
        tag = int(self._take(1, "<u4")[0])
        if tag in (RAW, FLOAT32):
            return self.plain(count)
        if tag == FLOAT16:
            return self._take(count, "<f2").astype(np.float32)
        if tag == INT8:
            raise Unreadable("8-bit integer weights are not supported")
        table = self.plain(256)
        values: NDArray[np.float32] = table[self._take(count, "u1")]
        return values

    def finish(self) -> None:
        """Check that all values were read."""
        left = len(self._data) - self._at
        if left:
            raise Unreadable(f"{abs(left)} bytes of the .bin file are left over")
