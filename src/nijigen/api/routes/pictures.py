"""Pictures: upload, list, display, download, delete."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel

from nijigen.api.responses import FOR_EVER, MEDIA_TYPES, DownloadResponse, about_file
from nijigen.api.services import Served, Services
from nijigen.core.errors import NotFound, OutputError
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.derived import VIEW
from nijigen.jobs.stores.picture_rows import Order
from nijigen.jobs.stores.records import Origin, StoredPicture

router = APIRouter(prefix="/api/pictures", tags=["pictures"])


class PictureList(BaseModel):
    """Pictures in the requested order."""

    pictures: list[StoredPicture]


SHOWN_BY_BROWSERS = ("png", "apng", "jpeg", "webp", "gif", "avif", "bmp")
# The server's own folder for temporary files is in the data folder.
_SYSTEM_TEMPORARY = tempfile.gettempdir()
STEP = 64
"""Thumbnail sizes are multiples of this many pixels, so that few are stored."""


@router.post(
    "",
    status_code=201,
    responses={200: {"model": StoredPicture, "description": "It was there already"}},
)
async def upload_picture(
    file: Annotated[UploadFile, File(description="One picture file")],
    services: Served,
    response: Response,
) -> StoredPicture:
    """Upload a picture; its id is the sha256 of the file."""
    picture, new = await services.with_files(
        lambda: services.pictures.add(file.file, file.filename)
    )
    response.status_code = 201 if new else 200
    return picture


@router.get("")
def list_pictures(
    services: Served,
    order: Annotated[Order, Query(description="Which come first")] = "largest",
    origin: Annotated[Origin | None, Query(description="Only uploads, or only results")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PictureList:
    """List the pictures that are not in the trash."""
    return PictureList(pictures=services.pictures.listed(order, origin, limit))


@router.get("/{id}")
def show_picture(id: str, services: Served) -> StoredPicture:
    """Show the metadata of a picture."""
    return services.pictures.get(id)


@router.delete("/{id}", status_code=204)
def remove_picture(id: str, services: Served) -> None:
    """Move a picture to the trash, where it stays for some weeks."""
    services.pictures.trash.put(id)


@router.get("/{id}/file", response_class=FileResponse)
def download_picture(
    id: str,
    services: Served,
    download: Annotated[str | None, Query(description="Save it under this name")] = None,
) -> FileResponse:
    """Return the original file."""
    picture = services.pictures.get(id)
    kind, name = ("inline", picture.name) if download is None else ("attachment", download)
    headers = about_file(picture.format, file_name(name), kind)
    return DownloadResponse(
        lambda: services.pictures.count_download([id]),
        **_about(services.pictures.path(id), MEDIA_TYPES[picture.format], **headers),
    )


@router.get("/{id}/view", response_class=FileResponse)
async def view_picture(id: str, services: Served) -> Response:
    """Return the picture in a format that browsers support, converted to PNG if necessary."""
    picture = services.pictures.get(id)
    if picture.format in SHOWN_BY_BROWSERS:
        path = await services.with_files(lambda: services.pictures.path(id))
        return _file(path, MEDIA_TYPES[picture.format])
    path = services.pictures.derived.path(id, VIEW)
    if not path.exists():
        return await services.with_files(lambda: _make_view(services, id))
    return _file(path, "image/png")


@router.get("/{id}/thumbnail", response_class=FileResponse)
async def show_thumbnail(
    id: str,
    services: Served,
    size: Annotated[int, Query(ge=64, le=512, description="Longer side in pixels")] = 256,
) -> Response:
    """Return a small WebP whose longer side is at least the size, if the picture is larger.

    Pictures in the trash have one, too.
    """
    size = -(-size // STEP) * STEP
    services.pictures.get(id, trashed=True)
    path = services.pictures.derived.path(id, f"{size}.webp")
    if not path.exists():
        return await services.with_files(lambda: _make_thumbnail(services, id, size))
    return _file(path, "image/webp")


def _make_view(services: Services, id: str) -> Response:
    return _made(services, id, VIEW, "image/png", services.decoders.view)


def _make_thumbnail(services: Services, id: str, size: int) -> Response:
    def make(path: Path, name: str, target: Path) -> None:
        services.decoders.thumbnail(path, name, target, size)

    return _made(services, id, f"{size}.webp", "image/webp", make)


def _made(
    services: Services,
    id: str,
    kind: str,
    media_type: str,
    make: Callable[[Path, str, Path], None],
) -> Response:
    """Make a derived file from a picture, or from its view if it has vectors.

    On a full disk it is made in the system's folder for temporary files, and not kept.
    """
    pictures = services.pictures
    record = pictures.get(id, trashed=True)
    source = pictures.pixels(record)

    def content(folder: Path) -> bytes:
        target = folder / secrets.token_hex(8)
        try:
            make(source, record.name, target)
            return target.read_bytes()
        finally:
            target.unlink(missing_ok=True)

    try:
        made = content(pictures.scratch)
        return _file(pictures.derived.keep(id, kind, made), media_type)
    except OutputError:
        with tempfile.TemporaryDirectory(dir=_SYSTEM_TEMPORARY) as folder:
            made = content(Path(folder))
        return Response(made, media_type=media_type, headers={"Cache-Control": FOR_EVER})


def _file(path: Path, media_type: str) -> FileResponse:
    return FileResponse(**_about(path, media_type))


def _about(path: Path, media_type: str, **headers: str) -> dict[str, Any]:
    """Return the arguments of a response that is a file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NotFound("the file of this picture is gone", "upload it again") from None
    headers = {"Cache-Control": FOR_EVER, **headers}
    return {"path": path, "media_type": media_type, "headers": headers, "stat_result": status}
