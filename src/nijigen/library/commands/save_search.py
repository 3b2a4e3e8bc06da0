"""Save search: save a query of tags under a name."""

from __future__ import annotations

from nijigen.core.command import Change, Plan, command
from nijigen.core.posts.tag import normalize
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def save_search(name: str, query: str, *, library: FolderPath | None = None) -> Plan:
    """Save a query of tags under a name.

    In queries, `search:NAME` then stands for it; its order and limit count where the query has
    none. A saved search of the same name is replaced.

    Args:
        name: Such as `favorites`.
        query: Such as `1girl -comic score:>=10 order:score`.
        library: Folder of the library; by default the one in the home.

    Raises:
        QueryError: It is not a query, or contains itself.
        NotFound: There is no library yet.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.save_search import save_search
        >>> try:
        ...     save_search.plan({"name": "pairs", "query": "2girls"}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        before = known.tags.saved().get(normalize(name))
        known.tags.check_search(name, query)
    if before == query:
        return Plan()

    def apply(run: object) -> None:
        with Library(library, held=True) as made:
            made.tags.save(name, query)

    replacing = f", which was {before}" if before is not None else ""
    return Plan([Change(f"save {query} as search:{normalize(name)}{replacing}", apply)])
