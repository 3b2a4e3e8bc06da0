"""Open a site by its name."""

from __future__ import annotations

import contextlib
import importlib

from nijigen.core.errors import InputError, NotFound, nearest
from nijigen.sources.sites import site_names
from nijigen.sources.sites._own import own_sites
from nijigen.sources.sites._site import Site


def booru_names() -> list[str]:
    """Return the names of all sites that answer queries, those of the user last.

    Of a file of own sites that cannot be read there are none: who uses one is told why.
    """
    own: list[str] = []
    with contextlib.suppress(InputError):
        own = [name for name, site in own_sites().items() if site.is_booru]
    # The user may have given one of ours another address.
    return [*dict.fromkeys([*(name for name in site_names() if _ours(name).is_booru), *own])]


def find_site(name: str) -> Site:
    """Return the site of a name; one of the user's counts before one of ours.

    Raises:
        NotFound: There is none.
    """
    own = own_sites()
    if name in own:
        return own[name]
    if name not in site_names():
        raise NotFound(
            f"there is no site {name[:80]!r}",
            nearest(name[:80], dict.fromkeys([*site_names(), *own])),
        )
    return _ours(name)


def find_booru(name: str) -> Site:
    """Return the site of a name, which answers queries.

    Raises:
        NotFound: There is none, or it has no tags.
    """
    site = find_site(name)
    if not site.is_booru:
        raise NotFound(
            f"{name} has no tags to search for",
            "fetch a company: nijigen sources getchu; read the folder: getchu:FOLDER",
        )
    return site


def _ours(name: str) -> Site:
    site: Site = importlib.import_module(f"nijigen.sources.sites.{name}").SITE
    return site
