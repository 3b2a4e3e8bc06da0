"""Planning: what a call would do, validated as for the call itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from nijigen.api.services import Services
from nijigen.core.command import Command
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.run import Run
from nijigen.jobs.given import Named, read_all


async def planned(
    services: Services,
    declaration: AnyDeclaration,
    inputs: Mapping[str, Named],
    settings: Mapping[str, Any],
    request: Request,
) -> list[str]:
    """Validate a call and return what it would change, line by line; nothing for an operation.

    Raises:
        NijigenError: The call is invalid.
    """
    found, given = await run_in_threadpool(services.finder.find_all, declaration, inputs, settings)
    declaration.check(given)
    if not isinstance(declaration, Command):
        return []

    def plan(run: Run) -> list[str]:
        return list(declaration.plan(read_all(declaration, found, run), given).changes)

    return await services.waited_for(services.work, plan, request)
