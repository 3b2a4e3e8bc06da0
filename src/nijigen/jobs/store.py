"""The job store: every job and its state in SQLite, one transaction for every change."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nijigen.core.errors import NotFound
from nijigen.jobs.database import Database
from nijigen.jobs.pictures import PictureStore, moment
from nijigen.jobs.records import FINISHED, DataResult, JobRecord, Problem, State

LISTED = 500
MOST_ABANDONED = 20
"""A job during which the process died so often is not begun again: it may be what kills it."""


@dataclass(frozen=True)
class Claim:
    """A job that the worker has taken up."""

    id: str
    attempt: int
    operation: str
    inputs: Mapping[str, str]
    settings: Mapping[str, Any]
    name: str | None


class JobStore:
    """Jobs in a database. The results that are pictures lie in the picture store."""

    def __init__(self, database: Database, pictures: PictureStore) -> None:
        self.database = database
        self.pictures = pictures

    def add(
        self,
        operation: str,
        inputs: Mapping[str, str],
        settings: Mapping[str, Any],
        name: str | None = None,
        batch: str | None = None,
    ) -> JobRecord:
        """Add a job to the end of the queue and return it as it waits there.

        Its pictures are kept until it has ended.

        Raises:
            NotFound: A picture is not there.
        """
        id = secrets.token_hex(8)
        # The lock keeps the pictures from being removed between the look and the writing.
        with self.pictures.holding():
            for picture in inputs.values():
                self.pictures.get(picture)
            with self.database.transaction() as connection:
                connection.execute(
                    "INSERT INTO jobs (id, operation, inputs, settings, name, batch, state, "
                    "created) VALUES (?, ?, ?, ?, ?, ?, 'queued', ?)",
                    (id, operation, _json(inputs), _json(settings), name, batch, time.time()),
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

    def claim(self) -> Claim | None:
        """Take up the oldest job that waits; None where none does."""
        with self.database.transaction() as connection:
            row = connection.execute(
                "SELECT * FROM jobs WHERE state = 'queued' ORDER BY number LIMIT 1"
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
        )

    def finish(
        self,
        connection: sqlite3.Connection,
        claim: Claim,
        *,
        picture: str | None = None,
        data: str | None = None,
        name: str | None = None,
    ) -> bool:
        """Write a result in a transaction of the caller's; False if nobody waits for it."""
        changed = connection.execute(
            "UPDATE jobs SET state = 'done', finished = ?, picture = ?, data = ?, name = ? "
            "WHERE id = ? AND attempts = ? AND state = 'running'",
            (time.time(), picture, data, name, claim.id, claim.attempt),
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

    def recover(self) -> None:
        """Queue again what ran when the last process ended; it keeps its place."""
        problem = Problem(
            title="Fault",
            status=500,
            detail=f"Nijigen was ended {MOST_ABANDONED} times during this job",
            hint="it may need more memory than there is; try a smaller picture, or retry it",
        )
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'failed', finished = ?, error = ? "
                "WHERE state = 'running' AND abandoned + 1 >= ?",
                (time.time(), problem.model_dump_json(), MOST_ABANDONED),
            )
            connection.execute(
                "UPDATE jobs SET state = 'queued', started = NULL, abandoned = abandoned + 1 "
                "WHERE state = 'running'"
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

    def retry(self, id: str) -> JobRecord | None:
        """Queue a failed or cancelled job again and return it; None if it is neither.

        Raises:
            NotFound: One of its pictures is gone.
        """
        with self.pictures.holding():
            for picture in self.get(id).inputs.values():
                self.pictures.get(picture)
            with self.database.transaction() as connection:
                changed = connection.execute(
                    "UPDATE jobs SET state = 'queued', abandoned = 0, "
                    "started = NULL, finished = NULL, error = NULL "
                    "WHERE id = ? AND state IN ('failed', 'cancelled')",
                    (id,),
                )
                return self.get(id) if changed.rowcount == 1 else None

    def _records(self, rows: list[sqlite3.Row]) -> list[JobRecord]:
        pictures = self.pictures.find(row["picture"] for row in rows if row["picture"])
        return [_record(row, pictures) for row in rows]


def _record(row: sqlite3.Row, pictures: Mapping[str, Any]) -> JobRecord:
    result: Any = pictures.get(row["picture"])
    if row["data"] is not None:
        result = DataResult(data=json.loads(row["data"]))
    return JobRecord(
        id=row["id"],
        operation=row["operation"],
        inputs=json.loads(row["inputs"]),
        settings=json.loads(row["settings"]),
        name=row["name"],
        batch=row["batch"],
        state=row["state"],
        progress=1.0 if row["state"] == "done" else 0.0,
        eta=None,
        created=moment(row["created"]),
        started=None if row["started"] is None else moment(row["started"]),
        finished=None if row["finished"] is None else moment(row["finished"]),
        result=result,
        error=None if row["error"] is None else Problem.model_validate_json(row["error"]),
    )


def ended(job: JobRecord) -> bool:
    """Return whether nothing more will happen to the job by itself."""
    return job.state in FINISHED


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
