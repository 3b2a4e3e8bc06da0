"""HakuBooru's database of Danbooru2023: SQLite, or its three tables as Parquet.

The tables are ``post``, ``tag`` and ``posttagrelation``. Two things are put right: types of tags
are numbered 2 for characters and 3 for copyrights, and ratings 0 to 3. Either database then has the
views of :mod:`nijigen.core.posts.sql.schema`, and a query is the same statement as for the library.

Source: KohakuBlueleaf's HakuBooru, ``hakubooru/dataset/db.py``.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.rating import RATINGS
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sql.select import select
from nijigen.core.posts.tag import Category
from nijigen.core.run import Run
from nijigen.sources.dumps.dump import CUT, Faults
from nijigen.sources.dumps.engine import connect, literal, quoted

TYPES: tuple[Category, ...] = ("general", "artist", "character", "copyright", "meta")
"""Categories by their number in these tables, which is not that of Danbooru."""
TABLES = ("post", "tag", "posttagrelation")


def _words(column: str, words: tuple[str, ...]) -> str:
    cases = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(words))
    return f"CASE {column} {cases} END"


def _views(seconds: str) -> list[str]:
    """Return the statements that make the views.

    Args:
        seconds: The time of ``created_at`` in seconds since 1970, as SQL.
    """
    absent = "duration", "updated_at", "faces", "site_rating", "raw"
    pictures = (
        f"SELECT id, md5, image_width AS width, image_height AS height, file_ext AS filetype,"
        f" file_size AS filesize, {seconds} AS created_at, {_words('rating', RATINGS)} AS rating,"
        " score, fav_count AS favcount, COALESCE(source, '') AS source, parent_id,"
        " CAST(has_children AS INTEGER) AS has_children, CAST(is_deleted AS INTEGER) AS deleted,"
        f" {', '.join(f'NULL AS {name}' for name in absent)} FROM post"
    )
    return [
        f"CREATE TEMP VIEW pictures AS {pictures}",
        f"CREATE TEMP VIEW tags AS SELECT id, name, {_words('type', TYPES)} AS category FROM tag",
        "CREATE TEMP VIEW picture_tags AS"
        " SELECT post_id AS picture_id, tag_id FROM posttagrelation",
        "CREATE TEMP TABLE tag_aliases (name TEXT, tag_id INTEGER)",
        "CREATE TEMP TABLE picture_colors (picture_id INTEGER, color TEXT)",
        "CREATE TEMP TABLE pools (id INTEGER, name TEXT)",
        "CREATE TEMP TABLE picture_pools (pool_id INTEGER, picture_id INTEGER)",
    ]


class Sqlite:
    """A file of SQLite with these tables."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder = folder
        self.file = file

    @classmethod
    def find(cls, folder: Path) -> Sqlite | None:
        """Return the dump in a folder, if there is one of this form."""
        for file in sorted((*folder.glob("*.db"), *folder.glob("*.sqlite*"))):
            with contextlib.suppress(sqlite3.Error), contextlib.closing(_opened(file)) as base:
                rows = base.execute("SELECT lower(name) FROM sqlite_master WHERE type = 'table'")
                if set(TABLES) <= {name for (name,) in rows}:
                    return cls(folder, file)
        return None

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query finds."""
        try:
            with contextlib.closing(_opened(self.file)) as base:
                base.row_factory = sqlite3.Row
                for view in _views("CAST(strftime('%s', created_at) AS INTEGER)"):
                    base.execute(view)
                statement = select(query)
                numbers = base.execute(statement.text, statement.parameters)
                yield from _made(base, (number for (number,) in numbers), run)
        except sqlite3.Error as error:
            raise InputError(f"{self.file} cannot be read: {error}", CUT) from error


class Parquet:
    """The tables as files of Parquet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def find(cls, folder: Path) -> Parquet | None:
        """Return the dump in a folder, if there is one of this form."""
        files = [folder / f"{name}.parquet" for name in TABLES]
        return cls(folder) if all(file.is_file() for file in files) else None

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query finds."""
        with contextlib.closing(connect(run.scratch, [self.folder])) as base:
            for name in TABLES:
                file = literal(self.folder.resolve() / f"{name}.parquet")
                base.execute(f"CREATE VIEW {name} AS FROM read_parquet([{quoted(file)}])")
            for view in _views("CAST(floor(epoch(TRY_CAST(created_at AS TIMESTAMPTZ))) AS BIGINT)"):
                base.execute(view)
            statement = select(query)
            # LIKE of SQLite takes upper and lower case as alike; values are parameters.
            text = statement.text.replace(" LIKE ", " ILIKE ")
            numbers = base.execute(text, statement.parameters).fetchall()
            yield from _made(_Rows(base), (number for (number,) in numbers), run)


class _Rows:
    """DuckDB with the method of SQLite that returns rows with names."""

    def __init__(self, base: Any) -> None:
        self._base = base

    def execute(self, text: str, parameters: tuple[Any, ...]) -> list[Mapping[str, Any]]:
        made = self._base.execute(text, parameters)
        names = [column[0] for column in made.description]
        return [dict(zip(names, row, strict=True)) for row in made.fetchall()]


def _opened(file: Path) -> sqlite3.Connection:
    """Open a database that nobody may change."""
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _made(base: Any, numbers: Iterator[int], run: Run) -> Iterator[Post]:
    faults = Faults(run)
    for number in numbers:
        run.check()
        (row,) = base.execute("SELECT * FROM post WHERE id = ?", (number,))
        tags = base.execute(
            "SELECT n.name, n.category FROM picture_tags AS t JOIN tags AS n ON n.id = t.tag_id"
            " WHERE t.picture_id = ? ORDER BY n.category, n.name",
            (number,),
        )
        try:
            yield _post(dict(row), {one["name"]: one["category"] for one in tags})
        except InputError as error:
            faults.note(f"post {number}", error.message, CUT)
    faults.close()


def _post(row: dict[str, Any], tags: dict[str, Category | None]) -> Post:
    said = fields.number(row, "rating")
    if said is not None and said not in range(len(RATINGS)):
        raise InputError(f"rating: {said} is not one of 0 to 3")
    rating = None if said is None else RATINGS[said]
    return fields.made(
        {
            "site": "danbooru",
            "id": row["id"],
            "tags": tags,
            "rating": rating,
            "site_rating": rating,
            "score": fields.number(row, "score"),
            "favcount": fields.number(row, "fav_count"),
            "md5": fields.md5(row),
            "width": fields.size(row, "image_width"),
            "height": fields.size(row, "image_height"),
            "filetype": fields.text(row, "file_ext") or None,
            "filesize": fields.size(row, "file_size"),
            "created_at": fields.time(row.get("created_at")),
            "source": fields.text(row, "source"),
            "file_url": fields.text(row, "file_url"),
            "parent_id": fields.size(row, "parent_id"),
            "has_children": fields.flag(row, "has_children"),
            "deleted": fields.flag(row, "is_deleted"),
            "raw": row,
        }
    )
