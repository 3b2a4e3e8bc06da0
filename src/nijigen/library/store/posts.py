"""Posts: what sidecars and the user say of pictures, and the tables that queries look at."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nijigen.core.database import Database
from nijigen.core.errors import NijigenError
from nijigen.core.posts.merging import merged
from nijigen.core.posts.post import Post
from nijigen.core.posts.rating import Rating
from nijigen.core.posts.tag import Category
from nijigen.library.store.measures import estimated_rating


@dataclass(frozen=True)
class Sidecar:
    """A sidecar as it was when it was read."""

    path: Path
    bytes: int
    modified: int
    """In nanoseconds."""
    post: Post | None = None
    """None if it could not be read."""


@dataclass(frozen=True)
class Edit:
    """What the user changes of a picture's tags."""

    added: Mapping[str, Category | None]
    removed: Sequence[str] = ()
    rating: Rating | None = None
    """A new one; None leaves it."""


class Posts:
    """The posts of a library.

    Sidecars and edits are stored as they are; the tables of ``core.posts.sql`` follow from them.

    Args:
        database: Of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def sidecars(self) -> dict[Path, dict[Path, tuple[int, int]]]:
        """Return size and time of the known sidecars of each file of a picture."""
        found: dict[Path, dict[Path, tuple[int, int]]] = {}
        rows = self._database.rows("SELECT place, path, bytes, modified FROM sidecars")
        for place, path, size, modified in rows:
            found.setdefault(_path(place), {})[_path(path)] = (size, modified)
        return found

    def keep_sidecars(self, found: Mapping[Path, Sequence[Sidecar]]) -> None:
        """Store what sidecars say of files; what one said that is gone stays.

        Args:
            found: The sidecars that were read, in order, by the file of the picture.
        """
        with self._database.transaction() as connection:
            for place, sidecars in found.items():
                name = os.fsencode(place)
                row = connection.execute("SELECT content FROM places WHERE path = ?", (name,))
                content = row.fetchone()
                if content is None:
                    continue
                # A file that moved together with its sidecars: these here count.
                connection.execute(
                    "DELETE FROM sidecars WHERE picture = ? "
                    "AND place NOT IN (SELECT path FROM places)",
                    (content[0],),
                )
                connection.executemany(
                    "INSERT OR REPLACE INTO sidecars VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (name, os.fsencode(one.path), position, content[0], one.bytes, one.modified)
                        + (one.post and one.post.to_json(),)
                        for position, one in enumerate(sidecars)
                    ],
                )
                _refresh(connection, content[0])
            _join_parents(connection)

    def edit(self, numbers: Iterable[int], edit: Edit) -> None:
        """Change tags of pictures; that counts more than what sidecars say, now and later."""
        with self._database.transaction() as connection:
            for number in numbers:
                _edit(connection, number, edit)

    def edit_contents(self, edits: Mapping[str, Edit]) -> int:
        """Change tags of contents, named by their hashes; return how many of them are unknown."""
        unknown = 0
        with self._database.transaction() as connection:
            for sha256, edit in edits.items():
                query = "SELECT id FROM contents WHERE sha256 = ?"
                row = connection.execute(query, (sha256,)).fetchone()
                if row is None:
                    unknown += 1
                else:
                    _edit(connection, row[0], edit)
        return unknown

    def post(self, number: int) -> Post:
        """Return all that is known of a picture; its id is its number in the library."""
        with self._database.transaction() as connection:
            return self._post(connection, number)

    def refresh(self, numbers: Iterable[int]) -> None:
        """Write what queries see of pictures again."""
        with self._database.transaction() as connection:
            for number in numbers:
                _refresh(connection, number)
            _join_parents(connection)

    def _post(self, connection: sqlite3.Connection, number: int) -> Post:
        said = _said(connection, number)
        row = connection.execute("SELECT * FROM pictures WHERE id = ?", (number,)).fetchone()
        if row is None:
            return said
        facts = {
            name: row[name]
            for name in ("width", "height", "filetype", "filesize", "md5", "duration", "faces")
            if row[name] is not None
        }
        facts["created_at"] = said.created_at or _moment(row["created_at"])
        return said.model_copy(update={**facts, "id": number, "parent_id": row["parent_id"]})


def _edit(connection: sqlite3.Connection, number: int, edit: Edit) -> None:
    rows = [(number, tag, category, 1) for tag, category in edit.added.items()]
    rows += [(number, tag, None, 0) for tag in edit.removed]
    connection.executemany("INSERT OR REPLACE INTO edits VALUES (?, ?, ?, ?)", rows)
    if edit.rating is not None:
        connection.execute("INSERT OR REPLACE INTO ratings VALUES (?, ?)", (number, edit.rating))
    _refresh(connection, number)


def add_pictures(
    connection: sqlite3.Connection, numbers: Sequence[int], md5s: Mapping[int, str]
) -> None:
    """Make posts of contents: what their files say, until more is known.

    Args:
        connection: In a transaction.
        numbers: Of the contents, which may have posts already.
        md5s: Hashes of those whose files were read, by number.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO pictures (id, width, height, filetype, filesize) "
        "SELECT id, width, height, "
        "CASE format WHEN 'jpeg' THEN 'jpg' WHEN 'tiff' THEN 'tif' ELSE format END, bytes "
        "FROM contents WHERE id = ?",
        [(number,) for number in numbers],
    )
    connection.executemany(
        "UPDATE pictures SET duration = "
        "(SELECT nullif(max(ends), 0) FROM entries WHERE content = pictures.id) WHERE id = ?",
        [(number,) for number in numbers],
    )
    connection.executemany(
        "UPDATE pictures SET md5 = ? WHERE id = ?", [(md5, n) for n, md5 in md5s.items()]
    )


