"""Records of the queue and the picture store, also used as the JSON of the HTTP API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from nijigen.core.errors import NijigenError
from nijigen.core.picture import FileFormat
from nijigen.core.run import Note

State = Literal["queued", "running", "done", "failed", "cancelled"]
FINISHED: tuple[State, ...] = ("done", "failed", "cancelled")
Lane = Literal["interactive", "batch", "network"]
"""Interactive: someone waits for it. Batch: many files, in a process that is suspended while
someone works. Network: mostly waits for other machines."""
LANES: tuple[Lane, ...] = get_args(Lane)


class Record(BaseModel):
    """Base of all records, which are immutable."""

    model_config = ConfigDict(frozen=True)


Origin = Literal["upload", "result"]
"""Where a picture comes from: a user's upload, or a job."""


class StoredPicture(Record):
    """A picture file in the store."""

    id: str = Field(pattern=r"^[0-9a-f]{64}$", description="sha256 of the file, in hexadecimal")
    name: str = Field(description="File name for display; never used as a path")
    format: FileFormat
    width: int
    height: int
    channels: int
    depth: int
    frames: int
    bytes: int
    created: datetime
    origin: Origin = Field(description="Uploaded by a user, or the result of a job")
    downloaded: bool = Field(description="Whether the whole file was downloaded")
    deleted: datetime | None = Field(description="When it was moved to the trash, if it is there")
    expires: datetime | None = Field(
        description="In the trash: when it is deleted for good. A result that was downloaded or "
        "discarded: when it is removed if unused until then. Others are kept"
    )


def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as a time in UTC, to the millisecond.

    Raises:
        ValueError: No calendar has such a time.
    """
    try:
        return datetime.fromtimestamp(round(seconds, 3), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{seconds} is not a time") from error


class SpaceUse(Record):
    """The size and number of some files."""

    bytes: int = 0
    files: int = 0


class SpaceReport(Record):
    """What takes the space of a data folder, in bytes."""

    quota: int = Field(description="Limit of uploads, results, derived files and trash together")
    used: int = Field(description="What counts towards the quota")
    removable: int = Field(description="What is removed without being asked if room is needed")
    free: int = Field(description="Free on the disk")
    uploads: SpaceUse
    results: SpaceUse
    derived: SpaceUse = Field(description="Thumbnails and the like, which can be made again")
    trash: SpaceUse
    lost_and_found: SpaceUse = Field(description="Unknown files set aside; outside the quota")
    trash_days: float = Field(description="How many days deleted pictures stay in the trash")


class Problem(Record):
    """An error (RFC 9457): one line, and a hint on what to do."""

    type: str = "about:blank"
    title: str = Field(description="Class of the error")
    status: int
    detail: str
    hint: str = ""
    field: str | None = None
    limit: str | None = None
    model: str | None = Field(None, description="The model whose download would solve it")
    log_id: str | None = Field(None, description="Identifies an internal error in the log")


class DataResult(Record):
    """A result that is not a picture."""

    data: Any


class SetFile(Record):
    """One of several result files: a stored picture, or data."""

    name: str = Field(description="File name, possibly with folders")
    picture: StoredPicture | None = None
    data: Any = None


class FilesResult(Record):
    """A result of several files, in order."""

    files: list[SetFile]


class CommandReport(Record):
    """What a command did, or would do."""

    command: str
    dry_run: bool = False
    changes: list[str] = Field(description="One line per change")
    result: Any = None
    notes: list[str] = []


class JobRecord(Record):
    """One job of the queue."""

    id: str
    operation: str = Field(description="Id of the operation, or of the command")
    inputs: dict[str, str | list[str]] = Field(
        description="Ids, paths in roots and texts, by input name"
    )
    settings: dict[str, Any]
    name: str | None = Field(description="File name of the result")
    batch: str | None
    lane: Lane = Field(description="Jobs of one lane run one after the other")
    state: State
    suspended: bool = Field(False, description="Suspended while someone works interactively")
    progress: float = Field(ge=0, le=1)
    eta: float | None = Field(description="Estimated seconds left, if known")
    looks: int = Field(0, description="Number of partial results so far, see /look")
    created: datetime
    started: datetime | None
    finished: datetime | None
    result: StoredPicture | FilesResult | CommandReport | DataResult | None
    notes: tuple[Note, ...] = Field((), description="What was lost or assumed")
    error: Problem | None


class LaneState(Record):
    """State of one lane."""

    waiting: int = Field(description="Jobs that have not started")
    running: str | None = Field(description="Id of the running job")


class Memory(Record):
    """Memory of the processes in bytes (resident set size)."""

    server: int
    worker: int | None = Field(description="The process of the batch lane, while there is one")


class QueueState(Record):
    """State of the queue."""

    paused: bool
    suspended: bool = Field(description="The batch is suspended while someone works")
    lanes: dict[Lane, LaneState]
    memory: Memory


def problem_of(error: NijigenError, status: int | None = None) -> Problem:
    """Return the problem record of an error."""
    title = type(error).__name__
    return Problem(
        type=f"/problems/{title}",
        title=title,
        status=status or error.http_status,
        detail=error.message,
        hint=error.hint,
        field=getattr(error, "field", None) or None,
        limit=getattr(error, "limit", None) or None,
        model=getattr(error, "model", None) or None,
    )


def fault(log_id: str) -> Problem:
    """Return the problem record of an internal error."""
    return Problem(
        type="/problems/Fault",
        title="Fault",
        status=500,
        detail="a fault of Nijigen's own",
        hint=f"please report it with the lines of the log around {log_id}",
        log_id=log_id,
    )
