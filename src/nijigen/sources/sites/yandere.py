"""yande.re: scans and other large pictures, on Moebooru."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="yandere",
    address="https://yande.re",
    api="moebooru",
    file_hosts=("yande.re",),
    interval=1.0,
    most_tags=6,
)
