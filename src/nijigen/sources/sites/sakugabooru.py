"""Sakugabooru: clips of animation, on Moebooru."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="sakugabooru",
    address="https://www.sakugabooru.com",
    api="moebooru",
    file_hosts=("sakugabooru.com",),
    interval=1.0,
    most_tags=6,
)
