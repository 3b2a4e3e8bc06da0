"""getchu.com: games and their characters. Its pages are read by ``sources.getchu``, not by tags."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="getchu",
    address="http://www.getchu.com",
    api="getchu",
    file_hosts=("getchu.com",),
    interval=1.0,
)
