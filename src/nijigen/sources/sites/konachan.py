"""Konachan: wallpapers, on Moebooru."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="konachan",
    address="https://konachan.com",
    api="moebooru",
    file_hosts=("konachan.com", "konachan.net"),
    interval=1.0,
    most_tags=6,
)
