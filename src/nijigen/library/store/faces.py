"""Faces: where faces are in the pictures of a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nijigen.core.database import Database


class FaceBox(NamedTuple):
    """A face: left, top, right, bottom in pixels of the picture, half-open."""

    left: float
    top: float
    right: float
    bottom: float
    confidence: float


class FaceStore:
    """The faces of a library.

    Args:
        database: Of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def lacking(self) -> list[int]:
        """Return the pictures in which nobody has looked for faces, and whose files are here."""
        query = (
            "SELECT id FROM pictures WHERE faces IS NULL AND id IN "
            "(SELECT content FROM places WHERE state = 'here') ORDER BY id"
        )
        rows = self._database.rows(query)
        return [int(row[0]) for row in rows]

    def keep(self, found: Mapping[int, Sequence[FaceBox]]) -> None:
        """Store the faces of pictures, by their numbers."""
        with self._database.transaction() as connection:
            for number, boxes in found.items():
                connection.execute("DELETE FROM faces WHERE picture = ?", (number,))
                connection.executemany(
                    "INSERT INTO faces VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [(number, position, *box) for position, box in enumerate(boxes)],
                )
                connection.execute(
                    "UPDATE pictures SET faces = ? WHERE id = ?", (len(boxes), number)
                )

    def of(self, number: int) -> list[FaceBox]:
        """Return the faces of a picture, the most confident first."""
        query = (
            "SELECT left, top, right, bottom, confidence FROM faces "
            "WHERE picture = ? ORDER BY position"
        )
        return [FaceBox(*row) for row in self._database.rows(query, (number,))]
