"""Write small ``.tflite`` files, for tests of the reader."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._tflite.file import BUILT_IN

Array = NDArray[Any]
KINDS = {"f4": 0, "f2": 1, "i4": 2, "u1": 3, "i8": 4, "i1": 9}
OPTIONS = {"CONV_2D": 1, "DEPTHWISE_CONV_2D": 2, "POOL": 5, "FULLY_CONNECTED": 8, "SOFTMAX": 9}
OPTIONS |= {"CONCATENATION": 10, "ADD": 11, "MUL": 21, "SUB": 28, "RESIZE_BILINEAR": 15}
OPTIONS |= {"RESHAPE": 17, "PAD": 22, "MEAN": 27, "STRIDED_SLICE": 32, "DEPTH_TO_SPACE": 94}
"""The number that says which table of options it is; others have none."""


def flatbuffer(root: dict[int, Any], identifier: bytes) -> bytes:
    """Return a table as a file.

    A table is a dictionary of fields by their number: a pair of a letter of :mod:`struct` and a
    number, an array, text, a table, or a list of tables.
    """
    out = bytearray(struct.pack("<I4s", 0, identifier))
    struct.pack_into("<I", out, 0, _table(out, root))
    return bytes(out)


def _table(out: bytearray, fields: dict[int, Any]) -> int:
    entries, body, children = [0] * (max(fields, default=-1) + 1), bytearray(4), []
    for number, value in fields.items():
        scalar = isinstance(value, tuple)
        size = struct.calcsize("<" + value[0]) if scalar else 4
        body += bytes(-len(body) % size)
        entries[number] = len(body)
        if scalar:
            body += struct.pack("<" + value[0], value[1])
        else:
            children.append((len(body), value))
            body += bytes(4)
    head = struct.pack(f"<{2 + len(entries)}H", 4 + 2 * len(entries), len(body), *entries)
    out += bytes((-len(out) - len(head)) % 8) + head
    at = len(out)
    struct.pack_into("<i", body, 0, len(head))
    out += body
    for place, value in children:
        child = _child(out, value)
        struct.pack_into("<I", out, at + place, child - at - place)
    return at


def _child(out: bytearray, value: Any) -> int:
    if isinstance(value, dict):
        return _table(out, value)
    if isinstance(value, list):
        out += bytes(-len(out) % 4)
        at = len(out)
        out += struct.pack("<I", len(value)) + bytes(4 * len(value))
        written: dict[int, int] = {}
        for index, item in enumerate(value):
            place = at + 4 + 4 * index
            # What is in a list twice is written once.
            if id(item) not in written:
                written[id(item)] = _table(out, item)
            struct.pack_into("<I", out, place, written[id(item)] - place)
        return at
    data = value.encode() if isinstance(value, str) else value.tobytes()
    # Numbers of a vector lie at multiples of 16, as the buffers of these files must.
    out += bytes((-len(out) - 4) % 16)
    at = len(out)
    out += struct.pack("<I", len(data) if isinstance(value, str) else len(value)) + data
    if isinstance(value, str):
        out += b"\0"
    return at


def flexbuffer(options: dict[str, int | float | list[int]]) -> bytes:
    """Return numbers and lists of whole numbers by name, four bytes each."""
    out, values, names = bytearray(), [], []
    for name, value in sorted(options.items()):
        names.append(len(out))
        out += name.encode() + b"\0"
        if isinstance(value, list):
            out += bytes(-len(out) % 4) + struct.pack("<I", len(value))
            values.append((11, len(out)))
            out += struct.pack(f"<{len(value)}i", *value)
        else:
            values.append((3, value) if isinstance(value, float) else (1, value))
    out += bytes(-len(out) % 4) + struct.pack("<I", len(names))
    keys = len(out)
    for name in names:
        out += struct.pack("<I", len(out) - name)
    out += struct.pack("<III", len(out) - keys, 4, len(names))
    start = len(out)
    for kind, value in values:
        written = len(out) - value if kind == 11 else value
        out += struct.pack("<f" if kind == 3 else "<i", written)
    out += bytes(kind << 2 | 2 for kind, _ in values)
    return bytes(out + struct.pack("<I", len(out) - start) + bytes([9 << 2 | 2, 4]))


class TfliteNet:
    """Collects tensors and operators; every method returns the number of a tensor."""

    def __init__(self) -> None:
        self._tensors: list[dict[int, Any]] = []
        self._buffers: list[dict[int, Any]] = [{}]
        self._operators: list[dict[int, Any]] = []
        self._codes: list[dict[int, Any]] = []

    def tensor(self, shape: Sequence[int], name: str = "", kind: str = "f4") -> int:
        """Add a tensor that is calculated, or an input."""
        number = len(self._tensors)
        entry = {0: np.array(shape, "<i4"), 1: ("b", KINDS[kind]), 2: ("I", 0)}
        self._tensors.append(entry | {3: name or f"t{number}"})
        return number

    def constant(self, values: Array, shape: Sequence[int] | None = None, **parts: Any) -> int:
        """Add a tensor with values; ``parts`` are its quantization or sparsity."""
        kind = values.dtype.str[1:]
        number = self.tensor(values.shape if shape is None else shape, kind=kind)
        self._tensors[number][2] = ("I", len(self._buffers))
        self._buffers.append({0: np.frombuffer(values.tobytes(), np.uint8)})
        fields = {"quantization": 4, "sparsity": 6}
        self._tensors[number] |= {fields[part]: value for part, value in parts.items()}
        return number

    def operator(
        self,
        kind: str,
        inputs: Sequence[int],
        shape: Sequence[int],
        options: dict[int, Any] | None = None,
        custom: bytes = b"",
        result: str = "f4",
        version: int = 1,
    ) -> int:
        """Add an operator by its name; an unknown name is a custom operator."""
        output = self.tensor(shape, kind=result)
        known = kind in BUILT_IN
        number = BUILT_IN.index(kind if known else "CUSTOM")
        code = {0: ("b", min(number, 127)), 2: ("i", version), 3: ("i", number)}
        entry = {
            0: ("I", len(self._codes)),
            1: np.array(inputs, "<i4"),
            2: np.array([output], "<i4"),
        }
        self._codes.append(code if known else code | {1: kind})
        if options:
            entry |= {3: ("B", OPTIONS["POOL" if "POOL" in kind else kind]), 4: options}
        if custom:
            entry[5] = np.frombuffer(custom, np.uint8)
        self._operators.append(entry)
        return output

    def file(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """Return the file."""
        graph = {
            0: self._tensors,
            1: np.array(inputs, "<i4"),
            2: np.array(outputs, "<i4"),
            3: self._operators,
        }
        model = {0: ("I", 3), 1: self._codes, 2: [graph], 3: "test", 4: self._buffers}
        return flatbuffer(model, b"TFL3")
