"""The job store: every job and its state in SQLite, one transaction for every change."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nijigen.core.declaration import Access
from nijigen.core.errors import NotFound
from nijigen.core.run import Note
from nijigen.jobs.given import Named
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.pictures import PictureStore, moment
from nijigen.jobs.stores.records import (
    FINISHED,
    CommandReport,
    DataResult,
    FilesResult,
    JobRecord,
    Lane,
    Problem,
    SetFile,
    State,
    StoredPicture,
)

LISTED = 500
MOST_ABANDONED = 20
"""A job during which the process died so often is not begun again: it may be what kills it."""

Kind = Literal["data", "files", "report"]
"""What the data of a job are: a result that is no picture, the list of several files, or the
report of a command."""


@dataclass(frozen=True)
class Claim:
    """A job that the worker has taken up."""

    id: str
    attempt: int
    operation: str
    inputs: Mapping[str, Named]
    settings: Mapping[str, Any]
    name: str | None
    access: Access
    """What was allowed when the job was added."""


WEIGHT_OF_A_CRASH = 7
"""When the worker process dies, its job is the likely cause; when all of Nijigen is ended, it is
not. So one crash counts as seven ends of Nijigen, and a job gets three tries."""


class JobStore:
    """Jobs in a database. The results that are pictures lie in the picture store."""

    def __init__(self, database: Database, pictures: PictureStore) -> None:
        self.database = database
        self.pictures = pictures

    def add(
        self,
        operation: str,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
        name: str | None = None,
        batch: str | None = None,
        lane: Lane = "interactive",
        pictures: Sequence[str] = (),
        access: Access = "read",
    ) -> JobRecord:
        """Add a job to the end of its lane and return it as it waits there.

        Its pictures are kept until it has ended.

        Args:
            operation: Id of what is to be done.
            inputs: What flows in, by name.
            settings: As JSON has them.
            name: File name of the result.
            batch: Groups jobs.
            lane: Where it waits.
            pictures: Ids among the inputs.
            access: What it is allowed to do.

        Raises:
            NotFound: A picture is not there.
        """
        id = secrets.token_hex(8)
        # The lock keeps the pictures from being removed between the look and the writing.
        with self.pictures.holding():
            for picture in pictures:
                self.pictures.get(picture)
            with self.database.transaction() as connection:
                connection.execute(
                    "INSERT INTO jobs (id, operation, inputs, settings, name, batch, lane, access, "
                    "state, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)",
                    (
                        *(id, operation, _json(inputs), _json(settings)),
                        *(name, batch, lane, access, time.time()),
                    ),
                )
                # Before the worker can see it: what is told is what was done.
                return self.get(id)

    def get(self, id: str) -> JobRecord:
        """Return a job.

        Raises:
            NotFound: There is none.
        """
        rows = self.database.rows("SELECT * FROM jobs WHERE id = ?", (id,))
        if not rows:
            raise NotFound(f"there is no job {id[:80]!r}", "GET /api/jobs lists them")
        return self._records(rows)[0]

    def newest(self, *, batch: str | None = None, state: State | None = None) -> list[JobRecord]:
        """Return the newest jobs first."""
        rows = self.database.rows(
            "SELECT * FROM jobs WHERE (?1 IS NULL OR batch = ?1) AND (?2 IS NULL OR state = ?2) "
            "ORDER BY number DESC LIMIT ?3",
            (batch, state, LISTED),
        )
        return self._records(rows)

    def waiting(self) -> list[JobRecord]:
        """Return the jobs that have not ended, the next one first."""
        rows = self.database.rows(
            "SELECT * FROM jobs WHERE state IN ('running', 'queued') ORDER BY number LIMIT ?",
            (LISTED,),
        )
        return self._records(rows)

    def count_waiting(self) -> dict[str, int]:
        """Return how many jobs of each lane have not begun; no entry where it is none."""
        rows = self.database.rows(
            "SELECT lane, COUNT(*) AS n FROM jobs WHERE state = 'queued' GROUP BY lane"
        )
        return {row["lane"]: row["n"] for row in rows}

    def claim(self, lane: Lane = "interactive") -> Claim | None:
        """Take up the oldest job of a lane that waits; None where none does."""
        with self.database.transaction() as connection:
            row = connection.execute(
                "SELECT * FROM jobs WHERE state = 'queued' AND lane = ? ORDER BY number LIMIT 1",
                (lane,),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, started = ? "
                "WHERE id = ?",
                (time.time(), row["id"]),
            )
        return Claim(
            row["id"],
            row["attempts"] + 1,
            row["operation"],
            json.loads(row["inputs"]),
            json.loads(row["settings"]),
            row["name"],
            row["access"],
        )

    def finish(
        self,
        connection: sqlite3.Connection,
        claim: Claim,
        *,
        picture: str | None = None,
        data: str | None = None,
        kind: Kind = "data",
        name: str | None = None,
        notes: Sequence[Note] = (),
    ) -> bool:
        """Write a result in a transaction of the caller's; False if nobody waits for it.

        Args:
            connection: Of the transaction.
            claim: The job.
            picture: Id of the result, where it is one picture.
            data: JSON of the result, where it is something else.
            kind: What the data are.
            name: File name of the result.
            notes: What was lost or assumed.
        """
        changed = connection.execute(
            "UPDATE jobs SET state = 'done', finished = ?, picture = ?, data = ?, kind = ?, "
            "name = ?, notes = ? WHERE id = ? AND attempts = ? AND state = 'running'",
            (
                *(time.time(), picture, data, kind, name),
                _json([asdict(note) for note in notes]),
                *(claim.id, claim.attempt),
            ),
        )
        return changed.rowcount == 1

    def fail(self, claim: Claim, problem: Problem) -> None:
        """Write what went wrong, unless the job was cancelled meanwhile."""
        self._end(claim, "failed", problem.model_dump_json())

    def give_up(self, claim: Claim) -> None:
        """Write that the operation stopped by a request to cancel."""
        self._end(claim, "cancelled", None)

    def _end(self, claim: Claim, state: State, error: str | None) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, finished = ?, error = ? "
                "WHERE id = ? AND attempts = ? AND state = 'running'",
                (state, time.time(), error, claim.id, claim.attempt),
            )

    def put_back(self, claim: Claim) -> None:
        """Queue a job again that was interrupted; it keeps its place."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'queued', started = NULL "
                "WHERE id = ? AND attempts = ? AND state = 'running'",
                (claim.id, claim.attempt),
            )

    def recover(self, lane: Lane | None = None) -> None:
        """Queue again what ran when the last process ended; it keeps its place.

        Args:
            lane: Only of this lane; by default of all.
        """
        detail = f"Nijigen was ended {MOST_ABANDONED} times during this job"
        self._abandon("?1 IS NULL OR lane = ?1", lane, 1, detail)

    def crashed(self, claim: Claim, how: str) -> None:
        """Queue a job again whose process died, or let it fail if that happened too often.

        Args:
            claim: The job.
            how: How the process ended, in a few words.
        """
        detail = f"the process that worked on this job died again and again ({how})"
        self._abandon("id = ?1", claim.id, WEIGHT_OF_A_CRASH, detail)

    def _abandon(self, which: str, value: str | None, weight: int, detail: str) -> None:
        hint = "it may need more memory than there is; try a smaller picture, or retry it"
        problem = Problem(title="Fault", status=500, detail=detail, hint=hint)
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'failed', finished = ?2, error = ?3 "
                f"WHERE state = 'running' AND abandoned + ?4 >= ?5 AND ({which})",
                (value, time.time(), problem.model_dump_json(), weight, MOST_ABANDONED),
            )
            connection.execute(
                "UPDATE jobs SET state = 'queued', started = NULL, abandoned = abandoned + ?2 "
                f"WHERE state = 'running' AND ({which})",
                (value, weight),
            )

    def cancel(self, id: str) -> bool:
        """Cancel a job; False if it had ended. A result that comes later is not written."""
        with self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE jobs SET state = 'cancelled', finished = ? "
                "WHERE id = ? AND state IN ('queued', 'running')",
                (time.time(), id),
            )
        return changed.rowcount == 1

    def forget(self, id: str) -> None:
        """Remove a job that has ended; its result stays in the picture store."""
        with self.database.transaction() as connection:
            connection.execute(
                "DELETE FROM jobs WHERE id = ? AND state NOT IN ('queued', 'running')", (id,)
            )

    def forget_older(self, seconds: float) -> None:
        """Remove jobs that ended longer ago than this."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM jobs WHERE finished < ?", (time.time() - seconds,))

    def retry(
        self, id: str, pictures: Sequence[str] = (), access: Access = "read"
    ) -> JobRecord | None:
        """Queue a failed or cancelled job again and return it; None if it is neither.

        Args:
            id: The job.
            pictures: Ids among its inputs.
            access: What it is allowed to do now.

        Raises:
            NotFound: One of its pictures is gone.
        """
        with self.pictures.holding():
            for picture in pictures:
                self.pictures.get(picture)
            with self.database.transaction() as connection:
                changed = connection.execute(
                    "UPDATE jobs SET state = 'queued', abandoned = 0, access = ?, "
                    "started = NULL, finished = NULL, error = NULL, notes = '[]' "
                    "WHERE id = ? AND state IN ('failed', 'cancelled')",
                    (access, id),
                )
                return self.get(id) if changed.rowcount == 1 else None

    def _records(self, rows: list[sqlite3.Row]) -> list[JobRecord]:
        pictures = self.pictures.find(id for row in rows for id in _pictures_of(row))
        return [_record(row, pictures) for row in rows]


def _pictures_of(row: sqlite3.Row) -> list[str]:
    if row["kind"] != "files" or row["data"] is None:
        return [row["picture"]] if row["picture"] else []
    return [file["picture"] for file in json.loads(row["data"]) if file["picture"]]


def _result(row: sqlite3.Row, pictures: Mapping[str, StoredPicture]) -> Any:
    if row["data"] is None:
        return pictures.get(row["picture"])
    data = json.loads(row["data"])
    if row["kind"] == "report":
        return CommandReport.model_validate(data)
    if row["kind"] == "files":
        files = [SetFile(**{**file, "picture": pictures.get(file["picture"])}) for file in data]
        return FilesResult(files=files)
    return DataResult(data=data)


def _record(row: sqlite3.Row, pictures: Mapping[str, StoredPicture]) -> JobRecord:
    return JobRecord(
        id=row["id"],
        operation=row["operation"],
        inputs=json.loads(row["inputs"]),
        settings=json.loads(row["settings"]),
        name=row["name"],
        batch=row["batch"],
        lane=row["lane"],
        state=row["state"],
        progress=1.0 if row["state"] == "done" else 0.0,
        eta=None,
        created=moment(row["created"]),
        started=None if row["started"] is None else moment(row["started"]),
        finished=None if row["finished"] is None else moment(row["finished"]),
        result=_result(row, pictures),
        notes=tuple(Note(**note) for note in json.loads(row["notes"])),
        error=None if row["error"] is None else Problem.model_validate_json(row["error"]),
    )


def ended(job: JobRecord) -> bool:
    """Return whether nothing more will happen to the job by itself."""
    return job.state in FINISHED


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
