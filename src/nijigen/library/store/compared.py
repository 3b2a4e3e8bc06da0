"""Compared pairs: what two entries are to each other, so that it is found only once."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from nijigen.core.database import Database
from nijigen.core.errors import OutputError

Pair = tuple[int, int]
"""The numbers of two entries, the lower first."""


class ComparedPairs:
    """The pairs of a library that were compared.

    Args:
        database: Its database.
        version: Of the comparison; what another one has found does not count.
    """

    def __init__(self, database: Database, version: int) -> None:
        self._database = database
        self._version = version

    def all(self) -> dict[Pair, Mapping[str, Any] | None]:
        """Return what was found, by pair; None where that is nothing."""
        rows = self._database.rows(
            "SELECT entry, other, found FROM compared WHERE version = ?", (self._version,)
        )
        return {(row[0], row[1]): json.loads(row[2]) for row in rows}

    def keep(self, found: Mapping[Pair, Mapping[str, Any] | None]) -> None:
        """Keep what was found, where the library can be written."""
        rows = [(*pair, self._version, json.dumps(each)) for pair, each in found.items()]
        with contextlib.suppress(OutputError), self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO compared VALUES (?, ?, ?, ?)", rows)

    def forget_lost(self) -> None:
        """Forget pairs of entries that are gone, where the library can be written."""
        with contextlib.suppress(OutputError), self._database.transaction() as connection:
            for column in ("entry", "other"):
                connection.execute(
                    f"DELETE FROM compared WHERE {column} NOT IN (SELECT id FROM entries)"
                )
