"""The studio: a browser client of the HTTP API, as static files."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

# Said here and not asked of the system: Windows' registry may call a script plain text, which
# browsers then refuse to run.
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

COMMENTS = re.compile(r"[ \t]*/\*\*.*?\*/|^[ \t]*//.*?$", re.DOTALL | re.MULTILINE)
"""Types for the checker and lines of comment: a fifth of the scripts, and nothing to a browser."""


def folder() -> Path:
    """Return the folder of the static files."""
    return Path(str(files("nijigen.studio") / "static"))


INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


def sent(script: str) -> str:
    """Return a script as browsers get it: without comments and indentation, every line in place."""
    return INDENTATION.sub("", COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), script))


def mount(app: FastAPI) -> None:
    """Let an app of the API show the studio: index.html at / and the rest under /static."""
    import mimetypes

    from fastapi.responses import FileResponse, RedirectResponse
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.responses import Response
    from starlette.staticfiles import StaticFiles
    from starlette.types import Scope

    for ending, media_type in MEDIA_TYPES.items():
        mimetypes.add_type(media_type, ending)

    static = folder()

    class Files(StaticFiles):
        async def get_response(self, path: str, scope: Scope) -> Response:
            response = await super().get_response(path, scope)
            if response.status_code == 200 and path.endswith(".js"):
                headers = {name: response.headers[name] for name in ("etag", "last-modified")}
                script = sent((static / path).read_text(encoding="utf-8"))
                response = Response(script, media_type=MEDIA_TYPES[".js"], headers=headers)
            # Asked for again each time, answered with 304: an update shows at once.
            response.headers["Cache-Control"] = "no-cache"
            return response

    @app.get("/", include_in_schema=False)
    def index() -> Response:
        return FileResponse(
            static / "index.html", media_type="text/html", headers={"Cache-Control": "no-cache"}
        )

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return RedirectResponse("/static/icon.svg", 307)

    app.mount("/static", GZipMiddleware(Files(directory=static), minimum_size=1024))
