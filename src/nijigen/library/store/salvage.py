"""Salvage: what can still be read in a damaged database, above all what only the user knows."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nijigen.core.posts.rating import RATINGS, Rating
from nijigen.core.posts.tag import CATEGORIES, Category
from nijigen.library.store.distinct import Pair
from nijigen.library.store.posts import Edit


@dataclass
class Salvaged:
    """What could be read; contents are named by their hashes, since they get new numbers."""

    paths: list[Path] = field(default_factory=list)
    """Folders that are followed, and files."""
    edits: dict[str, Edit] = field(default_factory=dict)
    """What the user changed of the tags and ratings, by the hash of the content."""
    searches: dict[str, str] = field(default_factory=dict)
    """Saved searches by name."""
    distinct: list[Pair] = field(default_factory=list)
    """Contents that are no duplicates of each other."""
    damaged: list[str] = field(default_factory=list)
    """Tables of which not everything could be read."""


def salvage(path: Path) -> Salvaged:
    """Read what can be read of the database of a library; nothing is raised for its damage."""
    made = Salvaged()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        # One name that is not text must not end the reading of all others.
        connection.text_factory = lambda data: data.decode(errors="replace")
        reader = _Reader(connection, made.damaged)
        for table in ("folders", "places"):
            for (name,) in reader.rows(table, "path", key="path"):
                if isinstance(name, bytes):
                    made.paths.append(Path(os.fsdecode(name)))
        made.edits = _edits(reader)
        made.searches = dict(_texts(reader.rows("searches", "name, query", key="name")))
        pairs = reader.rows("distinct_contents", "sha256, other", key="sha256, other")
        made.distinct = _texts(pairs)
    return made


def _texts(rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, str]]:
    """Return the rows of two texts; a damaged page may hold anything."""
    return [(one, other) for one, other in rows if isinstance(one, str) and isinstance(other, str)]


def _edits(reader: _Reader) -> dict[str, Edit]:
    # The index of the hashes has the numbers too, if the table itself is damaged.
    numbers = "id, sha256"
    hashes = dict(reader.rows("contents", numbers, key="id"))
    hashes |= dict(reader.rows("contents", numbers, key="sha256"))
    added: dict[str, dict[str, Category | None]] = {}
    removed: dict[str, list[str]] = {}
    ratings: dict[str, Rating] = {}
    columns = "picture, tag, category, added"
    for picture, tag, category, is_added in reader.rows("edits", columns, key="picture, tag"):
        if picture not in hashes or not isinstance(tag, str) or category not in (None, *CATEGORIES):
            continue
        if is_added:
            added.setdefault(hashes[picture], {})[tag] = category
        else:
            removed.setdefault(hashes[picture], []).append(tag)
    for picture, rating in reader.rows("ratings", "picture, rating", key="picture"):
        if picture in hashes and rating in RATINGS:
            ratings[hashes[picture]] = rating
    return {
        one: Edit(added.get(one, {}), removed.get(one, ()), ratings.get(one))
        for one in {**added, **removed, **ratings}
    }


@dataclass(frozen=True)
class _Reader:
    connection: sqlite3.Connection
    damaged: list[str]

    def rows(self, table: str, columns: str, *, key: str) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a table, also those on both sides of a damaged page."""
        found: dict[tuple[Any, ...], None] = {}
        for order in ("ASC", "DESC"):
            by = ", ".join(f"{name} {order}" for name in key.split(", "))
            try:
                for row in self.connection.execute(f"SELECT {columns} FROM {table} ORDER BY {by}"):
                    found[row] = None
            except sqlite3.Error:
                if table not in self.damaged:
                    self.damaged.append(table)
            else:
                break
        return list(found)
