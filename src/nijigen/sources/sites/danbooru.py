"""Danbooru: tags in five categories. It asks for a descriptive User-Agent.

Two tags in a query, six with a Gold account; ten requests a second at most. Browsers that are
imitated, and programs that say nothing of themselves, are refused.
"""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="danbooru",
    address="https://danbooru.donmai.us",
    api="danbooru",
    file_hosts=("donmai.us",),
    interval=0.5,
    most_tags=2,
    key="optional",
)
