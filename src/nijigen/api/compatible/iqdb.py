"""iqdb: the protocol of danbooru's image query database.

Source: https://github.com/danbooru/iqdb, its documented requests and answers. Unlike that server,
all picture formats are read, scores are from 0 to 100, and black pictures are found.
"""

from __future__ import annotations

import re
import struct
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from nijigen.api.compatible.uploaded import Sent, Uploaded, form_of
from nijigen.api.refusals import BadRequest
from nijigen.core.errors import InputError, NijigenError, NotFound
from nijigen.library import Library
from nijigen.library.signatures.haar import KEPT, Haar
from nijigen.library.signatures.signature import Row
from nijigen.library.store.catalog import Entry

_PREFIX = "iqdb_"
_MEANS, _PLACES = struct.Struct(">3d"), struct.Struct(f">{3 * KEPT}h")
_MOST = 1000
_LARGEST = 2**31 - 1


class Iqdb:
    """The protocol."""

    name = "iqdb"
    token_header = "authorization"

    def router(self, uploaded: Uploaded) -> APIRouter:
        """Return the routes."""
        router = APIRouter()

        @router.get("/status")
        async def status() -> dict[str, Any]:
            return {
                "images": await uploaded.ask(
                    lambda library: library.totals()["signatures"].get(Haar.name, 0)
                )
            }

        @router.post("/query")
        async def query(request: Request) -> Any:
            form = await form_of(request, "file")
            given = {**request.query_params, **form.texts}
            count = _limit(given.get("limit", "10"))
            if text := given.get("hash"):
                row = row_of(text)
                return await uploaded.ask(lambda library: _by_row(library, row, count))
            if form.file is None:
                raise BadRequest("`POST /query` requires a `file` or `hash` param")
            sent = await uploaded.picture(form.file)
            return await uploaded.ask(lambda library: _by_picture(library, sent, count))

        @router.get("/images/{id}")
        async def image(id: int) -> Any:
            return await uploaded.ask(lambda library: _known(library, id))

        @router.post("/images/{id}")
        async def put(id: int, request: Request) -> Any:
            _check_writing(uploaded)
            if not 0 <= id <= _LARGEST:
                raise BadRequest(f"an id is from 0 to {_LARGEST}")
            form = await form_of(request, "file")
            if form.file is None:
                raise BadRequest("`POST /images/:id` requires a `file` param")
            sent = await uploaded.picture(form.file)
            return await uploaded.ask(lambda library: _put(library, id, sent))

        @router.delete("/images/{id}")
        async def delete(id: int) -> Any:
            _check_writing(uploaded)
            await uploaded.ask(lambda library: library.uploads.drop(id))
            return {"post_id": id}

        return router

    def refusal(self, error: NijigenError, status: int) -> Response:
        """Return an error as the original does."""
        return JSONResponse({"exception": type(error).__name__, "message": str(error)}, status)


def _check_writing(uploaded: Uploaded) -> None:
    if not uploaded.writes:
        raise WritingOff("this server does not change its index", "start it with --write")


class WritingOff(InputError):
    """A request that changes the index, to a server that does not."""

    http_status = 403


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= _MOST:
        raise BadRequest(f"limit is a number from 1 to {_MOST}")
    return int(text)


def _by_picture(library: Library, sent: Sent, count: int) -> list[dict[str, Any]]:
    hits = library.search(sent.picture, count, sha256=sent.sha256)
    # A plain picture has nothing that could be laid over another; its color is still the same.
    scores = {hit.entry: max(hit.score, hit.haar) for hit in hits}
    return _answers(library, scores, count)


def _by_row(library: Library, row: Row, count: int) -> list[dict[str, Any]]:
    return _answers(library, dict(library.uploads.similar(row, count)), count)


def _answers(library: Library, scores: dict[Entry, float], count: int) -> list[dict[str, Any]]:
    found = [
        {"score": round(100 * min(max(score, 0.0), 1.0), 4), **_described(library, entry, number)}
        for entry, score in sorted(scores.items(), key=lambda one: -one[1])
        for number in library.uploads.numbers(entry)
    ]
    return found[:count]


def _known(library: Library, id: int) -> dict[str, Any]:
    entry = library.uploads.entry(id)
    if entry is None:
        raise NotFound(f"there is no image {id}")
    return _described(library, entry, id)


def _put(library: Library, id: int, sent: Sent) -> dict[str, Any]:
    return _described(library, library.uploads.put(id, sent.picture, sent.content, sent.size), id)


def _described(library: Library, entry: Entry, id: int) -> dict[str, Any]:
    row = library.uploads.haar(entry)
    return {
        "post_id": id,
        "hash": hash_of(row),
        "signature": {"avglf": row["mean"].tolist(), "sig": row["places"].tolist()},
    }


def hash_of(row: Row) -> str:
    """Return a Haar signature as text: mean Y, I and Q, then the positions of each channel."""
    places = np.sort(row["places"], axis=1).ravel()
    return _PREFIX + (_MEANS.pack(*row["mean"].tolist()) + _PLACES.pack(*places.tolist())).hex()


def row_of(text: str) -> Row:
    """Return the Haar signature of a text from :func:`hash_of`, or from the original.

    Raises:
        BadRequest: It is not one.
    """
    try:
        data = bytes.fromhex(text.removeprefix(_PREFIX))
        means = np.array(_MEANS.unpack(data[: _MEANS.size]))
        places = np.array(_PLACES.unpack(data[_MEANS.size :]), np.int64)
    except (ValueError, struct.error):
        raise BadRequest("this is not a hash of iqdb") from None
    if not np.isfinite(means).all() or np.abs(places).max() >= 128 * 128:
        raise BadRequest("this is not a hash of iqdb")
    row = np.zeros((), Haar.dtype)
    row["mean"], row["places"] = means.clip(-2, 2), places.reshape(3, KEPT)
    return row
