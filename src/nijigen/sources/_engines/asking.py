"""Ask several engines at once; what one of them does wrong keeps no other from answering."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from importlib import import_module
from typing import cast

import httpcore
import httpx
from PIL import Image

from nijigen.core.errors import SourceError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.sources._engines import Engine
from nijigen.sources._engines.answer import Answers, Reply, State
from nijigen.sources._engines.engine import Asks, EngineFailure, Said
from nijigen.sources._engines.links import merged
from nijigen.sources._web.addresses import AsyncPublicNetwork
from nijigen.sources._web.client import USER_AGENT
from nijigen.sources.sites._own import key_of

LONGEST_SIDE = 800
"""Pixels; engines compare pictures of 32 to 320 pixels."""
TIMEOUT = 40.0


def sent(picture: Picture) -> bytes:
    """Return what is sent of a picture: small, over white, JPEG, and nothing else of its file."""
    image = picture.rgb().pil().convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A copy of the pixels alone: `info` of the original could end in the file.
    plain = Image.frombytes("RGB", image.size, image.tobytes())
    file = io.BytesIO()
    plain.save(file, "JPEG", quality=90)
    return file.getvalue()


def ask(content: bytes, engines: Sequence[Engine], run: Run) -> Answers:
    """Ask engines for a picture, all at once.

    Raises:
        Cancelled: The user asked to stop.
    """
    return asyncio.run(_ask_all(content, engines, run))


async def _ask_all(content: bytes, engines: Sequence[Engine], run: Run) -> Answers:
    tasks = [asyncio.create_task(_ask(content, name)) for name in engines]
    try:
        while not all(task.done() for task in tasks):
            await asyncio.wait(tasks, timeout=0.2)
            run.progress(sum(task.done() for task in tasks) / len(tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    replies = [task.result() for task in tasks]
    return Answers(
        matches=merged([match for _, said in replies for match in said.matches]),
        characters=tuple(one for _, said in replies for one in said.characters),
        replies=tuple(reply for reply, _ in replies),
    )


async def _ask(content: bytes, name: Engine) -> tuple[Reply, Said]:
    engine = cast(Asks, import_module(f"nijigen.sources._engines.{name}"))
    try:
        async with _client(engine.HOSTS) as client:
            said = await engine.ask(content, client, key_of(name))
    except EngineFailure as error:
        return Reply(engine=name, state="failed", why=str(error)), Said()
    except SourceError as error:
        return Reply(engine=name, state="failed", why=error.message), Said()
    except httpx.TimeoutException:
        return Reply(engine=name, state="failed", why="it does not answer in time"), Said()
    except httpx.RequestError:
        # The text of the error may hold the address, and with it a key.
        return Reply(engine=name, state="failed", why="there is no connection to it"), Said()
    except Exception:
        # PicImageSearch raises whatever its way through a page meets.
        why = "its answer has a form that is not known here: the page may have changed"
        return Reply(engine=name, state="unclear", why=why), Said()
    count = len(said.matches) + len(said.characters)
    if not count and not said.is_sure:
        why = "an empty answer: nothing was found, or the page has changed"
        return Reply(engine=name, state="unclear", why=why, quota=said.quota), said
    state: State = "found" if count else "nothing"
    return Reply(engine=name, state=state, count=count, quota=said.quota), said


def _client(hosts: tuple[str, ...]) -> httpx.AsyncClient:
    async def check_host(request: httpx.Request) -> None:
        if request.url.host not in hosts or request.url.scheme != "https":
            raise EngineFailure("it leads to another host")

    async def check_code(response: httpx.Response) -> None:
        code = response.status_code
        if code == 429:
            raise EngineFailure("no more questions for now: the quota is spent")
        if code in (401, 403):
            raise EngineFailure(f"it refuses to answer ({code})")
        if code >= 400:
            raise EngineFailure(f"it fails ({code})")

    return httpx.AsyncClient(
        transport=transport(),
        headers={"User-Agent": USER_AGENT},
        timeout=TIMEOUT,
        follow_redirects=True,
        trust_env=False,
        event_hooks={"request": [check_host], "response": [check_code]},
    )


class _Transport(httpx.AsyncHTTPTransport):
    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=1,
            network_backend=AsyncPublicNetwork(),
        )


def transport() -> httpx.AsyncBaseTransport:
    """Return what connects to engines; tests have a server in their place."""
    return _Transport()
