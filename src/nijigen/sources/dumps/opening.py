"""Recognize a dump by what lies in its folder."""

from __future__ import annotations

from pathlib import Path

from nijigen.core.errors import InputError, NotFound
from nijigen.sources._reading.opening import DUMP
from nijigen.sources.dumps.dump import Dump
from nijigen.sources.dumps.flat_tables import FlatTables
from nijigen.sources.dumps.json_files import JsonFiles
from nijigen.sources.dumps.json_lines import JsonLines
from nijigen.sources.dumps.tables import Parquet, Sqlite

FORMS = (JsonLines, Sqlite, Parquet, FlatTables, JsonFiles)
"""In this order; a folder may have several forms of the same posts."""


def open_dump(folder: Path) -> Dump:
    """Return the dump in a folder.

    Raises:
        NotFound: There is no such folder, or nothing in it is known.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}", "name the folder of the dump")
    for form in FORMS:
        found = form.find(folder)
        if found is not None:
            return found
    raise NotFound(f"{folder} is no dump of a known form", "docs/dumps.md shows how each looks")


def open_named(source: str) -> Dump:
    """Return the dump that ``dump:FOLDER`` names.

    Raises:
        InputError: It does not begin with ``dump:``.
        NotFound: There is no such folder, or nothing in it is known.
    """
    if not source.startswith(DUMP):
        raise InputError(f"{source[:80]!r} is not the name of a dump", f"write {DUMP}FOLDER")
    return open_dump(Path(source.removeprefix(DUMP)))
