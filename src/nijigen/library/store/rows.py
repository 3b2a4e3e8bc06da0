"""Rows: files with one record of fixed size for each picture, at the place of its number."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core import disk, private
from nijigen.core.atomic import refusing
from nijigen.library.signatures.signature import Row, Signature


class Rows:
    """The file of one signature. Which records are valid is in the database.

    Args:
        folder: Where the file is, or will be.
        signature: What the records are.
    """

    def __init__(self, folder: Path, signature: Signature) -> None:
        self.path = folder / f"{signature.name}.rows"
        self.dtype = signature.dtype

    def write(self, rows: dict[int, Row]) -> None:
        """Write records by the number of their picture, and flush them to the disk.

        Raises:
            OutputError: The disk is full or does not work.
        """
        if not rows:
            return
        with refusing(self.path):
            if not self.path.exists():
                private.create_file(self.path)
                disk.sync_folder(self.path.parent)
            with self.path.open("r+b") as file:
                for number, row in rows.items():
                    file.seek(number * self.dtype.itemsize)
                    file.write(row.tobytes())
                file.flush()
                disk.sync_file(file.fileno())

    def read(self, numbers: Sequence[int] | NDArray[np.int64]) -> NDArray[Any]:
        """Return some records, without mapping the file; those that are missing are zeros.

        A mapped page counts as memory of this process, and pictures that are alike are everywhere
        in a large file.
        """
        size = self.dtype.itemsize
        found = []
        with contextlib.suppress(FileNotFoundError), self.path.open("rb", buffering=0) as file:
            for number in numbers:
                file.seek(int(number) * size)
                found.append(file.read(size).ljust(size, b"\0"))
        data = b"".join(found) or bytes(size * len(numbers))
        return np.frombuffer(data, self.dtype)

    def count(self) -> int:
        """Return the number above that of the last record; 0 if there is no file."""
        try:
            return self.path.stat().st_size // self.dtype.itemsize
        except FileNotFoundError:
            return 0

    def open(self) -> NDArray[Any]:
        """Return all records, mapped into memory; those of unknown pictures are arbitrary."""
        count = self.count()
        if count == 0:
            return np.zeros(0, self.dtype)
        return np.memmap(self.path, self.dtype, "r", shape=(count,))
