"""The Big ImageBoard, which gathers posts of other sites; Gelbooru's older software."""

from __future__ import annotations

from nijigen.sources.sites._site import Site

SITE = Site(
    name="tbib",
    address="https://tbib.org",
    api="gelbooru_02",
    file_hosts=("tbib.org",),
    interval=1.0,
)
