"""Measures: numbers by name that were computed from contents."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from nijigen.core.database import Database
from nijigen.core.posts.rating import Rating

QUESTIONABLE = "questionable"
"""Name of the share by which ratings are estimated."""
QUESTIONABLE_FROM = 0.8
"""Share from which on a content is questionable; harmless pictures reach 0.76."""


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

    def by_content(self) -> dict[int, dict[str, float]]:
        """Return all measures by content and name."""
        found: dict[int, dict[str, float]] = {}
        for content, name, value in self._database.rows("SELECT * FROM measures"):
            found.setdefault(content, {})[name] = value
        return found

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


def rating_of(share: float) -> Rating:
    """Return the rating for a share of what is questionable."""
    return "questionable" if share >= QUESTIONABLE_FROM else "general"


def estimated_rating(connection: sqlite3.Connection, content: int) -> Rating | None:
    """Return the rating of a content that nobody has rated; None if there is no estimate."""
    query = "SELECT value FROM measures WHERE content = ? AND name = ?"
    row = connection.execute(query, (content, QUESTIONABLE)).fetchone()
    return None if row is None else rating_of(row[0])