def date_pictures(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take the oldest file for the date of pictures of which nothing else says it."""
    connection.executemany(
        "UPDATE pictures SET created_at = "
        "(SELECT min(modified) / 1000000000 FROM places WHERE content = pictures.id) "
        "WHERE id = ? AND created_at IS NULL",
        [(number,) for number in numbers],
    )


def take_over(connection: sqlite3.Connection, path: Path, number: int) -> None:
    """Give a file whose content has changed what was said of the content that it had before."""
    name = os.fsencode(path)
    row = connection.execute("SELECT content FROM places WHERE path = ?", (name,)).fetchone()
    if row is None or row[0] == number:
        return
    for table, columns in (("edits", "tag, category, added"), ("ratings", "rating")):
        connection.execute(
            f"INSERT OR IGNORE INTO {table} SELECT ?, {columns} FROM {table} WHERE picture = ?",
            (number, row[0]),
        )
    connection.execute("UPDATE sidecars SET picture = ? WHERE place = ?", (number, name))
    _refresh(connection, number)


def forget_pictures(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Remove all that is known of pictures."""
    for number in numbers:
        _write_tags(connection, number, {})
        for table in ("sidecars", "edits", "ratings", "site_parents", "faces"):
            connection.execute(f"DELETE FROM {table} WHERE picture = ?", (number,))
        for table in ("picture_colors", "picture_pools"):
            connection.execute(f"DELETE FROM {table} WHERE picture_id = ?", (number,))
        connection.execute("UPDATE pictures SET parent_id = NULL WHERE parent_id = ?", (number,))
        connection.execute("DELETE FROM pictures WHERE id = ?", (number,))


def _said(connection: sqlite3.Connection, number: int) -> Post:
    """Return what sidecars and the user say of a picture."""
    query = (
        "SELECT post FROM sidecars WHERE picture = ? AND post IS NOT NULL ORDER BY place, position"
    )
    posts = []
    for (text,) in connection.execute(query, (number,)).fetchall():
        try:
            posts.append(Post.from_json(text))
        except NijigenError:
            # An older version wrote what this one does not accept: it is read again by `update`.
            continue
    post = merged(posts)
    tags = dict(post.tags)
    query = "SELECT tag, category, added FROM edits WHERE picture = ? ORDER BY tag"
    for tag, category, added in connection.execute(query, (number,)):
        if added:
            tags[tag] = category or tags.get(tag)
        else:
            tags.pop(tag, None)
    row = connection.execute("SELECT rating FROM ratings WHERE picture = ?", (number,)).fetchone()
    rated: dict[str, Any] = {"rating": row[0], "site_rating": None} if row else {}
    if not row and post.rating is None:
        rated = {"rating": estimated_rating(connection, number)}
    return post.model_copy(update={"tags": tags, **rated})


def _refresh(connection: sqlite3.Connection, number: int) -> None:
    """Write what queries see of a picture."""
    post = _said(connection, number)
    fields: dict[str, Any] = {
        "rating": post.rating,
        "score": post.score,
        "favcount": post.favcount,
        "source": post.source,
        "has_children": post.has_children,
        "deleted": post.deleted,
        "site": post.site,
        "site_id": post.id,
        "site_rating": post.site_rating,
        "updated_at": _seconds(post.updated_at),
    }
    if post.created_at is not None:
        fields["created_at"] = _seconds(post.created_at)
    names = ", ".join(f"{name} = ?" for name in fields)
    connection.execute(f"UPDATE pictures SET {names} WHERE id = ?", (*fields.values(), number))
    connection.execute("DELETE FROM site_parents WHERE picture = ?", (number,))
    if post.parent_id is not None:
        connection.execute("INSERT INTO site_parents VALUES (?, ?)", (number, post.parent_id))
    _write_tags(connection, number, post.tags)
    _write_pools(connection, number, post.pools)


def _write_tags(
    connection: sqlite3.Connection, number: int, tags: Mapping[str, Category | None]
) -> None:
    ids = {}
    for name, category in tags.items():
        # What a site says of a tag's category is good for captions, which do not say it.
        connection.execute(
            "INSERT INTO tags (name, category) VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
            "SET category = ifnull(excluded.category, category)",
            (name, category),
        )
        row = connection.execute("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()
        ids[int(row[0])] = name
    known = {
        int(row[0])
        for row in connection.execute(
            "SELECT tag_id FROM picture_tags WHERE picture_id = ?", (number,)
        )
    }
    for tag in ids.keys() - known:
        connection.execute("INSERT INTO picture_tags VALUES (?, ?)", (number, tag))
        connection.execute("UPDATE tags SET count = count + 1 WHERE id = ?", (tag,))
    for tag in known - ids.keys():
        connection.execute(
            "DELETE FROM picture_tags WHERE picture_id = ? AND tag_id = ?", (number, tag)
        )
        connection.execute("UPDATE tags SET count = count - 1 WHERE id = ?", (tag,))


def _write_pools(connection: sqlite3.Connection, number: int, pools: Sequence[str]) -> None:
    connection.execute("DELETE FROM picture_pools WHERE picture_id = ?", (number,))
    for name in pools:
        connection.execute("INSERT OR IGNORE INTO pools (name) VALUES (?)", (name,))
        # Sidecars do not say where in a pool a picture is.
        connection.execute(
            "INSERT INTO picture_pools SELECT id, ?, ? FROM pools WHERE name = ?",
            (number, number, name),
        )


def _join_parents(connection: sqlite3.Connection) -> None:
    """Find the parents that sites name among the pictures that are here."""
    connection.execute(
        "UPDATE pictures SET parent_id = (SELECT parent.id FROM pictures AS parent "
        "JOIN site_parents ON site_parents.picture = pictures.id "
        "WHERE parent.site = pictures.site AND parent.site_id = site_parents.number) "
        "WHERE id IN (SELECT picture FROM site_parents)"
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))
