"""The app: routes, gate and services combined."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from nijigen import __version__
from nijigen.api import problems
from nijigen.api.access.gate import Gate
from nijigen.api.config import Config
from nijigen.api.openapi import document
from nijigen.api.routes import (
    archives,
    colors,
    commands,
    confirmations,
    describe,
    folder,
    jobs,
    library,
    library_duplicates,
    library_pictures,
    models,
    operations,
    pictures,
    previews,
    recipes,
    session,
    sources,
    space,
    trash,
)
from nijigen.api.services import Services

MOST_FIELDS = 200
LONGEST_FIELD = 64 << 10
"""Form fields other than files are kept in memory: at most 13 MB."""


class Health(BaseModel):
    """Health check."""

    status: str
    version: str


def create_app(config: Config) -> FastAPI:
    """Return the app for a data folder, which this process locks until the app has ended.

    Raises:
        InputError: Another process is using the data folder.
        OutputError: The data folder cannot be written.
    """
    services = Services(config)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services.start()
        yield
        services.stop()

    limits: Any = {
        "max_files": config.max_files,
        "max_fields": MOST_FIELDS,
        "max_part_size": LONGEST_FIELD,
    }
    app = FastAPI(
        title="Nijigen",
        version=__version__,
        summary="Operations on drawn pictures",
        # The standard pages load scripts from other servers.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        form_limits=limits,
    )
    app.state.services = services
    app.state.form_limits = limits
    for module in (
        *(operations, pictures, previews, jobs, models, recipes),
        *(archives, describe, colors, commands, confirmations, session),
        *(folder, space, trash, library, library_pictures, library_duplicates, sources),
    ):
        app.include_router(module.router)

    @app.get("/healthz", tags=["health"])
    async def healthz() -> Health:
        """Report that the server is running."""
        return Health(status="ok", version=__version__)

    problems.install(app)
    app.add_middleware(
        Gate,
        config=config,
        token=services.token,
        sessions=services.sessions,
        attempts=services.attempts,
    )
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app
