"""How jobs of each kind are checked and carried out, in whichever lane."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from nijigen.core import registry
from nijigen.core.binary import BinaryStream
from nijigen.core.declaration import ACCESSES, Access, AnyDeclaration
from nijigen.core.disk import sync_path
from nijigen.core.errors import InputError, NijigenError
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation
from nijigen.core.picture import FileFormat
from nijigen.core.run import Note, Run
from nijigen.imaging.files import decode, encode, format_of
from nijigen.jobs.batches.file_sets import content_of, is_missing, lost_in
from nijigen.jobs.contents import as_json
from nijigen.jobs.given import Finder, Given, Named, first_name, picture_ids, read_all
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import (
    Value,
    as_file,
    calculate,
    format_named,
    known_ending,
    named_format,
    returns_file,
    returns_picture,
    settings_for,
)
from nijigen.jobs.stores.kept import Facts, not_stored
from nijigen.jobs.stores.records import CommandReport, Lane, Problem, Record, fault, problem_of
from nijigen.jobs.stores.store import Kind

log = logging.getLogger("nijigen.jobs")


@dataclass(frozen=True)
class Prepared:
    """A validated job, as it is stored."""

    operation: str
    pictures: tuple[str, ...]
    """Ids of the pictures that it needs."""
    settings: Mapping[str, Any]
    name: str | None
    lane: Lane | None = None
    """The lane required by the kind of job; None if the caller may choose."""


class Work(Record):
    """The input of a performer: plain values, which may be sent to another process."""

    job: str
    operation: str
    inputs: dict[str, Given | tuple[Given, ...]]
    settings: dict[str, Any]
    name: str | None
    access: Access = "read"
    """What was allowed when it was added."""


class MadeFile(Record):
    """A picture file of a result, in the scratch folder."""

    path: Path
    sha256: str
    facts: Facts
    view: Path | None = None
    """A PNG rendering, if its format cannot be read."""

    def delete(self) -> None:
        """Delete it from the scratch folder, if it is still there."""
        for path in (self.path, self.view):
            if path is not None:
                path.unlink(missing_ok=True)


class MadeEntry(Record):
    """One of several result files: a picture file, or data."""

    name: str
    file: MadeFile | None = None
    data: Any = None

    def to_record(self) -> dict[str, Any]:
        """Return the entry as it is stored, with the id of its picture."""
        return {"name": self.name, "picture": self.file and self.file.sha256, "data": self.data}


class Made(Record):
    """The result of a job: a picture file, several files, data, or the report of a command."""

    ending: str
    """The usual ending of such a file."""
    file: MadeFile | None = None
    files: tuple[MadeEntry, ...] | None = None
    kind: Kind = "data"
    """The kind of data, if there is no picture."""
    data: str | None = None
    """JSON."""
    notes: tuple[Note, ...] = ()
    """What was lost or assumed during processing."""

    def name_for(self, work: Work) -> str:
        """Return the default name of the result of a job."""
        stem = PurePosixPath(first_name(work.inputs) or "result").stem
        return file_name(f"{stem}-{work.operation.rpartition('.')[2]}.{self.ending}")


class Performer(Protocol):
    """Validates and runs the jobs of one kind."""

    def prepare(
        self,
        id: str,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
        name: str | None,
        finder: Finder,
    ) -> Prepared:
        """Validate a job before it is queued.

        Raises:
            NijigenError: The job is invalid.
        """

    def declaration(self, id: str) -> AnyDeclaration:
        """Return the operation or command with an id.

        Raises:
            NotFound: It does not exist any more.
        """

    def perform(self, work: Work, run: Run, scratch: Path) -> Made:
        """Run a job, in any process; its files are written to the scratch folder.

        Raises:
            Cancelled: The run was cancelled.
            NijigenError: The job fails.
        """


def performer(id: str) -> Performer:
    """Return the performer of an operation or a command."""
    return COMMANDS if id in registry.command_ids() else OPERATIONS


def makes_file(declaration: AnyDeclaration) -> bool:
    """Return whether the result of a job takes space in the picture store."""
    return isinstance(declaration, Operation) and returns_file(declaration)


class _Operations:
    """Jobs that run an operation on stored pictures."""

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
        written = _written_down(found, settings_for(found, given, format), settings, given)
        pictures = tuple(picture_ids(found, inputs))
        lane: Lane | None = "network" if found.access == "network" else None
        return Prepared(found.id, pictures, written, name, lane)

    def declaration(self, id: str) -> AnyDeclaration:
        return registry.get(id)

    def perform(self, work: Work, run: Run, scratch: Path) -> Made:
        operation = registry.get(work.operation)
        _check_access(operation, work)
        values = read_all(operation, work.inputs, run)
        format = format_named(work.name) if returns_picture(operation) else None
        made = calculate(operation, values, work.settings, run)
        if isinstance(made, FileSet):
            every = (_entry(scratch, name, value, run) for name, value in made)
            entries = tuple(entry for entry in every if entry is not None)
            notes = tuple(dict.fromkeys((*run.notes, *lost_in(made))))
            return Made(ending="zip", files=entries, kind="files", notes=notes)
        result = as_file(made, work.settings, run, format)
        if result.format is None:
            return Made(ending=result.ending, data=as_json(result.value), notes=result.notes)
        file = _made_file(scratch, made, result.content, result.format)
        return Made(ending=result.ending, file=file, notes=result.notes)


class _Commands:
    """Jobs that run a command."""

    def prepare(
        self,
        id: str,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
        name: str | None,
        finder: Finder,
    ) -> Prepared:
        found = registry.get_command(id)
        _, given = finder.find_all(found, inputs, settings)
        if found.endless:
            words = found.id.replace(".", " ").replace("_", "-")
            raise InputError(
                f"{id} runs until it is stopped, and would hold up all other jobs",
                f"run it on the command line: nijigen {words}",
            )
        written = _written_down(found, found.check(given), settings, given)
        lane: Lane = "batch" if found.long else "interactive"
        if found.access == "network":
            lane = "network"
        return Prepared(found.id, tuple(picture_ids(found, inputs)), written, None, lane)

    def declaration(self, id: str) -> AnyDeclaration:
        return registry.get_command(id)

    def perform(self, work: Work, run: Run, scratch: Path) -> Made:
        command = registry.get_command(work.operation)
        _check_access(command, work)
        done = command.apply(read_all(command, work.inputs, run), work.settings, run)
        report = CommandReport(
            command=command.id,
            changes=list(done.changes),
            result=_as_data(done.result),
            notes=list(done.notes),
        )
        return Made(ending="json", kind="report", data=report.model_dump_json(), notes=run.notes)


OPERATIONS = _Operations()
COMMANDS = _Commands()


def _check_access(declaration: AnyDeclaration, work: Work) -> None:
    """Reject a job that would do more than was allowed when it was added.

    A recipe may have been edited since then, and its access is that of its steps.

    Raises:
        InputError: The job needs more access than it was given.
    """
    if ACCESSES.index(declaration.access) > ACCESSES.index(work.access):
        raise InputError(
            f"{declaration.id} was allowed to {work.access} when the job was added, and now needs "
            f"{declaration.access}",
            "add the job again",
        )


def _written_down(
    declaration: AnyDeclaration,
    values: Mapping[str, Any],
    named: Mapping[str, Any],
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Return settings as JSON values.

    A path is stored as it was requested and resolved when the job runs.

    Args:
        declaration: The operation or command.
        values: All settings, validated.
        named: The settings as requested.
        given: The same, with resolved paths.
    """
    written = declaration.settings_model.model_construct(**values).model_dump(mode="json")
    return {**written, **{key: value for key, value in named.items() if given[key] != value}}


