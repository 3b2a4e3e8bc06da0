"""SauceNAO: Pixiv, boorus, manga, games. With a key it says how many questions are left."""

from __future__ import annotations

import httpx

from nijigen.sources._engines.engine import EngineFailure, Said
from nijigen.sources._engines.links import match_of
from nijigen.sources.sites._own import Key

HOSTS = ("saucenao.com",)


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import SauceNAO

    engine = SauceNAO(client=client, api_key=key.secret if key else None, numres=16)
    answer = await engine.search(file=content)
    if answer.status:
        # Above 0 some of its databases do not answer, below 0 the question is refused.
        if answer.status < 0:
            raise EngineFailure("it refuses the question: the key may be wrong, or none is given")
        if not answer.raw:
            raise EngineFailure("its databases do not answer")
    found = [
        match_of("saucenao", address, item.similarity, title=str(item.title),
                 author=str(item.author), thumbnail=item.thumbnail)
        for item in answer.raw
        for address in dict.fromkeys([item.url, *item.ext_urls])
        if address
    ]  # fmt: skip
    left = answer.long_remaining
    return Said(found, is_sure=answer.status == 0, quota=None if left is None else int(left))
