"""trace.moe: scenes of anime."""

from __future__ import annotations

from typing import Any

import httpx

from nijigen.sources._engines.answer import Match
from nijigen.sources._engines.engine import EngineFailure, Said
from nijigen.sources.sites._own import Key

HOSTS = ("api.trace.moe",)


async def ask(content: bytes, client: httpx.AsyncClient, key: Key | None) -> Said:
    """Ask for a picture."""
    from PicImageSearch import TraceMoe

    engine = TraceMoe(client=client)
    # It would ask another server about every one of ten titles.
    engine.update_anime_info = _nothing_more
    answer = await engine.search(file=content, key=key.secret if key else None)
    if answer.error:
        raise EngineFailure("it says that something went wrong")
    found = [
        Match(
            url=f"https://anilist.co/anime/{item.anilist}",
            site="anilist",
            id=str(item.anilist),
            title=item.filename,
            thumbnail=item.image,
            episode=str(item.episode or ""),
            seconds=(item.From, item.To),
            engines={"tracemoe": item.similarity},
        )
        for item in answer.raw
    ]
    return Said(found, is_sure=True, quota=_left(answer.origin))


async def _nothing_more(*_: Any) -> None:
    pass


def _left(answer: dict[str, Any]) -> int | None:
    quota, used = answer.get("quota"), answer.get("quotaUsed")
    return int(quota) - int(used) if quota is not None and used is not None else None
