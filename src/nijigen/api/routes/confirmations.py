"""Confirmations: the studio's dialog obtains one before it calls what changes what lasts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nijigen.api.asked import INPUTS, Asked
from nijigen.api.planning import planned
from nijigen.api.services import Served
from nijigen.core.command import Command
from nijigen.jobs.given import Named
from nijigen.jobs.performers import performer

router = APIRouter(prefix="/api/confirmations", tags=["commands"])


class CallRequest(Asked):
    """A call, as it will be sent afterwards."""

    id: str = Field(description="Id of a command or an operation")
    inputs: dict[str, Named] = Field({}, description=INPUTS)
    settings: dict[str, Any] = Field(default_factory=dict)


class Confirmation(BaseModel):
    """What to send with the call, once the user has read what it will do."""

    confirmation: str
    text: str = Field(description="What the call will do, for the user to read")
    changes: list[str] = Field(description="The same, line by line; of commands alone")
    expires: datetime


@router.post("", status_code=201)
async def confirm_call(asked: CallRequest, request: Request, services: Served) -> Confirmation:
    """Confirm a call; only pages of the studio may, and only what its user has read."""
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
