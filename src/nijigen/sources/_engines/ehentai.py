"""E-Hentai: galleries of doujinshi and manga that have the picture as a page."""

from __future__ import annotations

import httpx

from nijigen.sources._engines.engine import EngineFailure, Said
from nijigen.sources._engines.links import match_of
from nijigen.sources.sites._own import Key

HOSTS = ("upld.e-hentai.org", "e-hentai.org")
_NOTHING = ("No unfiltered results", "No hits found")
_BANNED = "Your IP address has been temporarily banned"


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import EHentai

    answer = await EHentai(client=client).search(file=content)
    text = answer.origin.text()
    if _BANNED in text:
        raise EngineFailure("it answers no more for now: too many questions")
    found = [
        match_of("ehentai", item.url, None, title=item.title, thumbnail=item.thumbnail or "")
        for item in answer.raw
        if item.url
    ]
    return Said(found, is_sure=any(words in text for words in _NOTHING))
