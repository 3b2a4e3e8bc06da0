"""Index: write an index of a dump, so that queries take a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.core.values import PathInText
from nijigen.sources._reading.opening import DUMP
from nijigen.sources.dumps import index as indexes
from nijigen.sources.dumps.json_lines import JsonLines
from nijigen.sources.dumps.opening import open_named
from nijigen.sources.sites._own import STORE


@command(access="change", lock=lambda: STORE.folder(writing=True), long=True)
def index(source: Annotated[str, PathInText((DUMP,))]) -> Plan:
    """Write an index of a dump, so that queries take seconds.

    It is a folder `nijigen-index` in that of the dump, a twentieth as large as the lines, which
    stay as they are. It is written in parts: after an interruption the next run writes the rest,
    and a finished index is left as it is until the files change.

    Args:
        source: `dump:` and the folder of a dump with the JSON of a post on each line, such as
            Danbooru2021.

    Returns:
        The number of parts, and the folder of the index.

    Raises:
        NotFound: There is no such dump.
        InputError: The dump is of a form that needs no index, or a file cannot be read.
        UnsupportedFormat: The extra `sources` is not installed.
        OutputError: The index cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.sources.commands.index import index
        >>> try:
        ...     index.plan({"source": "dump:no_such_folder"}, {})
        ... except NotFound as error:
        ...     print(error.message)
        there is no folder no_such_folder
    """
    dump = open_named(source)
    if not isinstance(dump, JsonLines):
        raise InputError(
            f"{dump.folder} is of a form that needs no index", "query it: nijigen sources posts"
        )
    folder, files = dump.folder, dump.files

    def writing(file: int, start: int) -> Callable[[Run], Any]:
        return lambda run: indexes.write_part(folder, files, file, start, run)

    changes = [
        Change(_text(files[file], start), writing(file, start))
        for file, start in indexes.missing(folder, files)
    ]

    def result() -> dict[str, Any]:
        written = indexes.parts(folder, files) or []
        return {"parts": len(written), "folder": str(indexes.place(folder))}

    return Plan(changes, result)


def _text(path: Path, start: int) -> str:
    end = min(start + indexes.PART_BYTES, path.stat().st_size)
    return f"index {path.name} from {start / 1e6:.0f} to {end / 1e6:.0f} MB"
