"""Operations: the catalogue, and running one while the client waits."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from nijigen.api.catalogue import Catalogue, OperationEntry, catalogue, entry
from nijigen.api.forms import read_form, sort_form
from nijigen.api.request_body import CONFIRMATION, INPUTS, RequestBody
from nijigen.api.responses import about_file, about_notes
from nijigen.api.services import Served
from nijigen.core import registry
from nijigen.core.picture import FileFormat
from nijigen.jobs.given import Named, first_name
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import (
    AnyOperation,
    Result,
    perform,
    settings_for,
)

router = APIRouter(prefix="/api/operations", tags=["operations"])


class RunRequest(RequestBody):
    """Stored pictures and settings."""

    inputs: dict[str, Named] = Field({}, description=INPUTS)
    settings: dict[str, Any] = Field(default_factory=dict)
    confirmation: str | None = Field(None, max_length=100, description=CONFIRMATION)


@router.get("")
def list_operations() -> Catalogue:
    """List all operations with the JSON Schema of their settings."""
    return catalogue()


@router.get("/{id}")
def show_operation(id: str) -> OperationEntry:
    """Show one operation."""
    return entry(registry.get(id))


# A single route for all; the OpenAPI document has a path for each.
@router.post("/{id}", include_in_schema=False)
async def run_operation(
    id: str,
    request: Request,
    services: Served,
    format: Annotated[FileFormat | None, Query()] = None,
    draft: Annotated[bool, Query()] = False,
) -> Response:
    """Run an operation on uploaded or stored files, and return the result as a file."""
    operation = registry.get(id)
    if request.headers.get("content-type", "").startswith("application/json"):
        asked = await _asked(request)
        services.permissions.check(
            request, operation, asked.inputs, asked.settings, asked.confirmation
        )
        found, given = await run_in_threadpool(
            services.finder.find_all, operation, asked.inputs, asked.settings
        )
        settings = settings_for(operation, given, format)
        result = await services.waited_for(
            services.work,
            lambda run: perform(
                operation,
                services.read(operation, found, run),
                settings,
                run,
                format,
                draft=draft,
            ),
            request,
        )
        return _file(operation, result, first_name(found))
    limits = request.app.state.form_limits
    async with request.form(**limits) as parts:
        form = sort_form(parts, operation)
        # Uploaded content has no name that could be confirmed.
        services.permissions.check(request, operation, {}, form.settings, None)
        given = await run_in_threadpool(services.finder.settings, operation, form.settings)
        settings = settings_for(operation, given, format)
        result = await services.waited_for(
            services.work,
            lambda run: perform(
                operation,
                read_form(operation, form.inputs, services, run),
                settings,
                run,
                format,
                draft=draft,
            ),
            request,
        )
        return _file(operation, result, form.first_name)


async def _asked(request: Request) -> RunRequest:
    try:
        return RunRequest.model_validate_json(await request.body())
    except ValidationError as error:
        wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(wrong) from None


def _file(operation: AnyOperation, result: Result, first: str | None) -> Response:
    name = f"{PurePosixPath(file_name(first, 'result')).stem}-{operation.name}.{result.ending}"
    headers = {**about_file(result.format, name), **about_notes(result.notes)}
    return Response(result.content, headers=headers)
