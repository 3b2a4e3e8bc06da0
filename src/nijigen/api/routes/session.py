"""The session of a browser, which it gets for the code of a one-time link."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from nijigen.api.access.gate import ENTRANCE
from nijigen.api.refusals import TokenRequired
from nijigen.api.request_body import RequestBody
from nijigen.api.services import Served

router = APIRouter(tags=["session"])


class Entrance(RequestBody):
    """The code of a link."""

    code: str = Field(max_length=200, description="What follows # enter= in a link")


@router.post(ENTRANCE, status_code=204)
async def enter(given: Entrance, request: Request, services: Served) -> Response:
    """Exchange the code of a one-time link for a session cookie.

    A browser that has a session keeps it, and the code is not used up.
    """
    answer = Response(status_code=204)
    if services.sessions.of(request.headers) is None:
        try:
            services.links.use(given.code)
        except TokenRequired as error:
            raise await services.attempts.failed(error) from None
        services.sessions.begin(request.headers, answer.headers)
    return answer
