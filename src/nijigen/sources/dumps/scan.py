"""One statement of DuckDB over all blocks of files, on all processors."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nijigen.core.posts.sql.fragment import Parameter
from nijigen.core.run import Run
from nijigen.models.session import threads
from nijigen.sources.dumps.blocks import Block, read_blocks, string_array
from nijigen.sources.dumps.engine import needed

if TYPE_CHECKING:
    import duckdb

Arguments = Callable[[int], Sequence[Parameter]]
"""Returns the parameters of a statement for the number of a file."""


def each_block(
    base: duckdb.DuckDBPyConnection,
    statement: str,
    parameters: Arguments,
    blocks: Iterable[tuple[int, Block]],
) -> None:
    """Run a statement once for each block, which it sees as the table ``block``.

    The table has ``line``, ``byte`` (in the file) and ``number`` (of the line).

    Args:
        base: The statement runs on cursors of it, several at once.
        statement: One that inserts.
        parameters: Of the statement.
        blocks: With the number of the file of each.
    """
    workers = threads()
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for file, block in blocks:
            if len(waiting) == workers:
                # So many blocks are in memory at once, and one that is read.
                waiting.popleft().result()
            waiting.append(pool.submit(_apply, base, statement, parameters(file), block))
        for future in waiting:
            future.result()


def make_table(
    base: duckdb.DuckDBPyConnection,
    name: str,
    statement: str,
    parameters: Sequence[Parameter],
) -> None:
    """Make an empty table for what a statement selects from blocks."""
    empty = Block(string_array(b"", np.zeros(1, np.int32)), np.zeros(0, np.int64), 1)
    _apply(base, f"CREATE TABLE {name} AS {statement} LIMIT 0", parameters, empty)


def all_blocks(files: Sequence[Path], run: Run) -> Iterator[tuple[int, Block]]:
    """Yield the blocks of all files; lines are numbered within their file.

    Raises:
        InputError: A file cannot be read.
        Cancelled: The user asked to stop.
    """
    sizes = [path.stat().st_size for path in files]
    total, before = max(sum(sizes), 1), 0
    for file, path in enumerate(files):
        for block in read_blocks(path):
            run.progress((before + int(block.starts[0])) / total)
            yield file, block
        before += sizes[file]


def _apply(
    base: duckdb.DuckDBPyConnection, statement: str, parameters: Sequence[Parameter], block: Block
) -> None:
    pyarrow = needed("pyarrow")
    numbers = np.arange(block.first, block.end)
    # Of buffers: to make arrays of anything else, pyarrow imports pandas where that is installed,
    # which takes as long as to search 80,000 lines.
    whole = [
        pyarrow.Array.from_buffers(pyarrow.int64(), len(one), [None, pyarrow.py_buffer(one)])
        for one in (np.ascontiguousarray(block.starts), numbers.astype(np.int64, copy=False))
    ]
    table = pyarrow.Table.from_arrays([block.lines, *whole], names=["line", "byte", "number"])
    with base.cursor() as cursor:
        cursor.register("block", table)
        cursor.execute(statement, parameters).fetchall()
        cursor.unregister("block")
