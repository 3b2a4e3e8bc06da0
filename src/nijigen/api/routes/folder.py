"""The data folder: check it, and have it repaired at the next start."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nijigen.api.services import Served
from nijigen.jobs.stores.recovery.check import FolderReport, inspect

router = APIRouter(prefix="/api/folder", tags=["data folder"])


class RepairRequest(BaseModel):
    """Whether the data folder will be repaired."""

    at_next_start: bool = Field(description="Repaired when the studio is started the next time")


@router.get("/check")
async def check_folder(request: Request, services: Served) -> FolderReport:
    """Compare everything in the data folder; each file is read, which takes a while."""
    running = "this studio"
    return await services.waited_for(
        services.work, lambda run: inspect(services.folder, running, run), request
    )


@router.get("/repair")
def show_repair(services: Served) -> RepairRequest:
    """Show whether a repair was asked for."""
    return RepairRequest(at_next_start=services.folder.repair_request.exists())


@router.put("/repair")
def ask_for_repair(wanted: RepairRequest, services: Served) -> RepairRequest:
    """Ask for a repair at the next start, or take that back."""
    services.folder.ask_for_repair(wanted.at_next_start)
    return show_repair(services)
