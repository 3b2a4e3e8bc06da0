"""Safebooru, safebooru.org: harmless pictures, with Gelbooru's older software."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="safebooru",
    address="https://safebooru.org",
    api="gelbooru_02",
    file_hosts=("safebooru.org",),
    interval=1.0,
)
