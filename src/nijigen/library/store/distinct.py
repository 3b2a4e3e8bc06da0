"""Distinct contents: pairs that the user does not call duplicates, whatever is found."""

from __future__ import annotations

from collections.abc import Iterable

from nijigen.core.database import Database

Pair = tuple[str, str]
"""The hashes of two contents, in order."""


class DistinctContents:
    """The pairs of a library.

    Args:
        database: Its database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pairs(self) -> set[Pair]:
        """Return all pairs."""
        rows = self._database.rows("SELECT sha256, other FROM distinct_contents")
        return {(row[0], row[1]) for row in rows}

    def add(self, pairs: Iterable[Pair]) -> None:
        """Remember pairs."""
        self._change("INSERT OR IGNORE INTO distinct_contents VALUES (?, ?)", pairs)

    def remove(self, pairs: Iterable[Pair]) -> None:
        """Forget pairs."""
        self._change("DELETE FROM distinct_contents WHERE sha256 = ? AND other = ?", pairs)

    def _change(self, statement: str, pairs: Iterable[Pair]) -> None:
        with self._database.transaction() as connection:
            connection.executemany(statement, sorted({pair_of(*pair) for pair in pairs}))


def pair_of(one: str, other: str) -> Pair:
    """Return the pair of two hashes, whatever their order."""
    return min(one, other), max(one, other)
