"""Open a client of a site; without its extra, one line that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nijigen.core.errors import InputError
from nijigen.core.extras import install_module
from nijigen.core.run import Run
from nijigen.sources.sites._own import key_of
from nijigen.sources.sites._site import Site

if TYPE_CHECKING:
    from nijigen.sources._web.client import Client


def open_client(site: Site, run: Run) -> Client:
    """Return what asks a site.

    Raises:
        InputError: An extra is missing, or the file with the keys cannot be read.
    """
    try:
        from nijigen.sources._web.client import Client
    except ImportError:
        raise InputError("sites need the package httpx", install_module("httpx")) from None
    return Client(site, key_of(site.name), run)
