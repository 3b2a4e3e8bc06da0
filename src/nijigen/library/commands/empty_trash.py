"""Empty trash: delete what is in the trash of the library."""

from __future__ import annotations

import time
from typing import Annotated

from nijigen.core.command import Change, Plan, command
from nijigen.core.operation import Setting
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library

_DAY = 86400.0


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def empty_trash(
    *, days: Annotated[float, Setting(ge=0, le=3650)] = 0.0, library: FolderPath | None = None
) -> Plan:
    """Delete the files in the trash of the library for good.

    Pictures that are nowhere else are forgotten.

    Args:
        days: Only what was moved at least so many days ago.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files and bytes were deleted.

    Raises:
        NotFound: There is no library yet.
        OutputError: A file cannot be deleted.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.empty_trash import empty_trash
        >>> try:
        ...     empty_trash.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    end = time.time() - days * _DAY
    with Library(library) as known:
        files = [file for file in known.trash.files() if file.moved <= end]
    result = {"files": len(files), "bytes": sum(file.bytes for file in files)}
    if not files:
        return Plan(result=lambda: result)

    def apply(run: Run) -> None:
        with Library(library, held=True) as made:
            made.trash.delete(files, run)

    text = f"delete {len(files)} file(s) for good, {result['bytes'] / 1e6:.1f} MB"
    return Plan([Change(text, apply)], lambda: result)
