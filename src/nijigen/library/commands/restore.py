"""Restore: bring files back from the trash of the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError, NotFound
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.adding.adder import summary
from nijigen.library.files.paths import absolute
from nijigen.library.files.scanning import name_of
from nijigen.library.files.trash import Trashed


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def restore(paths: Sequence[str] = (), *, library: FolderPath | None = None) -> Plan:
    """Bring files back from the trash, to exactly where they were.

    No file is ever replaced: if another has the same name now, the one in the trash stays there.

    Args:
        paths: Where the files were, or folders that they were in; by default all that the last
            command has moved.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files came back.

    Raises:
        NotFound: Nothing in the trash was at one of the paths; then nothing is restored.
        InputError: Files could not be restored; all others were.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.restore import restore
        >>> try:
        ...     restore.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        files = _chosen(known.trash.files(), paths)
    return restoring(files, library)


def restoring(files: Sequence[Trashed], library: Path | None) -> Plan:
    """Return the plan that brings files back from the trash."""
    if not files:
        return Plan(result=lambda: {"restored": 0})
    result = {"restored": 0}

    def apply(run: Run) -> None:
        with Library(library, held=True) as made:
            failed = made.trash.restore(files, run)
        result["restored"] = len(files) - len(failed)
        if failed:
            raise InputError(
                f"{len(failed)} file(s) could not be restored: {summary(failed)}",
                "everything else is done",
            )

    return Plan([Change(f"move {len(files)} file(s) back", apply)], lambda: result)


def last_moved(files: Sequence[Trashed]) -> list[Trashed]:
    """Return what the last command has moved."""
    return [file for file in files if file.moved == files[0].moved]


def _chosen(files: Sequence[Trashed], paths: Sequence[str]) -> list[Trashed]:
    if not paths:
        return last_moved(files)
    chosen: dict[Path, Trashed] = {}
    for text in paths:
        path = absolute(text)
        # Of several that were at one path, the last.
        found = [file for file in files if path in (file.path, *file.path.parents)]
        if not found:
            raise NotFound(
                f"nothing in the trash was at {name_of(path)}", "see: nijigen library trash"
            )
        for file in found:
            chosen.setdefault(file.path, file)
    return list(chosen.values())
