"""Uploads: pictures that programs send under numbers of their own, indexed without a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from nijigen.core.errors import InputError
from nijigen.core.picture import Picture
from nijigen.library.adding.writer import Writer
from nijigen.library.matching.views import view_of
from nijigen.library.signatures import haar
from nijigen.library.signatures.signature import Row
from nijigen.library.store.catalog import Content, Entry

_BLOCK = 65536


class Uploads:
    """The pictures of a library by number, for programs that number them.

    An upload has the number that it was sent with; any other entry has its own.

    Args:
        writer: Of the library.
        changing: Holds the lock of the library.
        forget: Forgets files, and contents that have neither a file nor an upload.
    """

    def __init__(
        self,
        writer: Writer,
        changing: Callable[[], AbstractContextManager[None]],
        forget: Callable[[Sequence[Path]], int],
    ) -> None:
        self._writer = writer
        self._catalog = writer.catalog
        self._changing = changing
        self._forget = forget

    def put(self, id: int, picture: Picture, sha256: str, size: int) -> Entry:
        """Index a picture; what had the number before is replaced.

        Args:
            id: Its number, from 0.
            picture: What it shows.
            sha256: Hash of what was sent.
            size: Bytes of it.

        Raises:
            InputError: Another entry has the number, or another process changes the library.
            OutputError: The library cannot be written.
        """
        with self._changing():
            other = self._catalog.entry(id)
            if other is not None and self._content(id) is None:
                raise InputError(
                    f"{id} is the number of a file of the library", "use another number"
                )
            content = self._catalog.with_hash(sha256)
            if content is None:
                format = picture.info.format or "png"
                content = Content(
                    self._catalog.next_content(), sha256, size, format, *picture.size, False
                )
                entry = Entry(next(self._catalog.new_numbers()), content)
                image = self._writer.image(view_of(picture))
                self._writer.write([content], [(entry, image)], [], [], {})
            with self._catalog.database.transaction() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO uploads VALUES (?, ?)", (id, content.number)
                )
            self._forget(())
            return self._catalog.entries(content.number)[0]

    def drop(self, id: int) -> bool:
        """Forget the picture of a number; a file of it stays where it is.

        Returns:
            Whether there was one.

        Raises:
            InputError: Another process changes the library.
        """
        with self._changing():
            entry = self.entry(id)
            if entry is None:
                return False
            paths = []
            if self._content(id) is None:
                paths = [place.path for place in self._catalog.places(entry.content.number)]
            with self._catalog.database.transaction() as connection:
                connection.execute("DELETE FROM uploads WHERE id = ?", (id,))
            self._forget(paths)
            return True

    def entry(self, id: int) -> Entry | None:
        """Return the entry of a number."""
        content = self._content(id)
        if content is None:
            return self._catalog.entry(id)
        return next(iter(self._catalog.entries(content)), None)

    def _content(self, id: int) -> int | None:
        rows = self._catalog.database.rows("SELECT content FROM uploads WHERE id = ?", (id,))
        return int(rows[0][0]) if rows else None

    def numbers(self, entry: Entry) -> list[int]:
        """Return the numbers under which programs know an entry."""
        query = "SELECT id FROM uploads WHERE content = ? ORDER BY id"
        rows = self._catalog.database.rows(query, (entry.content.number,))
        return [int(row[0]) for row in rows] or [entry.number]

    def haar(self, entry: Entry) -> Row:
        """Return the Haar signature of an entry."""
        row: Row = self._rows()[entry.number]
        return row

    def similar(self, query: Row, count: int) -> list[tuple[Entry, float]]:
        """Return the entries with the most similar Haar signatures, with similarities to 1."""
        rows, numbers = self._rows(), self._catalog.numbers(haar.Haar.name)
        numbers = numbers[numbers < len(rows)]
        scores = np.zeros(len(numbers), np.float32)
        for start in range(0, len(numbers), _BLOCK):
            block = rows[numbers[start : start + _BLOCK]]
            scores[start : start + _BLOCK] = haar.similarities(query, block)
        best = np.argsort(-scores, kind="stable")[:count]
        entries = [(self._catalog.entry(int(numbers[one])), float(scores[one])) for one in best]
        return [(entry, score) for entry, score in entries if entry is not None]

    def _rows(self) -> Any:
        return next(
            rows for signature, rows in self._writer.signatures if signature.name == haar.Haar.name
        ).open()
