"""ascii2d.net: Pixiv and Twitter, by colors. It says no similarity, and never "nothing"."""

from __future__ import annotations

import httpx

from nijigen.sources._engines.engine import Said
from nijigen.sources._engines.links import match_of
from nijigen.sources.sites._own import Key

HOSTS = ("ascii2d.net",)


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import Ascii2D

    answer = await Ascii2D(client=client).search(file=content)
    found = [
        match_of("ascii2d", item.url, None, title=item.title, author=item.author,
                 thumbnail=item.thumbnail)
        for item in answer.raw
        if item.url
    ]  # fmt: skip
    return Said(found)
