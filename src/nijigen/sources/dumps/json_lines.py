"""Danbooru2017 to Danbooru2021, and others with the JSON of a post on each line.

A query reads the lines in blocks. DuckDB parses what it needs of them, and keeps where the lines
are that it finds; only those become posts. With an index, no line is read that is not found.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.sidecars import danbooru
from nijigen.core.posts.sql.fragment import Fragment
from nijigen.core.run import Run
from nijigen.core.strict import read_json
from nijigen.sources.dumps import index
from nijigen.sources.dumps.blocks import read_line
from nijigen.sources.dumps.dump import CUT, Faults
from nijigen.sources.dumps.engine import connect
from nijigen.sources.dumps.records import RECORDS, columns_in, likely, reading
from nijigen.sources.dumps.scan import all_blocks, each_block, make_table

if TYPE_CHECKING:
    import duckdb

_NAMES = ("*.json", "*.jsonl", "20[0-9]*")
"""Danbooru2017 to 2020 call the files 2020000000000000 and so on, without an extension."""
_ROWS = 1000
"""Places that are fetched at once."""


class JsonLines:
    """A folder with lines, in itself or in ``metadata``.

    Args:
        folder: Of the dump.
        files: With the lines, in order.
    """

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        self.folder = folder
        self.files = tuple(files)

    @classmethod
    def find(cls, folder: Path) -> JsonLines | None:
        """Return the dump in a folder, if there is one of this form."""
        for place in (folder / "metadata", folder):
            found = {path for name in _NAMES for path in place.glob(name) if _has_posts(path)}
            if found:
                return cls(folder, sorted(found))
        return None

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query finds."""
        faults = Faults(run)
        with contextlib.ExitStack() as opened:
            files = {}
            for file, at in self.places(query, run, faults):
                if file not in files:
                    files[file] = opened.enter_context(_opened(self.files[file]))
                post = self._post(files[file], self.files[file].name, at, faults)
                if post is not None:
                    yield post
        faults.close()

    def places(self, query: Query, run: Run, faults: Faults) -> Iterator[tuple[int, int]]:
        """Yield file and byte of each line that a query finds, in its order, up to its limit."""
        with contextlib.closing(connect(run.scratch, [index.place(self.folder)])) as base:
            parts = index.parts(self.folder, self.files)
            if parts is not None:
                found = index.select(query, parts)
            else:
                found = self._scan(query, run, base, faults)
            base.execute(found.text, found.parameters)
            while rows := base.fetchmany(_ROWS):
                yield from rows

    def _scan(
        self, query: Query, run: Run, base: duckdb.DuckDBPyConnection, faults: Faults
    ) -> Fragment:
        """Collect what a query finds, and return the statement that sorts it."""
        if index.place(self.folder).is_dir():
            run.note("assumed", f"the index is not one of these files; {index.HINT}")
        where, order, text = RECORDS.where(query), RECORDS.order(query), likely(query)
        columns = columns_in(where, order)
        statement = (
            f"{reading(columns, text.text)} SELECT CAST(? AS INTEGER) AS file, byte, number,"
            f" {', '.join(dict.fromkeys(['id', *columns]))}"
            f" FROM p WHERE id IS NULL OR {where.text}"
        )

        def parameters(file: int) -> tuple[Any, ...]:
            return (*text.parameters, file, *where.parameters)

        make_table(base, "found", statement, parameters(0))
        blocks = all_blocks(self.files, run)
        each_block(base, f"INSERT INTO found {statement}", parameters, blocks)
        for file, number in base.execute(
            "SELECT file, number FROM found WHERE id IS NULL ORDER BY file, number"
        ).fetchall():
            name = self.files[file].name
            faults.note(f"line {number} of {name}", "it is not the JSON of a post", CUT)
        limit = "" if query.limit is None else f" LIMIT {query.limit}"
        return Fragment(
            f"SELECT file, byte FROM found AS p WHERE id IS NOT NULL ORDER BY {order.text}{limit}",
            order.parameters,
        )

    def _post(self, file: Any, name: str, at: int, faults: Faults) -> Post | None:
        try:
            return danbooru.read(record(read_line(file, at)))
        except InputError as error:
            faults.note(f"the line at byte {at} of {name}", error.message, CUT)
            return None


def record(line: bytes) -> dict[str, Any]:
    """Return the JSON of a post.

    Raises:
        InputError: It is none.
    """
    try:
        # Halves of characters are what else could be wrong; to look everywhere takes twice as long
        # as to read.
        data = read_json(line) if b"\\u" in line else json.loads(line)
    except (ValueError, RecursionError):
        raise InputError("it is not JSON") from None
    if not isinstance(data, dict):
        raise InputError("it is not the JSON of a post")
    return data


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def _has_posts(path: Path) -> bool:
    """Return whether one of the first lines is the JSON of a post."""
    try:
        with path.open("rb") as file:
            for line in itertools.islice(file, 10):
                with contextlib.suppress(InputError):
                    data = record(line)
                    return "id" in data and danbooru.recognizes(data)
    except OSError:
        return False
    return False
