"""Stats: what the library contains."""

from __future__ import annotations

from typing import Any

from nijigen.core.operation import operation
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._library import Library


@operation(alpha="own", version=1, lines=_summaries.contents)
def stats(*, library: FolderPath | None = None) -> dict[str, Any]:
    """Show what the library contains, and how much space it takes.

    Args:
        library: Folder of the library; by default the one in the home.

    Returns:
        Numbers of pictures, of files that are here, away and gone, and bytes stored.

    Raises:
        NotFound: There is no library yet.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.stats import stats
        >>> try:
        ...     stats()
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    with Library(library) as known:
        return known.stats()
