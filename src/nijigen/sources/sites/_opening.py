"""Open a site by its name."""

from __future__ import annotations

import importlib

from nijigen.core.errors import NotFound, nearest
from nijigen.sources.sites import site_names
from nijigen.sources.sites._own import own_sites
from nijigen.sources.sites._site import Site


def known_names() -> list[str]:
    """Return the names of all sites, those of the user last."""
    return [*site_names(), *own_sites()]


def find_site(name: str) -> Site:
    """Return the site of a name; one of the user's counts before one of ours.

    Raises:
        NotFound: There is none.
    """
    own = own_sites()
    if name in own:
        return own[name]
    if name not in site_names():
        raise NotFound(f"there is no site {name[:80]!r}", nearest(name[:80], [*site_names(), *own]))
    site: Site = importlib.import_module(f"nijigen.sources.sites.{name}").SITE
    return site
