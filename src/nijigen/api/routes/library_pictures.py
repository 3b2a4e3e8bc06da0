"""Pictures of the library: listed, shown, downloaded, copied to the studio's own pictures.

Requests name pictures by their content and never by a path, and only files that the library knows,
and that are still as they were when it looked at them, are read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from nijigen.api.responses import FOR_EVER, about_file, disposition
from nijigen.api.routes.library import LONGEST_QUERY
from nijigen.api.services import Served
from nijigen.core.errors import InputError, NotFound
from nijigen.imaging.codecs.sniff import HEAD, is_video, sniff
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.records import StoredPicture
from nijigen.library import Facts
from nijigen.library.files.scanning import name_of

router = APIRouter(prefix="/api/library", tags=["library"])

MOST_LISTED = 200_000
MOST_ASKED = 200
VIDEO_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
}


class LibraryState(BaseModel):
    """The library in the home."""

    made: bool = Field(description="Whether there is one")
    pictures: int
    folders: list[str] = Field(description="Folders in which an update looks for new pictures")


class Listing(BaseModel):
    """A part of a list, compact: one value for each picture."""

    total: int = Field(description="Pictures in the whole list")
    numbers: list[int]
    ratios: list[float] = Field(description="Width divided by height")
    next: int | None = Field(description="The cursor of the next part; null after the last")


class LibraryFile(BaseModel):
    """A file of a picture."""

    path: str
    state: str = Field(description="here, away (its disk is not mounted), gone or trashed")


class LibraryPicture(BaseModel):
    """A picture of the library."""

    id: str = Field(description="The SHA-256 of its files")
    number: int
    format: str
    width: int
    height: int
    bytes: int
    moving: bool = Field(description="Whether it is an animation or a video")
    files: list[LibraryFile]


@router.get("")
def show_library(services: Served) -> LibraryState:
    """Show whether there is a library, and how large it is."""
    library = services.library.known()
    if library is None:
        return LibraryState(made=False, pictures=0, folders=[])
    folders = [name_of(folder) for folder in library.folders()]
    return LibraryState(made=True, pictures=len(library), folders=folders)


@router.get("/pictures")
def list_library(
    services: Served,
    query: Annotated[
        str, Query(max_length=LONGEST_QUERY, description="Such as `1girl width:>2000`")
    ] = "",
    after: Annotated[int | None, Query(description="The cursor of the part before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> Listing:
    """List what a query asks for, the last added first, in parts: numbers and proportions only."""
    part = services.library.get().listing.pictures(query, limit=limit, after=after)
    return Listing(
        total=part.total,
        numbers=[one.number for one in part.pictures],
        ratios=[round(one.width / one.height, 3) for one in part.pictures],
        next=part.pictures[-1].number if part.more else None,
    )


@router.get("/facts")
def show_facts(
    services: Served,
    number: Annotated[list[int], Query(max_length=MOST_ASKED, description="Repeated")],
) -> list[LibraryPicture]:
    """Show several pictures by their numbers; those that are not known any more are left out."""
    return [picture_of(one) for one in services.library.get().listing.facts(number)]


@router.get("/pictures/{id}")
def show_library_picture(id: str, services: Served) -> LibraryPicture:
    """Show one picture."""
    return picture_of(services.library.get().listing.with_hash(id))


@router.get("/pictures/{id}/thumbnail")
def show_library_thumbnail(
    id: str,
    services: Served,
    entry: Annotated[int | None, Query(description="Of a clip: another than the first")] = None,
) -> Response:
    """Return a WebP with a longer side of at most 320 pixels."""
    path = services.library.get().listing.thumbnail(id, entry)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        hint = "nijigen library verify --repair"
        raise NotFound("the thumbnail of this picture is gone", hint) from None
    return Response(content, media_type="image/webp", headers={"Cache-Control": FOR_EVER})


@router.get("/pictures/{id}/file", response_class=FileResponse)
def download_library_picture(id: str, services: Served) -> FileResponse:
    """Return the file itself, if it is still as it was when the library looked at it."""
    path = services.library.get().listing.file(id).path
    headers = {"Cache-Control": "private, no-cache", **_about(path)}
    return FileResponse(path, headers=headers, media_type=headers["Content-Type"])


@router.post(
    "/pictures/{id}/copy",
    status_code=201,
    responses={200: {"model": StoredPicture, "description": "It was there already"}},
)
async def copy_library_picture(id: str, services: Served, response: Response) -> StoredPicture:
    """Copy a picture to the studio's own pictures, to work on it; the id stays the same."""

    def copy() -> tuple[StoredPicture, bool]:
        path = services.library.get().listing.file(id).path
        with path.open("rb") as file:
            return services.pictures.add(file, name_of(Path(path.name)))

    picture, new = await services.with_files(copy)
    response.status_code = 201 if new else 200
    return picture


def picture_of(facts: Facts) -> LibraryPicture:
    """Return what is known of a picture, as it is sent."""
    content = facts.content
    return LibraryPicture(
        id=content.sha256,
        number=content.number,
        format=content.format,
        width=content.width,
        height=content.height,
        bytes=content.bytes,
        moving=content.moving,
        files=[LibraryFile(path=name_of(one.path), state=one.state) for one in facts.places],
    )


def _about(path: Path) -> dict[str, str]:
    """Return the headers of a file, whose type is read off its content.

    What is neither a picture nor a video of a known type is only offered for download.
    """
    name = file_name(name_of(Path(path.name)))
    with path.open("rb") as file:
        head = file.read(HEAD)
    video = VIDEO_TYPES.get(path.suffix.lower())
    if video is not None and is_video(head):
        return {"Content-Type": video, "Content-Disposition": disposition("inline", name)}
    try:
        return about_file(sniff(head), name)
    except InputError:
        kind = {"Content-Type": "application/octet-stream"}
        return {**kind, "Content-Disposition": disposition("attachment", name)}
