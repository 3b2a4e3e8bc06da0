"""Tagged blocks: the parts that layers and documents have beyond the oldest version of PSD."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGNATURE = re.compile(b"8BIM|8B64")
_HEADER = 12
_LARGE = frozenset(
    (b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk")
    + (b"lnk2", b"FEid", b"FXid", b"PxSD")
)
"""Blocks whose lengths have eight bytes in a PSB."""
_PADDING = 3
"""Blocks are padded to two or four bytes, or by mistake not at all."""


class Blocks:
    """The blocks in a run of bytes, as pairs of key and content.

    Programs disagree about padding, and some write wrong lengths. The next block is wherever the
    next signature is, so that one odd block costs no other.

    Args:
        data: The bytes.
        large: Whether they are of a PSB, where the lengths of some blocks have eight bytes.

    Attributes:
        skipped: Whether bytes were skipped that are neither a block nor padding; known when the
            iteration is over.
    """

    def __init__(self, data: bytes, large: bool = False) -> None:
        self._data, self._large = data, large
        self.skipped = False

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        data, at = self._data, 0
        while True:
            match = _SIGNATURE.search(data, at)
            start = match.start() if match else len(data)
            self.skipped |= start - at > _PADDING
            if start + _HEADER > len(data):
                return
            key = data[start + 4 : start + 8]
            at = start + _HEADER + (4 if self._large and key in _LARGE else 0)
            end = at + int.from_bytes(data[start + 8 : at], "big")
            if end > len(data):
                # Its length is wrong, or a signature turned up by chance.
                self.skipped = True
                continue
            yield key, data[at:end]
            at = end
