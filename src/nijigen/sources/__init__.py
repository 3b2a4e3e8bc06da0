"""Pictures and metadata from elsewhere: booru sites, dumps of them and research data sets.

Every source says what it knows as :class:`~nijigen.core.posts.post.Post`. ``sites`` has a file for
each site, ``dumps`` reads copies of a site's metadata, ``datasets`` reads research data sets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nijigen.sources._reading.reading import read

__all__ = ["read"]


def __getattr__(name: str) -> Any:
    # Menus load this module, but need nothing of what reading works with.
    if name == "read":
        from nijigen.sources._reading.reading import read

        return read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
