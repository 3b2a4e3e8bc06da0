"""How jobs of one kind are checked and done, whichever lane they are in."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from nijigen.core import registry
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import NijigenError
from nijigen.core.run import Note, Run
from nijigen.imaging.files import encode
from nijigen.jobs.contents import as_json
from nijigen.jobs.given import Finder, Given, Named, picture_ids, read_all
from nijigen.jobs.kept import Facts, not_stored
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import (
    format_named,
    named_format,
    perform,
    returns_picture,
    settings_for,
)
from nijigen.jobs.records import Lane, Problem, Record, fault, problem_of

log = logging.getLogger("nijigen.jobs")


@dataclass(frozen=True)
class Prepared:
    """A job that was checked, as it is written down."""

    operation: str
    pictures: tuple[str, ...]
    """Ids of those that it needs."""
    settings: Mapping[str, Any]
    name: str | None
    lane: Lane | None = None
    """Where it belongs by its nature; None where that is for the one who asks."""


class Work(Record):
    """What a performer is given: plain values, which may go to another process."""

    job: str
    operation: str
    inputs: dict[str, Given | tuple[Given, ...]]
    settings: dict[str, Any]
    name: str | None


class MadeFile(Record):
    """A picture file that was made, in the scratch folder."""

    path: Path
    sha256: str
    facts: Facts
    view: Path | None = None
    """A PNG of what it shows, where it is of a format that is not read here."""


class Made(Record):
    """What a job made: a picture file, or data."""

    ending: str
    """The usual ending of such a file."""
    file: MadeFile | None = None
    data: str | None = None
    """JSON."""
    notes: tuple[Note, ...] = ()
    """What was lost or assumed on the way."""


class Performer(Protocol):
    """Checks and does the jobs of one kind."""

    def prepare(
        self,
        id: str,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
        name: str | None,
        finder: Finder,
    ) -> Prepared:
        """Check a job before it is queued.

        Raises:
            NijigenError: It cannot be done as it was asked for.
        """

    def declaration(self, id: str) -> AnyDeclaration:
        """Return what was declared under the id.

        Raises:
            NotFound: It is there no longer.
        """

    def perform(self, work: Work, run: Run, scratch: Path) -> Made:
        """Do a job, in whichever process; files that it makes lie in the scratch folder.

        Raises:
            Cancelled: Somebody asked to stop.
            NijigenError: It cannot be done.
        """


def performer(id: str) -> Performer:
    """Return who does the jobs of this id."""
    return OPERATIONS


class _Operations:
    """Jobs that run an operation on pictures of the store."""

    def prepare(
        self,
        id: str,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
        name: str | None,
        finder: Finder,
    ) -> Prepared:
        found = registry.get(id)
        _, given = finder.find_all(found, inputs, settings)
        name = file_name(name) if name else None
        format = format_named(name) if returns_picture(found) else None
        if (
            name
            and not returns_picture(found)
            and (asked := named_format(found, PurePosixPath(name)))
        ):
            given = {"format": asked, **given}
        values = settings_for(found, given, format)
        written = found.settings_model.model_construct(**values).model_dump(mode="json")
        # A path stays as it was asked for: where it leads is looked up when the job runs.
        named = {key: value for key, value in settings.items() if given[key] != value}
        pictures = tuple(picture_ids(found, inputs))
        lane: Lane | None = "network" if found.access == "network" else None
        return Prepared(found.id, pictures, {**written, **named}, name, lane)

    def declaration(self, id: str) -> AnyDeclaration:
        return registry.get(id)

    def perform(self, work: Work, run: Run, scratch: Path) -> Made:
        operation = registry.get(work.operation)
        values = read_all(operation, work.inputs, run)
        format = format_named(work.name) if returns_picture(operation) else None
        result = perform(operation, values, work.settings, run, format)
        if result.format is None:
            return Made(ending=result.ending, data=as_json(result.value), notes=result.notes)
        path = _written(scratch, result.content)
        drawn = result.format == "svg"
        view = _written(scratch, encode(result.value, "png")) if drawn else None
        facts = Facts.of(result.value, result.format, len(result.content))
        digest = hashlib.sha256(result.content).hexdigest()
        file = MadeFile(path=path, sha256=digest, facts=facts, view=view)
        return Made(ending=result.ending, file=file, notes=result.notes)


OPERATIONS = _Operations()


def problem_of_job(error: Exception, job: str) -> Problem:
    """Return what is told about an error of a job; what is our own fault goes to the log."""
    if isinstance(error, NijigenError):
        return problem_of(error)
    log_id = secrets.token_hex(4)
    log.error("job %s failed by a fault, log id %s", job, log_id, exc_info=error)
    return fault(log_id)


def _written(scratch: Path, content: bytes) -> Path:
    path = scratch / secrets.token_hex(8)
    try:
        path.write_bytes(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise not_stored(error) from error
    return path
