"""Read FlexBuffers: the options of custom operators in TensorFlow Lite.

Source: the binary format is described in the documentation of FlatBuffers (Apache-2.0).
"""

from __future__ import annotations

import struct

from nijigen.models._onnx.graph import Unreadable

Number = int | float
LONGEST = 4096
"""Limit per list, since a damaged file may state any length."""

INTEGER, UNSIGNED, REAL, MAP, VECTOR, INTEGERS, UNSIGNEDS, REALS, BOOLEAN = (
    1, 2, 3, 9, 10, 11, 12, 13, 26,
)  # fmt: skip
SINGLE = {INTEGER, UNSIGNED, REAL, BOOLEAN}
LISTS = {INTEGERS: INTEGER, UNSIGNEDS: UNSIGNED, REALS: REAL}
LETTERS = {
    (INTEGER, 1): "b",
    (INTEGER, 2): "h",
    (INTEGER, 4): "i",
    (INTEGER, 8): "q",
    (REAL, 4): "f",
    (REAL, 8): "d",
}


def read_options(data: bytes) -> dict[str, Number | list[Number]]:
    """Return the named numbers and lists of numbers of a FlexBuffer map.

    Raises:
        Unreadable: It is damaged, or contains anything else.
    """
    try:
        return _Reader(data).root()
    except (struct.error, IndexError, ValueError):
        raise Unreadable("the options of an operator are truncated") from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def root(self) -> dict[str, Number | list[Number]]:
        width, kind = self._data[-1], self._data[-2] >> 2
        if kind != MAP:
            raise Unreadable("the options of an operator are not a map")
        at, width = self._follow(len(self._data) - 2 - width, width), 1 << (self._data[-2] & 3)
        keys = self._follow(at - 3 * width, width)
        key_width = int(self._number(at - 2 * width, width))
        count = self._count(at, width)
        options: dict[str, Number | list[Number]] = {}
        for index in range(count):
            start = self._follow(keys + index * key_width, key_width)
            name = self._data[start : self._data.index(b"\0", start)].decode("utf-8", "replace")
            options[name] = self._value(at, width, count, index)
        return options

    def _value(self, at: int, width: int, count: int, index: int) -> Number | list[Number]:
        """Return an entry of a map; the types follow the entries."""
        packed = self._data[at + count * width + index]
        place, kind, inner = at + index * width, packed >> 2, 1 << (packed & 3)
        if kind in SINGLE:
            return self._number(place, width, kind)
        if kind in LISTS:
            start = self._follow(place, width)
            places = range(start, start + self._count(start, inner) * inner, inner)
            return [self._number(item, inner, LISTS[kind]) for item in places]
        if kind == VECTOR:
            start = self._follow(place, width)
            length = self._count(start, inner)
            kinds = [packed >> 2 for packed in self._data[start + length * inner :][:length]]
            if len(kinds) < length or not SINGLE.issuperset(kinds):
                raise Unreadable("a list of options contains more than numbers")
            return [
                self._number(start + item * inner, inner, kind) for item, kind in enumerate(kinds)
            ]
        raise Unreadable(f"an option has the unsupported type {kind}")

    def _count(self, at: int, width: int) -> int:
        count = int(self._number(at - width, width))
        if count > LONGEST:
            raise Unreadable("a list of options is too long")
        return count

    def _follow(self, at: int, width: int) -> int:
        return at - int(self._number(at, width))

    def _number(self, at: int, width: int, kind: int = UNSIGNED) -> Number:
        if at < 0 or at + width > len(self._data) or width not in (1, 2, 4, 8):
            raise Unreadable("an offset points outside the options of an operator")
        letter = LETTERS.get((kind, width), {1: "B", 2: "H", 4: "I", 8: "Q"}[width])
        value: Number = struct.unpack_from("<" + letter, self._data, at)[0]
        return value
