"""AnimeTrace: who is in a picture."""

from __future__ import annotations

import httpx

from nijigen.sources._engines.answer import Character
from nijigen.sources._engines.engine import EngineFailure, Said
from nijigen.sources.sites._own import Key

HOSTS = ("api.animetrace.com",)
_DONE = (0, 17720)
"""Its codes for success; the second is that of version 1."""


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import AnimeTrace

    answer = await AnimeTrace(client=client).search(file=content)
    if answer.code not in _DONE:
        raise EngineFailure("it did not search")
    found = [
        Character(name=one.name, work=one.work, box=tuple(item.box[:4]))
        for item in answer.raw
        for one in item.characters
    ]
    return Said(characters=found, is_sure=True)
