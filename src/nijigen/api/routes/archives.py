"""Archives: many pictures as one ZIP file, streamed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import Field

from nijigen.api.refusals import TooManyFiles
from nijigen.api.request_body import RequestBody
from nijigen.api.responses import disposition
from nijigen.api.services import Served, Services
from nijigen.core.errors import NotFound
from nijigen.jobs.names import apart, file_name
from nijigen.jobs.stores.records import StoredPicture

router = APIRouter(prefix="/api/archives", tags=["pictures"])

CHUNK = 1 << 20


class ArchivedFile(RequestBody):
    """One file of an archive."""

    picture: str
    name: Annotated[str | None, Field(description="By default the picture's own name")] = None


class ArchiveRequest(RequestBody):
    """The requested content of an archive."""

    files: list[ArchivedFile] = Field(min_length=1)
    name: str | None = Field(None, description="File name of the archive")


class ZipResponse(StreamingResponse):
    """A zip file."""

    media_type = "application/zip"


@router.post("", response_class=ZipResponse)
def make_archive(asked: ArchiveRequest, services: Served) -> ZipResponse:
    """Return pictures as one zip file."""
    most = services.config.max_archived
    if len(asked.files) > most:
        raise TooManyFiles(f"more than {most} files for one archive", "make several archives")
    found = services.pictures.find(file.picture for file in asked.files)
    for file in asked.files:
        if file.picture not in found:
            raise NotFound(f"there is no picture {file.picture[:80]!r}", "it may be in the trash")
    pictures = [found[file.picture] for file in asked.files]
    for id in found:
        # An archive that has begun cannot turn into an error.
        services.pictures.path(id)
    names = apart(
        file_name(file.name or picture.name)
        for file, picture in zip(asked.files, pictures, strict=True)
    )
    name = file_name(asked.name, "nijigen.zip")
    return ZipResponse(
        _packed(services, list(zip(pictures, names, strict=True))),
        headers={"Content-Disposition": disposition("attachment", name)},
    )


class _Outlet(io.RawIOBase):
    """Buffers the output of the ZIP writer until it is sent."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]
        self._waiting += chunk
        return len(chunk)

    def taken(self) -> bytes:
        """Return and clear the buffered data."""
        waiting = bytes(self._waiting)
        self._waiting.clear()
        return waiting


def _packed(services: Services, files: list[tuple[StoredPicture, str]]) -> Iterator[bytes]:
    """Yield a ZIP file in chunks. Pictures are already compressed, so they are only stored."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for picture, name in files:
            entry = zipfile.ZipInfo(name, picture.created.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            entry.file_size = picture.bytes
            path = services.pictures.path(picture.id)
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield outlet.taken()
            yield outlet.taken()
    yield outlet.taken()
    services.pictures.count_download(picture.id for picture, _ in files)
