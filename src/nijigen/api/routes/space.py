"""Space: what takes it."""

from __future__ import annotations

from fastapi import APIRouter

from nijigen.api.services import Served
from nijigen.jobs.stores.records import SpaceReport

router = APIRouter(prefix="/api/space", tags=["space"])


@router.get("")
def show_space(services: Served) -> SpaceReport:
    """Show what takes the space; ``GET /api/pictures`` lists the largest pictures."""
    return services.pictures.space.report()
