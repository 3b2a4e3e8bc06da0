"""Commands: the catalogue, dry runs, and execution as a job."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from nijigen.api.catalogue import CommandCatalogue, CommandEntry, command_catalogue, command_entry
from nijigen.api.planning import planned
from nijigen.api.request_body import CONFIRMATION, INPUTS, RequestBody
from nijigen.api.services import Served
from nijigen.core import registry
from nijigen.jobs.given import Named
from nijigen.jobs.stores.records import CommandReport, JobRecord

router = APIRouter(prefix="/api/commands", tags=["commands"])


class CommandRequest(RequestBody):
    """A call of a command."""

    inputs: dict[str, Named] = Field({}, description=INPUTS)
    settings: dict[str, Any] = Field(default_factory=dict)
    dry_run: bool = Field(False, description="Only show what would be done")
    confirmation: str | None = Field(None, max_length=100, description=CONFIRMATION)


@router.get("")
def list_commands() -> CommandCatalogue:
    """List all commands with the JSON Schema of their settings."""
    return command_catalogue()


@router.get("/{id}")
def show_command(id: str) -> CommandEntry:
    """Show one command."""
    return command_entry(registry.get_command(id))


# A single route for all; the OpenAPI document has a path for each.
@router.post("/{id}", include_in_schema=False, status_code=202)
async def run_command(
    id: str, asked: CommandRequest, request: Request, services: Served, response: Response
) -> JobRecord | CommandReport:
    """Carry out a command as a job, or show what it would do."""
    command = registry.get_command(id)
    if asked.dry_run:
        changes = await planned(services, command, asked.inputs, asked.settings, request)
        response.status_code = 200
        return CommandReport(command=id, dry_run=True, changes=changes)
    services.permissions.check(request, command, asked.inputs, asked.settings, asked.confirmation)
    return await run_in_threadpool(services.queue.add, id, asked.inputs, asked.settings)
