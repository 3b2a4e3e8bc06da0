"""The catalog: which pictures a library has, where their files are, and what is stored of them."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.database import Database, damage_in
from nijigen.library.store.distinct import DistinctContents
from nijigen.library.store.measures import Measures
from nijigen.library.store.posts import add_pictures, date_pictures, forget_pictures, take_over
from nijigen.library.store.stamp import Stamp
from nijigen.library.store.tables import DATABASE, SCHEMA


@dataclass(frozen=True)
class Content:
    """What a file contains; copies have the same."""

    number: int
    sha256: str
    bytes: int
    format: str
    width: int
    height: int
    moving: bool
    """Whether it is a clip: an animation or a video."""
    complete: bool = True
    """Whether all frames of a clip have been looked at."""


@dataclass(frozen=True)
class Entry:
    """An indexed image: a still picture, or a frame of a clip.

    Signatures and thumbnails are kept by its number.
    """

    number: int
    content: Content
    frame: int = 0
    """Which frame of the clip it is, from 0."""
    frames: int = 1
    """For so many frames, beginning with its own, it stands: those after it are much the same."""
    start: float = 0.0
    """When these begin, in seconds from the start of the clip."""
    end: float = 0.0
    """When they end."""
    cut: bool = True
    """Whether a shot begins with it."""


@dataclass(frozen=True)
class Place:
    """A file of a content, as it was when it was last looked at."""

    path: Path
    content: int
    stamp: Stamp
    mount: Path
    state: str
    """``here``, ``away`` (its disk is not mounted), ``gone``, or ``trashed``."""


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
        self.database = Database(folder / DATABASE, SCHEMA, examined=examined)
        self.measures = Measures(self.database)
        self.distinct = DistinctContents(self.database)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def count(self) -> int:
        """Return the number of contents."""
        return int(self.database.rows("SELECT count(*) FROM contents")[0][0])

    def new_numbers(self) -> Iterator[int]:
        """Yield numbers above all that any entry has had, without those of uploads."""
        first = self._next("entries")
        rows = self.database.rows("SELECT id FROM uploads WHERE id >= ?", (first,))
        uploads = {row[0] for row in rows}
        return (number for number in itertools.count(first) if number not in uploads)

    def next_content(self) -> int:
        """Return a number above all that any content has had."""
        return self._next("contents")

    def _next(self, table: str) -> int:
        rows = self.database.rows("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(rows[0][0]) + 1 if rows else 1

    def numbers(self, signature: str, above: int = 0) -> NDArray[np.int64]:
        """Return the numbers above one of the entries that have a signature, in order."""
        # One text is read ten times as fast as a row for each.
        query = "SELECT group_concat(entry) FROM signed WHERE signature = ? AND entry > ?"
        text = self.database.rows(query, (signature, above))[0][0] or ""
        return np.sort(np.fromstring(text, np.int64, sep=","))

    def signed(self, signature: str) -> int:
        """Return how many entries have a signature."""
        query = "SELECT count(*) FROM signed WHERE signature = ?"
        return int(self.database.rows(query, (signature,))[0][0])

    def last(self, signature: str) -> int:
        """Return the highest number of an entry that has a signature; -1 if none has it."""
        query = "SELECT coalesce(max(entry), -1) FROM signed WHERE signature = ?"
        return int(self.database.rows(query, (signature,))[0][0])

    def having(self, signature: str, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of some entries that have a signature, in the same order."""
        given = json.dumps(numbers.tolist())
        query = (
            "SELECT entry FROM signed WHERE signature = ? AND entry IN "
            "(SELECT value FROM json_each(?))"
        )
        found = [row[0] for row in self.database.rows(query, (signature, given))]
        return numbers[np.isin(numbers, found)]

    def unsigned(self, signature: str) -> list[int]:
        """Return the numbers of the entries that lack a signature."""
        query = (
            "SELECT id FROM entries WHERE id NOT IN "
            "(SELECT entry FROM signed WHERE signature = ?) ORDER BY id"
        )
        return [int(row[0]) for row in self.database.rows(query, (signature,))]

    def entry(self, number: int) -> Entry | None:
        """Return an entry by its number."""
        return next(iter(self._entries("WHERE entries.id = ?", (number,))), None)

    def entries(self, content: int | None = None) -> list[Entry]:
        """Return the entries of a content in the order of its frames, or all by their numbers."""
        if content is None:
            return self._entries("ORDER BY entries.id", ())
        return self._entries("WHERE content = ? ORDER BY frame", (content,))

    def _entries(self, where: str, values: tuple[object, ...]) -> list[Entry]:
        query = (
            f"SELECT entries.id, frame, frames, starts, ends, cut, {_CONTENT} "
            f"FROM entries JOIN contents ON contents.id = content {where}"
        )
        return [
            Entry(number, _content(content), frame, frames, start, end, bool(cut))
            for number, frame, frames, start, end, cut, *content in self.database.rows(
                query, values
            )
        ]

    def content(self, number: int) -> Content | None:
        """Return a content by its number."""
        return next(iter(self._contents("WHERE id = ?", (number,))), None)

    def numbers_of(self, contents: Sequence[int]) -> NDArray[np.int64]:
        """Return the numbers of all entries of some contents, in order."""
        rows = self.database.rows("SELECT id, content FROM entries ORDER BY id")
        wanted = set(contents)
        return np.array([row[0] for row in rows if row[1] in wanted], np.int64)

    def shot(self, entry: Entry) -> tuple[float, float]:
        """Return when the shot that a frame is in begins and ends, in seconds."""
        query = (
            "SELECT (SELECT max(starts) FROM entries WHERE content = ? AND cut AND frame <= ?), "
            "coalesce((SELECT min(starts) FROM entries WHERE content = ? AND cut AND frame > ?), "
            "(SELECT max(ends) FROM entries WHERE content = ?))"
        )
        content, frame = entry.content.number, entry.frame
        rows = self.database.rows(query, (content, frame, content, frame, content))
        return rows[0][0], rows[0][1]

    def with_hash(self, sha256: str) -> Content | None:
        """Return the content of a hash."""
        return next(iter(self._contents("WHERE sha256 = ?", (sha256,))), None)

    def contents(self) -> list[Content]:
        """Return all contents."""
        return self._contents("ORDER BY id", ())

    def incomplete(self) -> set[int]:
        """Return the numbers of the clips whose frames have not all been looked at."""
        return {row[0] for row in self.database.rows("SELECT id FROM contents WHERE NOT complete")}

    def _contents(self, where: str, values: tuple[object, ...]) -> list[Content]:
        rows = self.database.rows(f"SELECT {_CONTENT} FROM contents {where}", values)
        return [_content(row) for row in rows]

    def sizes(self, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return width and height of contents."""
        query = (
            "SELECT id, width, height FROM contents WHERE id IN (SELECT value FROM json_each(?))"
        )
        rows = self.database.rows(query, (json.dumps(numbers),))
        return {number: (width, height) for number, width, height in rows}

    def place(self, path: Path) -> Place | None:
        """Return what is known of a file."""
        return next(iter(self._places("WHERE path = ?", (os.fsencode(path),))), None)

    def places(self, content: int | None = None) -> list[Place]:
        """Return the files of a content, or of all."""
        if content is None:
            return self._places("ORDER BY path", ())
        return self._places("WHERE content = ? ORDER BY path", (content,))

    def places_below(self, path: Path) -> list[Place]:
        """Return a file, or all files in a folder."""
        whole = os.fsencode(path)
        inside = whole.rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
        # The byte after the separator ends the range of names that begin with it.
        end = inside[:-1] + bytes([inside[-1] + 1])
        where = "WHERE path = ? OR (path >= ? AND path < ?) ORDER BY path"
        return self._places(where, (whole, inside, end))

    def _places(self, where: str, values: tuple[object, ...]) -> list[Place]:
        query = (
            "SELECT path, content, mount, state, bytes, modified, inode, changed "
            f"FROM places {where}"
        )
        return [
            Place(_path(path), content, Stamp(*stamp), _path(mount), state)
            for path, content, mount, state, *stamp in self.database.rows(query, values)
        ]

    def folders(self) -> list[tuple[Path, Path]]:
        """Return the folders that were added, each with where its disk was mounted."""
        rows = self.database.rows("SELECT path, mount FROM folders ORDER BY path")
        return [(_path(path), _path(mount)) for path, mount in rows]

    def keep_folders(self, folders: Iterable[tuple[Path, Path]]) -> None:
        """Remember folders, each with where its disk is mounted."""
        with self.database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO folders VALUES (?, ?)",
                [(os.fsencode(path), os.fsencode(mount)) for path, mount in folders],
            )

    def add(
        self,
        contents: Sequence[Content],
        entries: Sequence[tuple[Entry, Sequence[str]]],
        places: Sequence[Place],
        moved: Sequence[Path] = (),
        md5s: Mapping[int, str] | None = None,
    ) -> None:
        """Add contents, entries with the names of their signatures, and files, or none of them.

        Args:
            contents: New ones, and known ones with what is new of them.
            entries: New ones of these and of known contents, and known ones likewise.
            places: Files of these and of known contents; what was known of the same path is
                replaced.
            moved: Files to forget.
            md5s: Hashes of the contents by their numbers, as boorus know them.
        """
        now = time.time()
        with self.database.transaction() as connection:
            connection.executemany(
                "INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET complete = excluded.complete",
                [
                    (c.number, c.sha256, c.bytes, c.format, c.width, c.height, c.moving, now)
                    + (c.complete,)
                    for c in contents
                ],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (e.number, e.content.number, e.frame, e.frames, e.start, e.end, e.cut)
                    for e, _ in entries
                ],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO signed VALUES (?, ?)",
                [(name, entry.number) for entry, names in entries for name in names],
            )
            connection.executemany(
                "DELETE FROM places WHERE path = ?", [(os.fsencode(path),) for path in moved]
            )
            add_pictures(connection, [c.number for c in contents], md5s or {})
            for place in places:
                take_over(connection, place.path, place.content)
            connection.executemany(
                "INSERT OR REPLACE INTO places "
                "(path, content, mount, state, bytes, modified, inode, changed) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (os.fsencode(p.path), p.content, os.fsencode(p.mount), p.state, *p.stamp)
                    for p in places
                ],
            )
            date_pictures(connection, [p.content for p in places])

    def sign(self, numbers: Iterable[int], signature: str, *, signed: bool = True) -> None:
        """Note that entries have a signature, or that they lack it."""
        statement = (
            "INSERT OR IGNORE INTO signed VALUES (?, ?)"
            if signed
            else "DELETE FROM signed WHERE signature = ? AND entry = ?"
        )
        with self.database.transaction() as connection:
            connection.executemany(statement, [(signature, number) for number in numbers])

    def set_state(self, paths: Iterable[Path], state: str) -> None:
        """Note whether files are here, away, gone or trashed."""
        with self.database.transaction() as connection:
            connection.executemany(
                "UPDATE places SET state = ? WHERE path = ?",
                [(state, os.fsencode(path)) for path in paths],
            )

    def forget(self, paths: Iterable[Path], folders: Iterable[Path] = ()) -> dict[int, list[int]]:
        """Forget files and folders, and contents without any file.

        Returns:
            The numbers of these contents, each with those of its entries.
        """
        with self.database.transaction() as connection:
            connection.executemany(
                "DELETE FROM places WHERE path = ?", [(os.fsencode(path),) for path in paths]
            )
            connection.executemany(
                "DELETE FROM folders WHERE path = ?", [(os.fsencode(path),) for path in folders]
            )
            orphans = (
                "SELECT id FROM contents WHERE id NOT IN (SELECT content FROM places) "
                "AND id NOT IN (SELECT content FROM uploads)"
            )
            forgotten: dict[int, list[int]] = {}
            for (content,) in connection.execute(orphans).fetchall():
                rows = connection.execute("SELECT id FROM entries WHERE content = ?", (content,))
                forgotten[content] = [int(row[0]) for row in rows]
            forget_pictures(connection, forgotten)
            for content, numbers in forgotten.items():
                connection.executemany(
                    "DELETE FROM signed WHERE entry = ?", [(n,) for n in numbers]
                )
                connection.execute("DELETE FROM measures WHERE content = ?", (content,))
                connection.execute("DELETE FROM entries WHERE content = ?", (content,))
                connection.execute("DELETE FROM contents WHERE id = ?", (content,))
        return forgotten

    def damage(self) -> str:
        """Return what is wrong with the database; empty if it is whole."""
        with self.database.transaction() as connection:
            return damage_in(connection, SCHEMA, thorough=True)

    def totals(self) -> dict[str, Any]:
        """Return how many pictures, frames and bytes there are, by format and state of files."""
        rows = self.database.rows
        pictures, size = rows("SELECT count(*), coalesce(sum(bytes), 0) FROM contents")[0]
        frames = rows(
            "SELECT count(*) FROM entries JOIN contents ON contents.id = content WHERE moving"
        )[0][0]
        formats = rows("SELECT format, count(*) FROM contents GROUP BY format ORDER BY format")
        states = rows("SELECT state, count(*) FROM places GROUP BY state ORDER BY state")
        signed = rows("SELECT signature, count(*) FROM signed GROUP BY signature")
        return {
            "pictures": pictures,
            "frames": frames,
            "bytes": size,
            "formats": {row[0]: row[1] for row in formats},
            "files": {row[0]: row[1] for row in states},
            "signatures": {row[0]: row[1] for row in signed},
        }


_CONTENT = "contents.id, sha256, bytes, format, width, height, moving, complete"


def _content(row: Sequence[Any]) -> Content:
    number, sha256, size, format, width, height, moving, complete = row
    return Content(number, sha256, size, format, width, height, bool(moving), bool(complete))


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))
