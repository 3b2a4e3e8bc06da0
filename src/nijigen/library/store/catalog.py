"""The catalog: which pictures a library has, where their files are, and what is stored of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.database import Database
from nijigen.library.store.tables import DATABASE, SCHEMA


@dataclass(frozen=True)
class Record:
    """A picture of the library."""

    number: int
    sha256: str
    bytes: int
    format: str
    width: int
    height: int
    moving: bool
    """Whether the file has more frames than the first, which represents it."""


@dataclass(frozen=True)
class Place:
    """A file of a picture, as it was when it was last looked at."""

    path: Path
    picture: int
    bytes: int
    modified: int
    mount: Path
    state: str
    """``here``, ``away`` (its disk is not mounted) or ``gone``."""


class Catalog:
    """The database of a library.

    Args:
        folder: The library; the database is created if it is missing.
        examined: Look at every page first.

    Raises:
        DatabaseDamaged: It is damaged.
        InputError: A newer version of Nijigen wrote it.
        OutputError: It cannot be written.
    """

    def __init__(self, folder: Path, *, examined: bool = False) -> None:
        self._database = Database(folder / DATABASE, SCHEMA, examined=examined)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def count(self) -> int:
        """Return the number of pictures."""
        return int(self._database.rows("SELECT count(*) FROM pictures")[0][0])

    def next_number(self) -> int:
        """Return a number above all that any picture has had."""
        rows = self._database.rows("SELECT seq FROM sqlite_sequence WHERE name = 'pictures'")
        return int(rows[0][0]) + 1 if rows else 1

    def numbers(self, signature: str) -> NDArray[np.int64]:
        """Return the numbers of the pictures that have a signature, in order."""
        query = "SELECT picture FROM signed WHERE signature = ? ORDER BY picture"
        return np.array([row[0] for row in self._database.rows(query, (signature,))], np.int64)

    def unsigned(self, signature: str) -> list[int]:
        """Return the numbers of the pictures that lack a signature."""
        query = (
            "SELECT id FROM pictures WHERE id NOT IN "
            "(SELECT picture FROM signed WHERE signature = ?) ORDER BY id"
        )
        return [int(row[0]) for row in self._database.rows(query, (signature,))]

    def record(self, number: int) -> Record | None:
        """Return a picture by its number."""
        return self._one("id", number)

    def with_hash(self, sha256: str) -> Record | None:
        """Return the picture of a content."""
        return self._one("sha256", sha256)

    def _one(self, column: str, value: Any) -> Record | None:
        query = (
            "SELECT id, sha256, bytes, format, width, height, moving FROM pictures "
            f"WHERE {column} = ?"
        )
        rows = self._database.rows(query, (value,))
        return Record(*rows[0]) if rows else None

    def records(self) -> list[Record]:
        """Return all pictures."""
        numbers = self._database.rows("SELECT id FROM pictures ORDER BY id")
        found = (self.record(int(row[0])) for row in numbers)
        return [record for record in found if record is not None]

    def place(self, path: Path) -> Place | None:
        """Return what is known of a file."""
        return next(iter(self._places("WHERE path = ?", (os.fsencode(path),))), None)

    def places(self, number: int | None = None) -> list[Place]:
        """Return the files of a picture, or of all."""
        if number is None:
            return self._places("ORDER BY path", ())
        return self._places("WHERE picture = ? ORDER BY path", (number,))

    def places_below(self, path: Path) -> list[Place]:
        """Return a file, or all files in a folder."""
        whole = os.fsencode(path)
        inside = whole.rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
        # The byte after the separator ends the range of names that begin with it.
        end = inside[:-1] + bytes([inside[-1] + 1])
        where = "WHERE path = ? OR (path >= ? AND path < ?) ORDER BY path"
        return self._places(where, (whole, inside, end))

    def _places(self, where: str, values: tuple[object, ...]) -> list[Place]:
        query = f"SELECT path, picture, bytes, modified, mount, state FROM places {where}"
        return [
            Place(_path(path), picture, size, modified, _path(mount), state)
            for path, picture, size, modified, mount, state in self._database.rows(query, values)
        ]

    def folders(self) -> list[tuple[Path, Path]]:
        """Return the folders that were added, each with where its disk was mounted."""
        rows = self._database.rows("SELECT path, mount FROM folders ORDER BY path")
        return [(_path(path), _path(mount)) for path, mount in rows]

    def keep_folders(self, folders: Iterable[tuple[Path, Path]]) -> None:
        """Remember folders, each with where its disk is mounted."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO folders VALUES (?, ?)",
                [(os.fsencode(path), os.fsencode(mount)) for path, mount in folders],
            )

    def add(
        self,
        pictures: Sequence[tuple[Record, Sequence[str]]],
        places: Sequence[Place],
        moved: Sequence[Path] = (),
    ) -> None:
        """Add pictures with the names of their signatures, and files, at once or not at all.

        Args:
            pictures: New ones.
            places: Files of these and of known pictures; what was known of the same path is
                replaced.
            moved: Files to forget.
        """
        now = time.time()
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (r.number, r.sha256, r.bytes, r.format, r.width, r.height, int(r.moving), now)
                    for r, _ in pictures
                ],
            )
            connection.executemany(
                "INSERT INTO signed VALUES (?, ?)",
                [(name, record.number) for record, names in pictures for name in names],
            )
            connection.executemany(
                "DELETE FROM places WHERE path = ?", [(os.fsencode(path),) for path in moved]
            )
            connection.executemany(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        os.fsencode(p.path),
                        p.picture,
                        p.bytes,
                        p.modified,
                        os.fsencode(p.mount),
                        p.state,
                    )
                    for p in places
                ],
            )

    def sign(self, numbers: Iterable[int], signature: str, *, signed: bool = True) -> None:
        """Note that pictures have a signature, or that they lack it."""
        statement = (
            "INSERT OR IGNORE INTO signed VALUES (?, ?)"
            if signed
            else "DELETE FROM signed WHERE signature = ? AND picture = ?"
        )
        with self._database.transaction() as connection:
            connection.executemany(statement, [(signature, number) for number in numbers])

    def set_state(self, paths: Iterable[Path], state: str) -> None:
        """Note whether files are here, away or gone."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE places SET state = ? WHERE path = ?",
                [(state, os.fsencode(path)) for path in paths],
            )

    def forget(self, paths: Iterable[Path], folders: Iterable[Path] = ()) -> list[int]:
        """Forget files and folders, and pictures without any file; return their numbers."""
        with self._database.transaction() as connection:
            connection.executemany(
                "DELETE FROM places WHERE path = ?", [(os.fsencode(path),) for path in paths]
            )
            connection.executemany(
                "DELETE FROM folders WHERE path = ?", [(os.fsencode(path),) for path in folders]
            )
            orphans = "SELECT id FROM pictures WHERE id NOT IN (SELECT picture FROM places)"
            numbers = [int(row[0]) for row in connection.execute(orphans)]
            for number in numbers:
                connection.execute("DELETE FROM signed WHERE picture = ?", (number,))
                connection.execute("DELETE FROM pictures WHERE id = ?", (number,))
        return numbers

    def damage(self) -> str:
        """Return what is wrong with the database; empty if it is whole."""
        from nijigen.core.database import damage_in

        with self._database.transaction() as connection:
            return damage_in(connection, SCHEMA, thorough=True)

    def totals(self) -> dict[str, Any]:
        """Return how many pictures and bytes there are, by format and by state of files."""
        rows = self._database.rows
        pictures, size = rows("SELECT count(*), coalesce(sum(bytes), 0) FROM pictures")[0]
        formats = rows("SELECT format, count(*) FROM pictures GROUP BY format ORDER BY format")
        states = rows("SELECT state, count(*) FROM places GROUP BY state ORDER BY state")
        signed = rows("SELECT signature, count(*) FROM signed GROUP BY signature")
        return {
            "pictures": pictures,
            "bytes": size,
            "formats": {row[0]: row[1] for row in formats},
            "files": {row[0]: row[1] for row in states},
            "signatures": {row[0]: row[1] for row in signed},
        }


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))
