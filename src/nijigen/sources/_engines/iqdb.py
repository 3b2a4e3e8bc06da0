"""iqdb.org: pictures of Danbooru, Gelbooru, yande.re and others. It takes JPEG."""

from __future__ import annotations

import httpx

from nijigen.sources._engines.answer import Match
from nijigen.sources._engines.engine import Said
from nijigen.sources._engines.links import match_of
from nijigen.sources.sites._own import Key

HOSTS = ("iqdb.org",)


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import Iqdb

    answer = await Iqdb(client=client).search(file=content)
    found: list[Match] = []
    for item in [*answer.raw, *answer.more]:
        addresses = [item.url, *(other["url"] for other in item.other_source)]
        found += [
            match_of("iqdb", address, item.similarity, thumbnail=item.thumbnail)
            for address in addresses
            if address
        ]
    is_sure = any(item.content == "No relevant matches" for item in answer.raw)
    return Said(found, is_sure=is_sure)
