"""Delete search: delete a saved search."""

from __future__ import annotations

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import NotFound, nearest
from nijigen.core.posts.tag import normalize
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def delete_search(name: str, *, library: FolderPath | None = None) -> Plan:
    """Delete a saved search; the pictures stay as they are.

    Args:
        name: Its name, as `nijigen library searches` lists it.
        library: Folder of the library; by default the one in the home.

    Raises:
        NotFound: There is no library yet, or no saved search of that name.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.delete_search import delete_search
        >>> try:
        ...     delete_search.plan({"name": "pairs"}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        saved = known.tags.saved()
    key = normalize(name)
    if key not in saved:
        raise NotFound(f"there is no saved search {name!r}", nearest(key, saved))

    def apply(run: object) -> None:
        with Library(library, held=True) as made:
            made.tags.forget(key)

    return Plan([Change(f"delete search:{key}, which is {saved[key]}", apply)])
