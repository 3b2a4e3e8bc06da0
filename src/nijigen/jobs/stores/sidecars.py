"""Sidecars: a small JSON file beside each picture file, from which its row can be made again.

It has the name and the date of a picture, which its file does not have. It is written before the
picture is acknowledged, so that a database that is lost takes nothing of the pictures with it.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from nijigen.core import private
from nijigen.core.atomic import write_bytes
from nijigen.core.errors import NijigenError
from nijigen.core.picture import FileFormat
from nijigen.core.strict import read_json
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.kept import Facts
from nijigen.jobs.stores.records import Origin

ENDING = ".json"
LARGEST = 64 << 10
"""Bytes that are read of a sidecar; ours have about 400."""

Count = Annotated[int, Field(ge=0, lt=1 << 63)]


class Sidecar(BaseModel):
    """What a sidecar says about its picture."""

    model_config = ConfigDict(frozen=True)

    version: Annotated[int, Field(ge=1)] = 1
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="sha256 of the picture file")]
    name: str
    created: AwareDatetime
    origin: Origin = "upload"
    format: FileFormat
    width: Count
    height: Count
    channels: Count
    depth: Count
    frames: Count
    bytes: Count

    @classmethod
    def of(cls, id: str, name: str, created: float, facts: Facts, origin: Origin) -> Sidecar:
        """Return the sidecar of a picture.

        Args:
            id: Its sha256.
            name: Its file name for display.
            created: When it was stored, in seconds since 1970.
            facts: Properties of its content.
            origin: Where it comes from.
        """
        moment = datetime.fromtimestamp(created, UTC)
        return cls(id=id, name=name, created=moment, origin=origin, **asdict(facts))

    @property
    def facts(self) -> Facts:
        """The properties of the content."""
        return Facts(
            **{name: getattr(self, name) for name in Facts.__dataclass_fields__},
        )


def path_beside(picture: Path) -> Path:
    """Return the path of the sidecar of a picture file."""
    return picture.with_name(picture.name + ENDING)


def write(picture: Path, sidecar: Sidecar) -> None:
    """Write the sidecar of a picture file atomically.

    Raises:
        OutputError: The disk is full.
    """
    text = sidecar.model_dump_json(indent=2) + "\n"
    write_bytes(path_beside(picture), text.encode(), private.FILE)


def read(picture: Path) -> Sidecar | None:
    """Return the sidecar of a picture file, or None if it is missing.

    Raises:
        ValueError: It is damaged, or that of another picture.
    """
    try:
        with path_beside(picture).open("rb") as file:
            content = file.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(error.strerror) from None
    try:
        found = Sidecar.model_validate(read_json(content))
    except ValidationError as error:
        first: Any = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if found.id != picture.name:
        raise ValueError("it is that of another picture")
    # Somebody may have written it by hand.
    return found.model_copy(update={"name": file_name(found.name)})


def read_or_none(picture: Path) -> Sidecar | None:
    """Return the sidecar of a picture file, or None if it is missing or damaged."""
    try:
        return read(picture)
    except ValueError:
        return None


def described(picture: Path) -> Sidecar | None:
    """Return a sidecar from the content of a picture file, named by its id.

    Returns:
        None if the content is not that of the id, or cannot be read as a picture.
    """
    try:
        content = picture.read_bytes()
        if hashlib.sha256(content).hexdigest() != picture.name:
            return None
        value = decode(content)
        created = picture.stat().st_mtime
    except (NijigenError, OSError):
        return None
    format = value.info.format or "png"
    name = f"{picture.name[:12]}.{format}"
    return Sidecar.of(picture.name, name, created, Facts.of(value, format, len(content)), "upload")
