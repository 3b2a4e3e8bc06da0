"""Sites: a file for each, with its hosts, its limits and what its operators ask for.

The files that begin with an underscore describe what a site is and open one.
"""

from __future__ import annotations

import pkgutil


def site_names() -> list[str]:
    """Return the names of the sites that have a file here."""
    return sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name[0] != "_")
