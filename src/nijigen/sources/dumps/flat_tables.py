"""Tables of posts as Parquet, with a row for each post and the column names of Danbooru's API.

So are tables that people export from the API, and those of DeepGHS: ``id``, ``rating``,
``tag_string`` and its parts by category, and whichever others there are. A column that is missing
is not known. ``duration`` and ``pixel_hash``, which some add, are kept in ``raw``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.sidecars import danbooru
from nijigen.core.run import Run
from nijigen.sources.dumps.dump import CUT, Faults
from nijigen.sources.dumps.engine import connect, literal, needed, quoted
from nijigen.sources.dumps.records import RECORDS, column_text, columns_in

NEEDED = frozenset({"id", "rating", "tag_string"})
_ROWS = 1000
"""Posts that are fetched at once."""


class FlatTables:
    """Files of Parquet in a folder, or in ``metadata``.

    Args:
        folder: Of the dump.
        files: In order.
        names: Of the columns.
    """

    def __init__(self, folder: Path, files: Sequence[Path], names: frozenset[str]) -> None:
        self.folder = folder
        self.files = tuple(files)
        self._names = names

    @classmethod
    def find(cls, folder: Path) -> FlatTables | None:
        """Return the dump in a folder, if there is one of this form."""
        for place in (folder / "metadata", folder):
            paths = sorted(place.glob("*.parquet"))
            found = {path: names for path in paths if (names := _columns(path)) >= NEEDED}
            if found:
                return cls(folder, list(found), frozenset().union(*found.values()))
        return None

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query finds."""
        faults = Faults(run)
        duckdb = needed("duckdb")
        listed = ", ".join(quoted(literal(file.resolve())) for file in self.files)
        rows = f"read_parquet([{listed}], union_by_name = true) AS r"
        places = {file.resolve().parent for file in self.files}
        with contextlib.closing(connect(run.scratch, places)) as base:
            try:
                numbers = self._numbers(base, rows, query)
                for first in range(0, len(numbers), _ROWS):
                    part = numbers[first : first + _ROWS]
                    yield from self._fetched(base, rows, part, run, faults)
            except duckdb.Error as error:
                raise InputError(
                    f"{self.folder} cannot be read: {str(error).splitlines()[0][:200]}", CUT
                ) from None
        faults.close()

    def _numbers(self, base: Any, rows: str, query: Query) -> list[int]:
        """Return the numbers of the posts that a query finds, in its order, up to its limit."""
        where, order = RECORDS.where(query), RECORDS.order(query)
        names = dict.fromkeys(["id", *columns_in(where, order)])
        made = ", ".join(f"{column_text(name, self._field)} AS {name}" for name in names)
        limit = "" if query.limit is None else f" LIMIT {query.limit}"
        found = base.execute(
            f"WITH p AS (SELECT {made} FROM {rows}) SELECT id FROM p"
            f" WHERE id IS NOT NULL AND {where.text} ORDER BY {order.text}{limit}",
            where.parameters + order.parameters,
        )
        return list(dict.fromkeys(number for (number,) in found.fetchall()))

    def _field(self, name: str) -> str:
        # Lists of tags with their categories have no form that is known.
        known = name in self._names and name != "tags"
        return f'CAST(r."{name}" AS VARCHAR)' if known else "CAST(NULL AS VARCHAR)"

    def _fetched(
        self, base: Any, rows: str, numbers: Sequence[int], run: Run, faults: Faults
    ) -> Iterator[Post]:
        made = base.execute(
            f"SELECT r.* FROM {rows} WHERE TRY_CAST(r.id AS BIGINT) IN (SELECT unnest(?))",
            [list(numbers)],
        )
        columns = [column[0] for column in made.description]
        found = {}
        for row in made.fetchall():
            data = _plain(dict(zip(columns, row, strict=True)))
            found[int(data["id"])] = data
        for number in numbers:
            run.check()
            try:
                yield danbooru.read(found[number])
            except InputError as error:
                faults.note(f"post {number}", error.message, CUT)


def _columns(path: Path) -> frozenset[str]:
    """Return the names of the columns of a file; none if it is not Parquet."""
    parquet = needed("pyarrow.parquet")
    arrow = needed("pyarrow")
    try:
        return frozenset(parquet.read_schema(path).names)
    except (OSError, arrow.ArrowException):
        return frozenset()


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as JSON would have it."""
    return {name: _as_json(value) for name, value in row.items() if value is not None}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # Whole numbers of a column with gaps are floats in many tables.
    return int(value) if isinstance(value, float) and value.is_integer() else value
