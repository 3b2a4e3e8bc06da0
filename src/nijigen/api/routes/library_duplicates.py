"""Duplicates in the library: found, decided pair by pair, and undone.

Here a path only tells several files of one content apart: it has to be one that the library knows.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from nijigen.api.request_body import RequestBody
from nijigen.api.routes.library_pictures import LibraryPicture, picture_of
from nijigen.api.services import Served, Services
from nijigen.core import registry
from nijigen.core.errors import InputError, NotFound
from nijigen.core.run import Run
from nijigen.library import Library
from nijigen.library.duplicates.groups import Group
from nijigen.library.files.scanning import name_of
from nijigen.library.upkeep.trashing import Unwanted

router = APIRouter(prefix="/api/library", tags=["library"])


class NamedFile(RequestBody):
    """A file of the library."""

    id: str = Field(description="The SHA-256 of its content")
    path: str = Field(description="Which of the files with this content")


class DuplicatePair(RequestBody):
    """Two files with one drawing."""

    keep: LibraryPicture
    keep_path: str
    reason: str = Field(description="Why this one should be kept")
    other: LibraryPicture
    other_path: str
    kinds: list[str] = Field(description="What the other is to the one to keep")
    changed: float = Field(description="Share of the common area that differs")


class Discarded(RequestBody):
    """A file to move to the trash, and the one that is kept."""

    file: NamedFile
    keeper: NamedFile


class Distinct(RequestBody):
    """Two pictures of which both are kept."""

    ids: tuple[str, str]
    distinct: bool = Field(True, description="False takes it back")


@router.get("/duplicates")
async def list_duplicates(request: Request, services: Served) -> list[DuplicatePair]:
    """Find pictures that are there several times; all are compared, which takes a while."""

    def find(run: Run) -> list[DuplicatePair]:
        library = services.library.get()
        return [pair for group in library.duplicates(run) for pair in _pairs(library, group)]

    return await services.waited_for(services.work, find, request)


@router.post("/trash", status_code=204)
async def discard(asked: Discarded, request: Request, services: Served) -> None:
    """Move a file of the user to the trash on its disk, from where it can be restored."""
    _check(request, services)

    def move() -> None:
        with Library(None) as library:
            path, keeper = _path(library, asked.file), _path(library, asked.keeper)
            failed = library.trash.put([Unwanted(path, f"copy of {name_of(keeper)}", keeper)])
        _refuse(failed)

    await run_in_threadpool(move)


@router.post("/trash/restore", status_code=204)
async def restore(asked: NamedFile, request: Request, services: Served) -> None:
    """Move a file from the trash back to exactly where it was; nothing is replaced."""
    _check(request, services)

    def move() -> None:
        with Library(None) as library:
            path = _path(library, asked)
            trashed = [file for file in library.trash.files() if file.path == path]
            if not trashed:
                raise NotFound(f"{path.name} is not in the trash")
            failed = library.trash.restore(trashed[:1])
        _refuse(failed)

    await run_in_threadpool(move)


@router.post("/distinct", status_code=204)
async def mark_distinct(asked: Distinct, request: Request, services: Served) -> None:
    """Note that two pictures are no duplicates of each other, or forget that."""
    _check(request, services)

    def mark() -> None:
        with Library(None) as library:
            one, other = (library.listing.with_hash(id).content.sha256 for id in asked.ids)
            (library.distinct.add if asked.distinct else library.distinct.remove)([(one, other)])

    await run_in_threadpool(mark)


def _check(request: Request, services: Services) -> None:
    """Only the studio's own page may do this, unless the owner allows changes to programs."""
    if not services.permissions.allows(registry.get_command("library.dedupe")):
        services.permissions.check_studio(request)


def _path(library: Library, named: NamedFile) -> Path:
    for place in library.listing.with_hash(named.id).places:
        if name_of(place.path) == named.path:
            return place.path
    raise NotFound("the library has no such file of this picture")


def _refuse(failed: dict[Path, str]) -> None:
    for path, reason in failed.items():
        raise InputError(f"{path.name}: {reason}", "nijigen library update")


def _pairs(library: Library, group: Group) -> list[DuplicatePair]:
    keep = picture_of(library.listing.with_hash(group.keeper.content.sha256))
    return [
        DuplicatePair(
            keep=keep,
            keep_path=name_of(group.path),
            reason=group.reason,
            other=picture_of(library.listing.with_hash(copy.entry.content.sha256)),
            other_path=name_of(copy.path),
            kinds=list(copy.kinds),
            changed=copy.changed,
        )
        for copy in group.copies
    ]
