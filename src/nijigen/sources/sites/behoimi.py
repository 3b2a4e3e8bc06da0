"""3dbooru, behoimi.org: photographs of cosplay, on the ancestor of Moebooru.

It answers over http only, to requests that come from one of its own pages, and not compressed.
"""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="behoimi",
    address="http://behoimi.org",
    api="behoimi",
    file_hosts=("behoimi.org",),
    interval=2.0,
    most_tags=6,
)
