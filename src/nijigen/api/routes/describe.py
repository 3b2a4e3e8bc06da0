"""Describe: copy as command line, copy as Python."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from nijigen.api.asked import Asked
from nijigen.core import registry
from nijigen.jobs.given import Named
from nijigen.jobs.say import as_command, as_python

router = APIRouter(prefix="/api/describe", tags=["operations"])


class Description(BaseModel):
    """How to do the same elsewhere."""

    cli: str
    python: str


class DescribeRequest(Asked):
    """An operation with settings; only those that are not the defaults are said."""

    operation: str
    settings: dict[str, Any] = Field(default_factory=dict)
    file: str | None = Field(None, description="File name of the first input")
    files: dict[str, Named] = Field(
        {}, description="File names by input name, a list where it takes several; texts as they are"
    )


@router.post("")
def describe(asked: DescribeRequest) -> Description:
    """Say an operation with its settings as a command line and as Python."""
    operation = registry.get(asked.operation)
    files = dict(asked.files)
    if asked.file and operation.source_port:
        files.setdefault(operation.source_port.name, asked.file)
    return Description(
        cli=as_command(operation, asked.settings, files),
        python=as_python(operation, asked.settings, files),
    )
