"""The OpenAPI document: the routes, and a path for every operation made from its signature."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from nijigen.api.problems import MEDIA_TYPE
from nijigen.api.responses import MEDIA_TYPES
from nijigen.api.routes.operations import RunRequest
from nijigen.core import registry
from nijigen.core.errors import RecipeError
from nijigen.core.operation import Operation
from nijigen.core.picture import FileFormat
from nijigen.jobs.perform import returns_picture
from nijigen.jobs.records import Problem

REF = "#/components/schemas/{model}"
_PROBLEM = {
    "description": "What went wrong, and what to do about it",
    "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document as it is now: recipes come and go."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        routes=app.routes,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template=REF)
    for id in registry.ids():
        try:
            operation = registry.get(id)
        except RecipeError:
            continue
        made["paths"].setdefault(f"/api/operations/{id}", {})["post"] = _path(operation, schemas)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in made["paths"].values():
        for method in path.values():
            method["responses"].pop("422", None)
            method["responses"] |= {"4XX": _PROBLEM, "5XX": _PROBLEM}
    return made


def _path(operation: Operation[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = operation.settings_model.model_json_schema(ref_template=REF)
    schemas |= schema.pop("$defs", {})
    files = {
        port.name: {"type": "string", "format": "binary", "description": port.description}
        for port in operation.ports
    }
    schema["properties"] = {**files, **schema.get("properties", {})}
    schema["required"] = list(files)
    kept = RunRequest.model_json_schema(ref_template=REF)
    content = {
        "multipart/form-data": {"schema": schema},
        "application/json": {"schema": kept},
    }
    path: dict[str, Any] = {
        "tags": ["operations"],
        "operationId": f"run_{operation.id.replace('.', '_')}",
        "summary": operation.doc.summary,
        "description": operation.doc.body,
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "The result", "content": _result(operation)}},
    }
    if returns_picture(operation):
        path["parameters"] = [
            {
                "name": "format",
                "in": "query",
                "description": "File format of the result",
                "schema": {"type": "string", "enum": _formats(operation)},
            },
            {
                "name": "draft",
                "in": "query",
                "description": "Layers as ZIP to be looked at, not kept: packed quickly, without "
                "the merged picture",
                "schema": {"type": "boolean", "default": False},
            },
        ]
    return path


def _result(operation: Operation[Any, Any]) -> dict[str, Any]:
    if returns_picture(operation):
        binary = {"schema": {"type": "string", "format": "binary"}}
        types = [MEDIA_TYPES[format] for format in _formats(operation)]
        return dict.fromkeys(types, binary)
    return {"application/json": {"schema": {}}}


def _formats(operation: Operation[Any, Any]) -> list[FileFormat]:
    return [format for format in get_args(FileFormat) if format != "svg" or operation.vectors]
