"""Files of lines, read in blocks of megabytes: where each line begins is known, none is an object.

A block is an Arrow array over the bytes of the file, made without copying them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.sources.dumps.engine import needed

BYTES = 32 << 20
"""Of a block; to plan a statement takes as long as to read 2 million bytes."""
LONGEST = 128 << 20
"""Bytes of a line; the longest posts of Danbooru, with 100,000 favorites, have 2 million."""


@dataclass(frozen=True)
class Block:
    """Whole lines of a file.

    Args:
        lines: An Arrow array of strings, which may not be UTF-8: parsers of JSON check that.
        starts: Byte in the file where each line begins.
        first: Number of the first line, from 1.
    """

    lines: Any
    starts: NDArray[np.int64]
    first: int

    @property
    def end(self) -> int:
        """Number of the line after the last one."""
        return self.first + len(self.starts)


def read_blocks(path: Path, start: int = 0, stop: int | None = None) -> Iterator[Block]:
    """Yield the lines that begin from one byte of a file up to another.

    Lines are numbered within that range. The last line needs no line feed.

    Raises:
        InputError: The file cannot be read, or has a line that is too long.
    """
    try:
        with path.open("rb", buffering=0) as file:
            size = path.stat().st_size
            stop = size if stop is None else min(stop, size)
            at = _next_line(file, start) if start else 0
            number, length = 1, BYTES
            while at < stop:
                file.seek(at)
                data = file.read(length)
                whole = data.rfind(b"\n") + 1
                if at + len(data) >= size:
                    whole = len(data)
                if not whole:
                    length *= 2
                    if length > LONGEST:
                        raise InputError(
                            f"{path} has a line of more than {length >> 21} MB, at byte {at}",
                            "a dump has a post on each line; this may be one list of JSON",
                        )
                    continue
                block = _block(data, whole, at, stop, number)
                yield block
                number, at, length = block.end, at + whole, BYTES
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def read_line(file: Any, at: int) -> bytes:
    """Return the line that begins at a byte of an open file."""
    file.seek(at)
    line: bytes = file.readline(LONGEST)
    return line


def string_array(data: bytes, edges: NDArray[np.int32]) -> Any:
    """Return an Arrow array of strings without copying them; one begins where another ends."""
    pyarrow = needed("pyarrow")
    buffers = (pyarrow.py_buffer(edges), pyarrow.py_buffer(data))
    return pyarrow.StringArray.from_buffers(len(edges) - 1, *buffers)


def _next_line(file: Any, start: int) -> int:
    """Return where the first line begins that begins at a byte or later."""
    at = start - 1
    file.seek(at)
    while data := file.read(1 << 16):
        found = data.find(b"\n")
        if found >= 0:
            return int(at + found + 1)
        at += len(data)
    return int(at)


def _block(data: bytes, whole: int, at: int, stop: int, first: int) -> Block:
    """Return the lines in the first bytes of data that begins at a byte of the file."""
    found = [0]
    # A third of the time that NumPy takes to compare all bytes.
    while end := data.find(b"\n", found[-1], whole) + 1:
        found.append(end)
    if found[-1] < whole:
        found.append(whole)
    edges = np.array(found, np.int32)
    # Those that begin after the range belong to the next one.
    count = int(np.searchsorted(edges[:-1], stop - at))
    lines = string_array(data, edges[: count + 1])
    return Block(lines, edges[:count].astype(np.int64) + at, first)
