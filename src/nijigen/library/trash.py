"""Trash: what `dedupe` and `clean` have moved away."""

from __future__ import annotations

import time
from typing import Any

from nijigen.core.operation import operation
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._library import Library
from nijigen.library.files.scanning import name_of


@operation(alpha="own", version=1, lines=_summaries.trashed)
def trash(*, library: FolderPath | None = None) -> list[dict[str, Any]]:
    """Show the files in the trash of the library, and where they came from.

    `nijigen library restore` brings them back, `nijigen library empty-trash` deletes them.

    Args:
        library: Folder of the library; by default the one in the home.

    Returns:
        For each file where it was, where it is now, its bytes, when it was moved and why; the last
        moved first.

    Raises:
        NotFound: There is no library yet.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.trash import trash
        >>> try:
        ...     trash()
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    with Library(library) as known:
        return [
            {
                "path": name_of(file.path),
                "kept": name_of(file.kept),
                "bytes": file.bytes,
                "moved": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(file.moved)),
                "reason": file.reason,
            }
            for file in known.trash.files()
        ]
