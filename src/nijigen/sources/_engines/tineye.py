"""TinEye: the same picture anywhere, such as the first place where it was."""

from __future__ import annotations

from typing import Any

import httpx

from nijigen.sources._engines.engine import Said
from nijigen.sources._engines.links import match_of
from nijigen.sources.sites._own import Key

HOSTS = ("tineye.com",)


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import Tineye

    engine = Tineye(client=client)
    # It would ask once more, for how many pictures each domain has.
    engine._get_domains = _nothing_more
    answer = await engine.search(file=content)
    found = [
        match_of("tineye", item.url, _similarity(item.origin), thumbnail=item.thumbnail)
        for item in answer.raw
    ]
    return Said(found, is_sure=True)


async def _nothing_more(*_: Any) -> list[Any]:
    return []


def _similarity(answer: dict[str, Any]) -> float | None:
    score = answer.get("score")
    return None if score is None else float(score)
