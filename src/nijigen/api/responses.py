"""Files as responses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import anyio
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from nijigen.core.picture import FileFormat
from nijigen.core.run import Note

MEDIA_TYPES: dict[FileFormat, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "jxl": "image/jxl",
    "gif": "image/gif",
    "apng": "image/apng",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "psd": "image/vnd.adobe.photoshop",
    "psb": "image/vnd.adobe.photoshop",
    "ora": "image/openraster",
    "kra": "application/x-krita",
    "zip": "application/zip",
    "svg": "image/svg+xml",
    "heic": "image/heic",
    "aseprite": "application/octet-stream",
    "piskel": "application/json",
    "ico": "image/vnd.microsoft.icon",
    "icns": "image/icns",
    "ugoira": "application/zip",
}
DATA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "gpl": "text/plain; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "ase": "application/octet-stream",
    "aco": "application/octet-stream",
    "act": "application/octet-stream",
    "kpl": "application/zip",
    "pal": "text/plain; charset=utf-8",
    "hex": "text/plain; charset=utf-8",
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "glb": "model/gltf-binary",
    "vox": "application/octet-stream",
}
NOTES = "Nijigen-Notes"
LONGEST_NOTES = 4000
"""Most characters of the header; many programs accept only 8000 for all headers."""
FOR_EVER = "private, max-age=31536000, immutable"
"""Content addressed by its sha256 never changes."""
FOR_A_DAY = "private, max-age=86400"
"""Content that changes only with a new version."""


class DownloadResponse(FileResponse):
    """A file that reports when all of it has been sent.

    Args:
        sent: Called then, in a worker thread; not after a part of it, nor if the client is gone.
        file: The arguments of a file response.
    """

    def __init__(self, sent: Callable[[], None], **file: Any) -> None:
        super().__init__(**file)
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        whole = False

        async def watched(message: Message) -> None:
            nonlocal whole
            await send(message)
            if message["type"] == "http.response.start":
                whole = message["status"] == 200
            elif not message.get("more_body") and whole:
                # Clients that close the connection then would cancel it.
                with anyio.CancelScope(shield=True):
                    await run_in_threadpool(self._sent)

        await super().__call__(scope, receive, watched)


def about_file(format: FileFormat | None, name: str, kind: str = "inline") -> dict[str, str]:
    """Return the headers of a file of a format; None is JSON, or what the name's ending says.

    To a browser, an SVG is a page with all the rights of this origin. So it is only offered for
    download, and could not run anything even if it were shown.
    """
    ending = name.rpartition(".")[2]
    kind_of_data = DATA_TYPES.get(ending, "application/json")
    headers = {"Content-Type": MEDIA_TYPES[format] if format else kind_of_data}
    if format == "svg":
        kind = "attachment"
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return {**headers, "Content-Disposition": disposition(kind, name)}


def about_notes(notes: Sequence[Note]) -> dict[str, str]:
    """Return the header with what was lost or assumed: a JSON list in ASCII, short enough."""
    listed = [{"kind": note.kind, "text": note.text} for note in notes]
    while listed and len(json.dumps(listed)) > LONGEST_NOTES:
        listed.pop()
    return {NOTES: json.dumps(listed)} if listed else {}


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition header (RFC 6266) for a file name of any kind."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    if plain == name:
        return f'{kind}; filename="{name}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
