"""Yandex: pages with the same picture or a similar one.

It says no similarity. Where it finds nothing, its page has nothing to read, as if it had changed.
"""

from __future__ import annotations

import httpx

from nijigen.sources._engines.engine import Said
from nijigen.sources._engines.links import match_of
from nijigen.sources.sites._own import Key

HOSTS = ("yandex.com",)


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import Yandex

    answer = await Yandex(client=client).search(file=content)
    found = [
        match_of("yandex", item.url, None, title=item.title, thumbnail=item.thumbnail)
        for item in answer.raw
    ]
    return Said(found)
