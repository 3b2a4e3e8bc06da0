"""Read FlatBuffers: tables with numbered fields, with every offset checked.

Source: the binary format is described in the documentation of FlatBuffers (Apache-2.0).
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._onnx.graph import Unreadable

MOST_TABLES = 50_000
"""Limit per vector, over ten times what large networks have: a damaged file may state any."""

_U32 = struct.Struct("<I")
_I32 = struct.Struct("<i")
_U16 = struct.Struct("<H")


class Buffer:
    """The bytes of a file, with a limit on how many may be read in total.

    Offsets in a damaged file can point to the same bytes over and over; the limit bounds the time
    that reading such a file takes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._allowance = 16 * len(data) + 4096

    def number(self, layout: struct.Struct, at: int) -> Any:
        """Return the number at a position."""
        self._charge(at, layout.size)
        return layout.unpack_from(self.data, at)[0]

    def array(self, at: int, count: int, kind: str) -> NDArray[Any]:
        """Return ``count`` numbers starting at a position."""
        self._charge(at, count * np.dtype(kind).itemsize)
        return np.frombuffer(self.data, kind, count, at)

    def follow(self, at: int) -> int:
        """Return the position that the offset at a position points to."""
        return at + int(self.number(_U32, at))

    def _charge(self, at: int, size: int) -> None:
        if at < 0 or at + size > len(self.data):
            raise Unreadable("an offset points outside the file")
        self._allowance -= size
        if self._allowance < 0:
            raise Unreadable("its parts overlap")


class Table:
    """A record with numbered fields; missing fields have their default value."""

    def __init__(self, buffer: Buffer, at: int) -> None:
        self._buffer = buffer
        self._at = at
        self._fields = at - int(buffer.number(_I32, at))
        self._size = int(buffer.number(_U16, self._fields))

    @classmethod
    def root(cls, buffer: Buffer) -> Table:
        """Return the root table of a file."""
        return cls(buffer, buffer.follow(0))

    def _position(self, field: int) -> int | None:
        entry = 4 + 2 * field
        if entry + 2 > self._size:
            return None
        offset = int(self._buffer.number(_U16, self._fields + entry))
        return self._at + offset if offset else None

    def number(self, field: int, layout: str = "i", default: int = 0) -> int:
        """Return an integer field; ``layout`` is its :mod:`struct` format character."""
        at = self._position(field)
        return default if at is None else int(self._buffer.number(struct.Struct("<" + layout), at))

    def real(self, field: int, default: float = 0.0) -> float:
        """Return a float32 field."""
        at = self._position(field)
        return default if at is None else float(self._buffer.number(struct.Struct("<f"), at))

    def array(self, field: int, kind: str) -> NDArray[Any]:
        """Return a field that is a vector of numbers; ``kind`` is a NumPy type."""
        at = self._position(field)
        if at is None:
            return np.zeros(0, kind)
        start = self._buffer.follow(at)
        return self._buffer.array(start + 4, int(self._buffer.number(_U32, start)), kind)

    def text(self, field: int) -> str:
        """Return a string field."""
        return self.array(field, "u1").tobytes().decode("utf-8", "replace")

    def table(self, field: int) -> Table | None:
        """Return a field that is a table."""
        at = self._position(field)
        return None if at is None else Table(self._buffer, self._buffer.follow(at))

    def tables(self, field: int) -> list[Table]:
        """Return a field that is a vector of tables."""
        at = self._position(field)
        if at is None:
            return []
        start = self._buffer.follow(at)
        count = int(self._buffer.number(_U32, start))
        if count > MOST_TABLES:
            raise Unreadable(f"a vector of {count} tables is too long")
        offsets = self._buffer.array(start + 4, count, "<u4")
        return [
            Table(self._buffer, start + 4 + 4 * index + int(offset))
            for index, offset in enumerate(offsets)
        ]
