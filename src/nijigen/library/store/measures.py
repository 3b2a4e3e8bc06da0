"""Measures: numbers by name that were computed from contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nijigen.core.database import Database


class Measures:
    """The measures of a library.

    Args:
        database: Its database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, content: int) -> dict[str, float]:
        """Return the measures of a content by their names."""
        query = "SELECT name, value FROM measures WHERE content = ?"
        return {row[0]: row[1] for row in self._database.rows(query, (content,))}

    def all(self, name: str) -> dict[int, float]:
        """Return one measure of all contents that have it."""
        query = "SELECT content, value FROM measures WHERE name = ?"
        return {row[0]: row[1] for row in self._database.rows(query, (name,))}

    def lacking(self, names: Sequence[str]) -> list[int]:
        """Return the contents that lack one of these measures, in order."""
        marks = ", ".join("?" * len(names))
        query = (
            "SELECT id FROM contents WHERE (SELECT count(*) FROM measures "
            f"WHERE content = contents.id AND name IN ({marks})) < ? ORDER BY id"
        )
        return [int(row[0]) for row in self._database.rows(query, (*names, len(names)))]

    def write(self, measures: Mapping[int, Mapping[str, float]]) -> None:
        """Write measures by content and name, at once or not at all."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO measures VALUES (?, ?, ?)",
                [
                    (content, name, value)
                    for content, values in measures.items()
                    for name, value in values.items()
                ],
            )
