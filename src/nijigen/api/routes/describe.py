"""Describe: copy as command line, copy as Python."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from nijigen.api.request_body import RequestBody
from nijigen.core import registry
from nijigen.jobs.given import Named
from nijigen.jobs.say import as_command, as_python

router = APIRouter(prefix="/api/describe", tags=["operations"])


class Description(BaseModel):
    """The equivalent command line and Python code."""

    cli: str
    python: str


class DescribeRequest(RequestBody):
    """An operation with settings; defaults are omitted from the result."""

    operation: str
    settings: dict[str, Any] = Field(default_factory=dict)
    file: str | None = Field(None, description="File name of the first input")
    files: dict[str, Named] = Field(
        {}, description="File names by input name, a list if it takes several; text as is"
    )


@router.post("")
def describe(asked: DescribeRequest) -> Description:
    """Return an operation with its settings as a command line and as Python code."""
    operation = registry.get(asked.operation)
    files = dict(asked.files)
    if asked.file and operation.source_port:
        files.setdefault(operation.source_port.name, asked.file)
    return Description(
        cli=as_command(operation, asked.settings, files),
        python=as_python(operation, asked.settings, files),
    )
