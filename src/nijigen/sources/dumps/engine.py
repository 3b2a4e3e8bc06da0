"""DuckDB in this process, which can do no more than what a dump needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nijigen.core.errors import UnsupportedFormat
from nijigen.core.extras import install_module
from nijigen.models.session import threads as available_threads

if TYPE_CHECKING:
    import duckdb

MEMORY_MB = 512
"""Of DuckDB; what needs more goes to the scratch folder."""
_NO_EXTENSIONS = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}


def connect(
    scratch: Path, folders: Iterable[Path] = (), *, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a database in memory.

    It reads and writes in the named folders only, extensions are neither installed nor loaded, and
    no statement can change that.

    Args:
        scratch: A folder for what does not fit into memory.
        folders: What it may read and write besides.
        threads: By default one for each processor.

    Raises:
        UnsupportedFormat: The package duckdb is not installed.
    """
    duckdb = needed("duckdb")
    base = duckdb.connect(
        config={
            **_NO_EXTENSIONS,
            "memory_limit": f"{MEMORY_MB}MB",
            "temp_directory": str(scratch),
            "threads": threads or available_threads(),
        }
    )
    places = [folder.resolve() for folder in (scratch, *folders)]
    # What a statement names is looked up before and after it is read as a pattern.
    allowed = [*map(str, places), *map(literal, places)]
    base.execute(f"SET allowed_directories = [{', '.join(map(quoted, allowed))}]")
    # Times without a zone are in UTC, for cursors too, wherever this machine is.
    base.execute("SET GLOBAL TimeZone = 'UTC'")
    base.execute("SET enable_external_access = false")
    base.execute("SET lock_configuration = true")
    return base


def needed(module: str) -> Any:
    """Import a module of the extra.

    Raises:
        UnsupportedFormat: It is not installed.
    """
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise UnsupportedFormat(
            f"reading dumps needs the package {module.partition('.')[0]}",
            install_module("duckdb"),
        ) from None


def literal(path: Path) -> str:
    """Return a path that is not read as a pattern of names."""
    return re.sub(r"([*?[])", r"[\1]", str(path))


def quoted(text: str) -> str:
    """Return a text of SQL, for statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
