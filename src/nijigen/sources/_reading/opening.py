"""Open a source by its name: ``danbooru``, or ``dump:FOLDER``."""

from __future__ import annotations

from nijigen.core.errors import NotFound, nearest
from nijigen.sources._reading.source import Source
from nijigen.sources.sites._opening import find_site, known_names

DUMP = "dump:"


def names() -> list[str]:
    """Return the names of all sites, for forms to offer."""
    return known_names()


def open_source(name: str) -> Source:
    """Return the source of a name.

    Raises:
        NotFound: There is no such site or dump.
    """
    if name.startswith(DUMP):
        from nijigen.sources.dumps.opening import open_named

        return open_named(name)
    known = names()
    if name not in known:
        hint = nearest(name[:80], known)
        raise NotFound(f"there is no source {name[:80]!r}", hint)
    from nijigen.sources._apis.reading import SitePosts

    return SitePosts(find_site(name))
