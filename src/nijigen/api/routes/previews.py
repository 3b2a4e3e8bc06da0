"""Previews of a crop."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from nijigen.api.request_body import INPUTS, RequestBody
from nijigen.api.services import Served
from nijigen.core import registry
from nijigen.jobs.given import Named
from nijigen.jobs.perform import settings_for

router = APIRouter(prefix="/api/previews", tags=["previews"])


class PreviewRequest(RequestBody):
    """The operation, and the part of the picture to preview."""

    operation: str
    inputs: dict[str, Named] = Field(description=INPUTS)
    settings: dict[str, Any] = Field(default_factory=dict)
    box: tuple[int, int, int, int] | None = Field(
        None,
        description="left, top, right, bottom in the first input; by default all of it",
    )


@router.post("", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def make_preview(
    asked: PreviewRequest,
    request: Request,
    services: Served,
    x_client: Annotated[
        str, Header(description="A newer preview with the same value cancels this one")
    ] = "",
    x_turn: Annotated[
        int,
        Header(description="Increasing, so that a late request does not cancel a newer one"),
    ] = 0,
) -> Response:
    """Run an operation on a crop and return a PNG.

    Settings that the operation chooses for the whole picture are in the header ``X-Chosen``, as
    JSON.
    """
    operation = registry.get(asked.operation)
    services.permissions.check(request, operation, asked.inputs, asked.settings, None)
    found, given = await run_in_threadpool(
        services.finder.find_all, operation, asked.inputs, asked.settings
    )
    settings = settings_for(operation, given, None)
    previews = services.previews
    run = previews.begin(x_client, x_turn) if x_client else previews.begin(str(id(request)))
    client = x_client or str(id(request))
    try:
        made = await services.run(
            previews.pool,
            lambda run: previews.make(operation, found, settings, asked.box, run),
            run,
            request,
        )
    finally:
        previews.end(client, run)
    return Response(
        made.content,
        media_type="image/png",
        headers={
            "X-Scale": f"{made.scale:g}",
            "X-Chosen": json.dumps(made.chosen),
            "Cache-Control": "no-store",
        },
    )
