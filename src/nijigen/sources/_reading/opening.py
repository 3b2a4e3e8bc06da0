"""Open a source by its name: ``danbooru``, or ``dump:FOLDER``."""

from __future__ import annotations

from pathlib import Path

from nijigen.core.errors import NotFound, nearest
from nijigen.sources._reading.source import Source
from nijigen.sources.sites._opening import find_site, known_names

DUMP = "dump:"
GETCHU = "getchu:"


def names() -> list[str]:
    """Return the names of all sites, for forms to offer."""
    return [name for name in known_names() if name != "getchu"]


def open_source(name: str) -> Source:
    """Return the source of a name.

    Raises:
        NotFound: There is no such site or dump.
    """
    if name.startswith(DUMP):
        from nijigen.sources.dumps.opening import open_named

        return open_named(name)
    if name.startswith(GETCHU):
        from nijigen.sources._getchu.folder import GetchuFolder

        return GetchuFolder(Path(name.removeprefix(GETCHU)))
    known = names()
    if name not in known:
        hint = nearest(name[:80], known)
        raise NotFound(f"there is no source {name[:80]!r}", hint)
    from nijigen.sources._apis.reading import SitePosts

    return SitePosts(find_site(name))
