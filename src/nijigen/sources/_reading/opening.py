"""Open a source by its name: ``danbooru``, or ``dump:FOLDER``."""

from __future__ import annotations

from pathlib import Path

from nijigen.sources._reading.source import Source
from nijigen.sources.sites._opening import find_booru

DUMP = "dump:"
GETCHU = "getchu:"


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
    from nijigen.sources._apis.reading import SitePosts

    return SitePosts(find_booru(name))
