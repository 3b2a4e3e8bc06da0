"""Operations: the catalogue, and running one while the client waits."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from nijigen.api.asked import Asked
from nijigen.api.catalogue import Catalogue, OperationEntry, catalogue, entry
from nijigen.api.refusals import BadRequest
from nijigen.api.responses import about_file
from nijigen.api.services import Served, Services
from nijigen.core import registry
from nijigen.core.errors import InputError, SettingsError
from nijigen.core.picture import FileFormat
from nijigen.core.run import Run
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import (
    AnyOperation,
    Result,
    check_inputs,
    perform,
    settings_for,
)

router = APIRouter(prefix="/api/operations", tags=["operations"])


class RunRequest(Asked):
    """Pictures of the store to work on, and settings."""

    inputs: dict[str, str] = Field({}, description="Picture ids by input name")
    settings: dict[str, Any] = Field(default_factory=dict)


@router.get("")
def list_operations() -> Catalogue:
    """List all operations with the JSON Schema of their settings."""
    return catalogue()


@router.get("/{id}")
def show_operation(id: str) -> OperationEntry:
    """Show one operation."""
    return entry(registry.get(id))


# One way in for all; the OpenAPI document has a path for each, made from its signature.
@router.post("/{id}", include_in_schema=False)
async def run_operation(
    id: str,
    request: Request,
    services: Served,
    format: Annotated[FileFormat | None, Query()] = None,
    draft: Annotated[bool, Query()] = False,
) -> Response:
    """Run an operation on uploaded files, or on kept ones, and return the file that it makes."""
    operation = registry.get(id)
    if request.headers.get("content-type", "").startswith("application/json"):
        asked = await _asked(request)
        check_inputs(operation, asked.inputs)
        settings = settings_for(operation, asked.settings, format)
        result = await services.waited_for(
            services.work,
            lambda run: _run_kept(
                operation, asked.inputs, settings, services, run, format, draft=draft
            ),
            request,
        )
        first = next((services.pictures.get(id).name for id in asked.inputs.values()), None)
        return _file(operation, result, first)
    limits = request.app.state.form_limits
    async with request.form(**limits) as form:
        files, given = _sorted(form, operation)
        check_inputs(operation, files)
        settings = settings_for(operation, given, format)
        result = await services.waited_for(
            services.work,
            lambda run: _run(operation, files, settings, run, format),
            request,
        )
        return _file(operation, result, next((file.filename for file in files.values()), None))


async def _asked(request: Request) -> RunRequest:
    try:
        return RunRequest.model_validate_json(await request.body())
    except ValidationError as error:
        wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(wrong) from None


def _file(operation: AnyOperation, result: Result, first: str | None) -> Response:
    name = f"{PurePosixPath(file_name(first, 'result')).stem}-{operation.name}.{result.ending}"
    return Response(result.content, headers=about_file(result.format, name))


def _run_kept(
    operation: AnyOperation,
    inputs: dict[str, str],
    settings: dict[str, Any],
    services: Services,
    run: Run,
    format: FileFormat | None,
    *,
    draft: bool,
) -> Result:
    run.check()
    values = {port: services.pictures.value(id) for port, id in inputs.items()}
    return perform(operation, values, settings, run, format, draft=draft)


def _run(
    operation: AnyOperation,
    files: dict[str, UploadFile],
    settings: dict[str, Any],
    run: Run,
    format: FileFormat | None,
) -> Result:
    run.check()
    values = {
        port: decode(file.file.read(), file_name(file.filename)) for port, file in files.items()
    }
    return perform(operation, values, settings, run, format)


def _sorted(
    form: FormData, operation: AnyOperation
) -> tuple[dict[str, UploadFile], dict[str, Any]]:
    """Return the files and the settings of a form.

    Raises:
        InputError: Something is there twice, or a file stands where none belongs.
        SettingsError: A setting that is a list or a table is no JSON.
    """
    files: dict[str, UploadFile] = {}
    settings: dict[str, Any] = {}
    ports = {port.name for port in operation.ports}
    for name, value in form.multi_items():
        if name in files or name in settings:
            raise BadRequest(f"{name[:80]!r} is there twice")
        if isinstance(value, UploadFile):
            files[name] = value
        elif name in ports:
            raise InputError(f"{name} must be a file", "send it with a file name")
        else:
            settings[name] = _parsed(operation, name, value)
    return files, settings


def _parsed(operation: AnyOperation, name: str, text: str) -> Any:
    """Return the value of a form field: lists and tables are JSON, an empty text may be None."""
    if name not in operation.parameters:
        return text
    if text == "" and operation.parameters[name][1] is None:
        return None
    if text[:1] in ("[", "{"):
        schema = operation.settings_model.model_json_schema()["properties"][name]
        if "string" in {choice.get("type") for choice in (schema, *schema.get("anyOf", ()))}:
            return text
        try:
            return json.loads(text)
        except ValueError as error:
            raise SettingsError(f"{name} is no JSON: {error}", field=name) from None
    return text
