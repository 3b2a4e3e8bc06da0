"""Gelbooru: answers programs only with the key of an account; tags have no categories."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="gelbooru",
    address="https://gelbooru.com",
    api="gelbooru",
    file_hosts=("gelbooru.com",),
    interval=1.0,
    key="needed",
)
