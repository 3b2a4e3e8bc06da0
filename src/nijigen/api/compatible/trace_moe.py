"""trace.moe: the protocol of the search for the episode and moment of a screenshot.

Source: https://github.com/soruly/trace.moe-api, its documented requests and answers. Unlike that
server, no addresses are fetched, there is no quota and no preview video, and nothing is known
about titles: numbers of AniList are null, and files are told apart by their names.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from nijigen.api.compatible.uploaded import Sent, Uploaded, form_of
from nijigen.api.refusals import BadRequest, MethodNotAllowed
from nijigen.core.errors import NijigenError, NotFound
from nijigen.library import Library
from nijigen.library.files.scanning import name_of
from nijigen.library.matching.search import Hit

_SHOWN = 10
_SEARCHED = 40
"""Hits that are asked for: still pictures are among them."""
_QUOTA = 1_000_000
_EPISODE = re.compile(
    r"(?:\bS\d+E|\bEP?\.? ?|第|#| - |\[)(\d{1,4})(?:v\d)?(?=話|话|集|\]|\b|_)", re.I
)


class TraceMoe:
    """The protocol."""

    name = "trace.moe"
    token_header = "x-trace-key"

    def router(self, uploaded: Uploaded) -> APIRouter:
        """Return the routes."""
        router = APIRouter()

        @router.get("/search")
        @router.post("/search")
        async def search(request: Request) -> Any:
            if "url" in request.query_params:
                raise BadRequest(
                    f"Failed to fetch image {request.query_params['url'][:200]}: "
                    "this server fetches no addresses, send the picture itself"
                )
            sent = await uploaded.picture(await _picture_in(request))
            base = str(request.base_url)
            return await uploaded.ask(lambda library: _answer(library, sent, base))

        @router.get("/me")
        async def me(request: Request) -> dict[str, Any]:
            host = request.client.host if request.client else ""
            return {"id": host, "priority": 0, "concurrency": 1, "quota": _QUOTA, "quotaUsed": 0}

        @router.post("/anilist")
        async def anilist() -> dict[str, Any]:
            return {"data": {"Media": _unknown()}}

        @router.get("/image/{entry}")
        async def image(entry: str) -> Response:
            # Clients append options to the address.
            number = re.match(r"\d{1,18}", entry)
            path = await uploaded.ask(
                lambda library: library.thumbnail(int(number[0])) if number else None
            )
            if path is None:
                raise NotFound("there is no such image")
            return FileResponse(path, media_type="image/webp")

        return router

    def refusal(self, error: NijigenError, status: int) -> Response:
        """Return an error as the original does."""
        # Clients look at the result before the error.
        return JSONResponse({"frameCount": 0, "error": str(error), "result": []}, status)


async def _picture_in(request: Request) -> bytes:
    if request.method == "GET":
        raise MethodNotAllowed("Method Not Allowed")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        form = await form_of(request)
        if form.file is None:
            raise BadRequest("Failed to process file: the form has none")
        return form.file
    if kind == "application/json":
        raise BadRequest("Invalid vector format: this server does not search by vectors")
    return await request.body()


def _answer(library: Library, sent: Sent, base: str) -> dict[str, Any]:
    hits = library.search(sent.picture, _SEARCHED, sha256=sent.sha256)
    clips = [hit for hit in hits if hit.shot is not None]
    return {
        "frameCount": library.totals()["frames"],
        "error": "",
        "result": [_result(hit, base) for hit in clips[:_SHOWN]],
    }


def _result(hit: Hit, base: str) -> dict[str, Any]:
    name = name_of(hit.places[0].path) if hit.places else ""
    filename = Path(name).name
    return {
        "anilist": None,
        "filename": filename,
        "episode": episode_of(filename),
        "from": round(hit.entry.start, 4),
        "at": round((hit.entry.start + hit.entry.end) / 2, 4),
        "to": round(hit.entry.end, 4),
        "similarity": min(max(hit.score, 0.0), 1.0),
        "video": "",
        "image": f"{base}image/{hit.entry.number}",
    }


def episode_of(filename: str) -> int | None:
    """Return the number of the episode in the name of a file, if it has one."""
    found = _EPISODE.findall(Path(filename).stem)
    return int(found[-1]) if found else None


def _unknown() -> dict[str, Any]:
    date = {"year": None, "month": None, "day": None}
    return {
        "id": None,
        "idMal": None,
        "title": {"native": None, "romaji": None, "english": None},
        "type": "ANIME",
        "format": None,
        "startDate": date,
        "endDate": date,
        "coverImage": {"large": None},
        "synonyms": [],
        "isAdult": None,
    }