def _entry(scratch: Path, name: str, value: Any, run: Run) -> MadeEntry | None:
    run.check()
    content = None
    if isinstance(value, BinaryStream):
        content = value.content
        if is_missing(content, value):
            return None
        # Pages are files already, and pictures like all others.
        pictured = known_ending(name)
        value = decode(content, name) if pictured else content.decode("utf-8", "replace")
    if not isinstance(value, Value):
        return MadeEntry(name=name, data=_as_data(value))
    format = format_of(PurePosixPath(name))
    content = content_of(name, value) if content is None else content
    return MadeEntry(name=name, file=_made_file(scratch, value, content, format))


def _as_data(value: Any) -> Any:
    """Return a value as JSON; text is a JSON value already."""
    return value if isinstance(value, str) else json.loads(as_json(value))


def _made_file(scratch: Path, value: Value, content: bytes, format: FileFormat) -> MadeFile:
    path = _written(scratch, content)
    view = _written(scratch, encode(value, "png")) if format == "svg" else None
    facts = Facts.of(value, format, len(content))
    digest = hashlib.sha256(content).hexdigest()
    return MadeFile(path=path, sha256=digest, facts=facts, view=view)


def problem_of_job(error: Exception | SystemExit, job: str) -> Problem:
    """Return the problem record of an error in a job; internal errors are logged."""
    if isinstance(error, NijigenError):
        return problem_of(error)
    log_id = secrets.token_hex(4)
    log.error("job %s failed by a fault, log id %s", job, log_id, exc_info=error)
    return fault(log_id)


def _written(scratch: Path, content: bytes) -> Path:
    path = scratch / secrets.token_hex(8)
    try:
        path.write_bytes(content)
        # Here, not when the server takes it: that holds a lock which everybody needs.
        sync_path(path)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise not_stored(error) from error
    return path
