"""Searches: which searches are saved."""

from __future__ import annotations

from nijigen.core.operation import operation
from nijigen.core.values import FolderPath
from nijigen.library._library import Library


@operation(alpha="own", version=1)
def searches(*, library: FolderPath | None = None) -> dict[str, str]:
    """List the saved searches.

    Args:
        library: Folder of the library; by default the one in the home.

    Returns:
        The queries by name; `search:NAME` in a query stands for one of them.

    Raises:
        NotFound: There is no library yet.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.searches import searches
        >>> try:
        ...     searches()
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    with Library(library) as known:
        return known.tags.saved()
