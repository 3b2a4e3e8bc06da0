"""An index of a dump's lines: what queries ask for, in Parquet, and where each line is.

It is a folder in that of the dump. Each part covers a range of bytes of one file, is written whole,
and then listed in ``index.json``, so that an interrupted run goes on with the next part.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from nijigen.core.atomic import move_file, refusing, write_bytes
from nijigen.core.disk import make_folder
from nijigen.core.document import Value
from nijigen.core.posts.query import Query
from nijigen.core.posts.sql.fragment import Fragment
from nijigen.core.posts.sql.lists import Columns
from nijigen.core.run import Run
from nijigen.sources.dumps.blocks import Block, read_blocks
from nijigen.sources.dumps.dump import CUT, Faults
from nijigen.sources.dumps.engine import connect, literal, quoted
from nijigen.sources.dumps.records import RECORDS, WORDS, reading
from nijigen.sources.dumps.scan import each_block, make_table

VERSION = 1
PART_BYTES = 512 << 20
HINT = "write it again: nijigen sources index dump:FOLDER"
_MANIFEST = "index.json"
_ROWS = 50_000
"""Of a row group, which DuckDB skips or reads as a whole."""
_PLAIN = (
    "id", "score", "favcount", "rating", "md5", "width", "height", "filetype", "filesize",
    "created_at", "updated_at", "source", "parent_id", "has_children", "deleted", "duration",
    "faces", "pools",
)  # fmt: skip
_TEXTS = (
    "tags", "tag_string", "tag_string_general", "tag_string_artist", "tag_string_copyright",
    "tag_string_character", "tag_string_meta",
)  # fmt: skip
_NAMES = f"concat(' ', array_to_string({RECORDS.tags}, ' '), ' ')"
INDEX = Columns(
    tags=WORDS.format("p.tags"),
    pools="p.pools",
    counts={name: f"p.{name}" for name in RECORDS.counts},
    # A text of 30 names is read and searched in a quarter of the time that a list takes.
    tagged=lambda name: Fragment("contains(p.tags, ?)", (f" {name} ",)),
)
"""Of a row of the index; ``tags`` is a text, with a space before and after each name."""


class File(Value):
    """A file as it was when it was read."""

    name: str
    size: int
    modified: int
    """In nanoseconds since 1970."""


class Part(Value):
    """A range of bytes of a file that is done."""

    file: int
    start: int
    lines: int


class Manifest(Value):
    """What an index covers."""

    version: int = VERSION
    files: tuple[File, ...]
    parts: tuple[Part, ...] = ()


def place(folder: Path) -> Path:
    """Return the folder of the index of a dump, whether it is there or not."""
    return folder / "nijigen-index"


def parts(folder: Path, files: Sequence[Path]) -> list[Path] | None:
    """Return the files of the index; None unless it covers these files as they are now."""
    manifest = _manifest(folder)
    if manifest is None or manifest.files != _described(folder, files) or missing(folder, files):
        return None
    return [_path(folder, part.file, part.start) for part in manifest.parts]


def missing(folder: Path, files: Sequence[Path]) -> list[tuple[int, int]]:
    """Return which parts are not written yet: number of the file, and the first byte."""
    manifest = _manifest(folder)
    described = _described(folder, files)
    done = set()
    if manifest is not None and manifest.files == described:
        done = {
            (part.file, part.start)
            for part in manifest.parts
            if _path(folder, part.file, part.start).is_file()
        }
    return [
        (number, start)
        for number, file in enumerate(described)
        for start in range(0, max(file.size, 1), PART_BYTES)
        if (number, start) not in done
    ]


def select(query: Query, paths: Sequence[Path]) -> Fragment:
    """Return the statement that finds file and byte of each line, in the order of a query."""
    where, order = INDEX.where(query), INDEX.order(query)
    listed = ", ".join(quoted(literal(path.resolve())) for path in paths)
    limit = "" if query.limit is None else f" LIMIT {query.limit}"
    return Fragment(
        f"SELECT file, byte FROM read_parquet([{listed}]) AS p"
        f" WHERE {where.text} ORDER BY {order.text}{limit}",
        where.parameters + order.parameters,
    )


def write_part(folder: Path, files: Sequence[Path], file: int, start: int, run: Run) -> None:
    """Write one part of an index, and list it.

    Lines that are not the JSON of a post are noted and left out.

    Raises:
        InputError: A file cannot be read.
        OutputError: The index cannot be written.
    """
    target = _path(folder, file, start)
    described = _described(folder, files)
    faults = Faults(run)
    made = place(folder) / f".{target.name}.part"
    with refusing(target):
        make_folder(place(folder))
    lines = _write_rows(files[file], file, start, made, run, faults)
    move_file(made, target)
    faults.close()
    manifest = _manifest(folder)
    if manifest is None or manifest.files != described:
        manifest = Manifest(files=described)
    others = [part for part in manifest.parts if (part.file, part.start) != (file, start)]
    listed = sorted([*others, Part(file=file, start=start, lines=lines)], key=_order)
    done = manifest.model_copy(update={"parts": tuple(listed)})
    write_bytes(place(folder) / _MANIFEST, done.model_dump_json(indent=1).encode() + b"\n")


def _order(part: Part) -> tuple[int, int]:
    return part.file, part.start


def _write_rows(path: Path, file: int, start: int, made: Path, run: Run, faults: Faults) -> int:
    """Write the rows of a part, and return how many lines it has."""
    derived = {"tags": _NAMES, **RECORDS.counts}
    statement = (
        f"{reading((*_PLAIN, *_TEXTS))} SELECT CAST(? AS INTEGER) AS file, byte, number,"
        f" {', '.join(_PLAIN)}, {', '.join(f'{text} AS {name}' for name, text in derived.items())}"
        " FROM p"
    )
    lines = 0
    size = path.stat().st_size

    def blocks() -> Iterator[tuple[int, Block]]:
        nonlocal lines
        for block in read_blocks(path, start, start + PART_BYTES):
            run.progress((int(block.starts[0]) - start) / min(PART_BYTES, size - start))
            lines = block.end - 1
            yield file, block

    with contextlib.closing(connect(run.scratch, [made.parent])) as base:
        make_table(base, "rows", statement, (file,))
        each_block(base, f"INSERT INTO rows {statement}", lambda number: (number,), blocks())
        for at, _ in base.execute(
            "SELECT byte, number FROM rows WHERE id IS NULL ORDER BY byte"
        ).fetchall():
            faults.note(f"the line at byte {at} of {path.name}", "it is not a post's JSON", CUT)
        base.execute(
            "COPY (SELECT * EXCLUDE (number) FROM rows WHERE id IS NOT NULL ORDER BY id)"
            f" TO {quoted(str(made.resolve()))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS})"
        ).fetchall()
    return lines


def _manifest(folder: Path) -> Manifest | None:
    try:
        found = Manifest.model_validate_json((place(folder) / _MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.version == VERSION else None


def _described(folder: Path, files: Sequence[Path]) -> tuple[File, ...]:
    found = []
    for path in files:
        status = path.stat()
        name = path.relative_to(folder).as_posix()
        found.append(File(name=name, size=status.st_size, modified=status.st_mtime_ns))
    return tuple(found)


def _path(folder: Path, file: int, start: int) -> Path:
    return place(folder) / f"part-{file:03}-{start // PART_BYTES:05}.parquet"
