"""Trash: list it, restore pictures, delete them for good."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from nijigen.api.services import Served
from nijigen.jobs.stores.records import StoredPicture

router = APIRouter(prefix="/api/trash", tags=["space"])


class TrashList(BaseModel):
    """The trash, the last deleted first."""

    bytes: int = Field(description="Size of all of them")
    pictures: list[StoredPicture]


class Freed(BaseModel):
    """What was deleted for good."""

    bytes: int
    pictures: int


@router.get("")
def list_trash(services: Served) -> TrashList:
    """List the pictures in the trash."""
    pictures = services.pictures.trash.pictures()
    return TrashList(bytes=sum(picture.bytes for picture in pictures), pictures=pictures)


@router.delete("")
def empty_trash(services: Served) -> Freed:
    """Delete all pictures in the trash for good; their space is free at once."""
    gone = services.pictures.trash.empty()
    return Freed(bytes=sum(picture.bytes for picture in gone), pictures=len(gone))


@router.post("/{id}/restore")
def restore_picture(id: str, services: Served) -> StoredPicture:
    """Return a picture from the trash."""
    return services.pictures.trash.restore(id)


@router.delete("/{id}", status_code=204)
def delete_picture(id: str, services: Served) -> None:
    """Delete a picture in the trash for good; its space is free at once."""
    services.pictures.trash.delete(id)
