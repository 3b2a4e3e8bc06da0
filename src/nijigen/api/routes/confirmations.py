"""Confirmations: the studio's dialog obtains one before changing persistent data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nijigen.api.planning import planned
from nijigen.api.request_body import INPUTS, RequestBody
from nijigen.api.services import Served
from nijigen.core.command import Command
from nijigen.jobs.given import Named
from nijigen.jobs.lanes.performers import performer

router = APIRouter(prefix="/api/confirmations", tags=["commands"])


class CallRequest(RequestBody):
    """The call to confirm, exactly as it will be sent."""

    id: str = Field(description="Id of a command or an operation")
    inputs: dict[str, Named] = Field({}, description=INPUTS)
    settings: dict[str, Any] = Field(default_factory=dict)


class Confirmation(BaseModel):
    """The confirmation to send with the call after the user has agreed."""

    confirmation: str
    text: str = Field(description="What the call will do, for the user to read")
    changes: list[str] = Field(description="The same, line by line; only for commands")
    expires: datetime


@router.post("", status_code=201)
async def confirm_call(asked: CallRequest, request: Request, services: Served) -> Confirmation:
    """Confirm a call; only for studio pages, after the user has read what it will do."""
    session = services.permissions.check_studio(request)
    declaration = performer(asked.id).declaration(asked.id)
    changes = await planned(services, declaration, asked.inputs, asked.settings, request)
    confirmation, expires = services.permissions.confirm(
        session, declaration, asked.inputs, asked.settings
    )
    lines = [declaration.doc.summary, *(f"• {change}" for change in changes)]
    if isinstance(declaration, Command) and not changes:
        lines.append("Nothing is left to do.")
    return Confirmation(
        confirmation=confirmation, text="\n".join(lines), changes=changes, expires=expires
    )
