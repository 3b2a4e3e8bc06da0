"""The OpenAPI document: the routes, and a path for each operation from its signature."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from nijigen.api.access.gate import WITHOUT_TOKEN
from nijigen.api.problems import MEDIA_TYPE
from nijigen.api.request_body import CONFIRMATION
from nijigen.api.responses import MEDIA_TYPES, NOTES
from nijigen.core import registry
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import RecipeError
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation, Port
from nijigen.core.picture import FileFormat, PixelFormat
from nijigen.core.registry import AnyCommand
from nijigen.jobs.perform import returns_picture
from nijigen.jobs.stores.records import Problem

REF = "#/components/schemas/{model}"
_PROBLEM = {
    "description": "The error, and how to fix it",
    "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
}

_NOTES = {
    "description": "What was lost or assumed, as JSON: a list of objects with kind and text",
    "schema": {"type": "string"},
}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the current document; recipes may change."""
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
    for id in registry.command_ids():
        path = _command_path(registry.get_command(id), schemas)
        made["paths"].setdefault(f"/api/commands/{id}", {})["post"] = path
    scheme = {"type": "http", "scheme": "bearer", "description": "The token of the data folder"}
    made["components"]["securitySchemes"] = {"token": scheme}
    made["security"] = [{"token": []}]
    for open_path in WITHOUT_TOKEN:
        for method in made["paths"][open_path].values():
            method["security"] = []
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in made["paths"].values():
        for method in path.values():
            method["responses"].pop("422", None)
            method["responses"] |= {"4XX": _PROBLEM, "5XX": _PROBLEM}
    return made


def _path(operation: Operation[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = _settings(operation, schemas)
    inputs = {port.name: _several(port, _part(port)) for port in operation.ports}
    form = {
        **schema,
        "properties": {**inputs, **schema.get("properties", {})},
        "required": _required(operation),
    }
    body = call_schema(operation, schemas)
    content = {
        "multipart/form-data": {"schema": form},
        "application/json": {"schema": body},
    }
    path: dict[str, Any] = {
        "tags": ["operations"],
        "operationId": f"run_{operation.id.replace('.', '_')}",
        "summary": operation.doc.summary,
        "description": operation.doc.body,
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {
                "description": "The result",
                "content": _result(operation),
                "headers": {NOTES: _NOTES},
            }
        },
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
                "description": "Layers as a ZIP for display only: compressed quickly, without "
                "the merged picture",
                "schema": {"type": "boolean", "default": False},
            },
        ]
    return path


def _command_path(command: AnyCommand, schemas: dict[str, Any]) -> dict[str, Any]:
    body = call_schema(command, schemas)
    body["properties"]["dry_run"] = {
        "type": "boolean",
        "default": False,
        "description": "Only show what would be done",
    }
    answers = {"200": ("What it would do", "CommandReport"), "202": ("The job", "JobRecord")}
    return {
        "tags": ["commands"],
        "operationId": f"run_{command.id.replace('.', '_')}",
        "summary": command.doc.summary,
        "description": command.doc.body,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body}},
        },
        "responses": {
            status: {
                "description": text,
                "content": {"application/json": {"schema": {"$ref": REF.format(model=model)}}},
            }
            for status, (text, model) in answers.items()
        },
    }


def call_schema(declaration: AnyDeclaration, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a call: its inputs by name, and its settings."""
    required = _required(declaration)
    inputs = {
        "type": "object",
        "properties": {port.name: _several(port, _named(port)) for port in declaration.ports},
        "required": required,
        "additionalProperties": False,
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"inputs": inputs, "settings": _settings(declaration, schemas)},
        "required": ["inputs"] * bool(required),
        "additionalProperties": False,
    }
    if declaration.access != "read":
        confirmation = {"type": ["string", "null"], "description": CONFIRMATION}
        schema["properties"]["confirmation"] = confirmation
    return schema


def _settings(declaration: AnyDeclaration, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = declaration.settings_model.model_json_schema(ref_template=REF)
    schemas |= schema.pop("$defs", {})
    return schema


def _required(declaration: AnyDeclaration) -> list[str]:
    return [port.name for port in declaration.ports if not port.optional]


def _several(port: Port, schema: dict[str, Any]) -> dict[str, Any]:
    if not port.several:
        return {**schema, "description": port.description}
    least = {} if port.optional else {"minItems": 1}
    return {"type": "array", "items": schema, **least, "description": port.description}


def _part(port: Port) -> dict[str, Any]:
    """Return the schema of one part of a form."""
    if port.in_root:
        return _named(port)
    if port.kind == "text":
        return {"type": "string"} | ({"contentMediaType": port.media} if port.media else {})
    return {"type": "string", "format": "binary"}


def _named(port: Port) -> dict[str, Any]:
    """Return the schema of one value in JSON, where files are named."""
    if port.kind == "text":
        return _part(port)
    named = r"[A-Za-z0-9][A-Za-z0-9_-]+:.*"
    pattern = named if port.in_root else rf"[0-9a-f]{{64}}|{named}"
    return {"type": "string", "pattern": f"^({pattern})$"}


def _result(operation: Operation[Any, Any]) -> dict[str, Any]:
    if returns_picture(operation):
        binary = {"schema": {"type": "string", "format": "binary"}}
        types = [MEDIA_TYPES[format] for format in _formats(operation)]
        return dict.fromkeys(types, binary)
    if operation.returns is FileSet:
        return {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": {}}}


def _formats(operation: Operation[Any, Any]) -> list[FileFormat]:
    return [*get_args(PixelFormat), *(["svg"] if operation.vectors else [])]
