"""The job store: all jobs and their states in SQLite, with one transaction per change."""

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
from nijigen.jobs.stores.job_rows import pictures_of, record_of
from nijigen.jobs.stores.pictures import PictureStore
from nijigen.jobs.stores.records import (
    FINISHED,
    JobRecord,
    Lane,
    Problem,
    State,
)

LISTED = 500
MOST_ABANDONED = 20
"""A job during which the process died this often is not started again: it may be the cause."""

Kind = Literal["data", "files", "report"]
"""Kind of a job's data: a result that is not a picture, the list of several files, or the
report of a command."""


@dataclass(frozen=True)
class Claim:
    """A job that a worker has claimed."""

    id: str
    attempt: int
    operation: str
    inputs: Mapping[str, Named]
    settings: Mapping[str, Any]
    name: str | None
    access: Access
    """What was allowed when the job was added."""


WEIGHT_OF_A_CRASH = 7
"""If the worker process dies, its job is the likely cause; if the whole server ends, it is not. So
one crash counts as much as seven ends of the server, and a job gets three attempts."""


class JobStore:
    """Jobs in a database; results that are pictures are in the picture store."""

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
        """Add a job to the end of its lane and return it.

        Its pictures are kept until it has ended.

        Args:
            operation: Id of the operation or command.
            inputs: Inputs by name.
            settings: Settings as JSON values.
            name: File name of the result.
            batch: Id of the group of jobs it belongs to.
            lane: The lane in which it waits.
            pictures: Picture ids among the inputs.
            access: What the job is allowed to do.

        Raises:
            NotFound: A picture does not exist.
        """
        id = secrets.token_hex(8)
        # The lock keeps pictures from being removed between the check and the insertion.
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
                # A discarded result that is used again is not discarded.
                connection.executemany(
                    "UPDATE pictures SET discarded = NULL WHERE id = ?",
                    [(picture,) for picture in pictures],
                )
                # Before a worker can see the job, so that it is returned as queued.
                return self.get(id)

    def get(self, id: str) -> JobRecord:
        """Return a job.

        Raises:
            NotFound: The job does not exist.
        """
        rows = self.database.rows("SELECT * FROM jobs WHERE id = ?", (id,))
        if not rows:
            raise NotFound(f"there is no job {id[:80]!r}", "GET /api/jobs lists them")
        return self._records(rows)[0]

    def newest(self, *, batch: str | None = None, state: State | None = None) -> list[JobRecord]:
        """Return jobs, the newest first."""
        rows = self.database.rows(
            "SELECT * FROM jobs WHERE (?1 IS NULL OR batch = ?1) AND (?2 IS NULL OR state = ?2) "
            "ORDER BY number DESC LIMIT ?3",
            (batch, state, LISTED),
        )
        return self._records(rows)

    def waiting(self) -> list[JobRecord]:
        """Return the jobs that have not ended, in the order they are run."""
        rows = self.database.rows(
            "SELECT * FROM jobs WHERE state IN ('running', 'queued') ORDER BY number LIMIT ?",
            (LISTED,),
        )
        return self._records(rows)

    def count_waiting(self) -> dict[str, int]:
        """Return the number of waiting jobs by lane, without lanes that have none."""
        rows = self.database.rows(
            "SELECT lane, COUNT(*) AS n FROM jobs WHERE state = 'queued' GROUP BY lane"
        )
        return {row["lane"]: row["n"] for row in rows}

    def claim(self, lane: Lane = "interactive") -> Claim | None:
        """Claim the oldest waiting job of a lane; return None if there is none."""
        with self.database.transaction() as connection:
            for row in connection.execute(
                "SELECT * FROM jobs WHERE state = 'queued' AND lane = ? ORDER BY number", (lane,)
            ):
                if (claim := _claim(row)) is not None:
                    break
                _refuse(connection, row)
            else:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, started = ? "
                "WHERE number = ?",
                (time.time(), row["number"]),
            )
        return claim

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
        """Record a result in the caller's transaction; return False if the job has ended already.

        Args:
            connection: The connection of the transaction.
            claim: The job.
            picture: Id of the result, if it is a single picture.
            data: JSON of the result, if it is something else.
            kind: Kind of the data.
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
        """Record a failure, unless the job was cancelled in the meantime."""
        self._end(claim, "failed", problem.model_dump_json())

    def give_up(self, claim: Claim) -> None:
        """Record that the operation was cancelled."""
        self._end(claim, "cancelled", None)

    def _end(self, claim: Claim, state: State, error: str | None) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, finished = ?, error = ? "
                "WHERE id = ? AND attempts = ? AND state = 'running'",
                (state, time.time(), error, claim.id, claim.attempt),
            )

    def put_back(self, claim: Claim) -> None:
        """Queue an interrupted job again; it keeps its place."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'queued', started = NULL "
                "WHERE id = ? AND attempts = ? AND state = 'running'",
                (claim.id, claim.attempt),
            )

    def recover(self, lane: Lane | None = None) -> None:
        """Queue jobs again that were running when the last process ended; they keep their places.

        Args:
            lane: Only jobs of this lane; by default, of all lanes.
        """
        detail = f"Nijigen was ended {MOST_ABANDONED} times during this job"
        self._abandon("?1 IS NULL OR lane = ?1", lane, 1, detail)

    def crashed(self, claim: Claim, how: str) -> None:
        """Queue a job again after its process died, or fail it if that happened too often.

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
        """Cancel a job; return False if it had already ended. Later results are discarded."""
        with self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE jobs SET state = 'cancelled', finished = ? "
                "WHERE id = ? AND state IN ('queued', 'running')",
                (time.time(), id),
            )
        return changed.rowcount == 1

    def forget(self, id: str, *, discard: bool = False) -> None:
        """Delete a job that has ended; its results stay in the picture store.

        Args:
            id: The job.
            discard: Its results may be removed when their space is needed.
        """
        with self.database.transaction() as connection:
            rows = connection.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchall()
            deleted = connection.execute(
                "DELETE FROM jobs WHERE id = ? AND state NOT IN ('queued', 'running')", (id,)
            )
            if deleted.rowcount and discard:
                now = self.pictures.clock.now()
                # Not those that another job has made, too.
                connection.executemany(
                    "UPDATE pictures SET discarded = ?1 WHERE id = ?2 AND NOT EXISTS (SELECT 1 "
                    "FROM jobs WHERE picture = ?2 OR kind = 'files' AND instr(data, ?2))",
                    [(now, picture) for row in rows for picture in pictures_of(row)],
                )

    def forget_older(self, seconds: float) -> None:
        """Delete jobs that ended more than some seconds ago; their results stay."""
        old = self.pictures.clock.now() - seconds
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM jobs WHERE finished < ?", (old,))

    def retry(
        self, id: str, pictures: Sequence[str] = (), access: Access = "read"
    ) -> JobRecord | None:
        """Queue a failed or cancelled job again and return it; None if it is in another state.

        Args:
            id: The job.
            pictures: Picture ids among its inputs.
            access: What the job is allowed to do from now on.

        Raises:
            NotFound: One of its pictures does not exist any more.
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
        pictures = self.pictures.find(id for row in rows for id in pictures_of(row))
        return [record_of(row, pictures) for row in rows]


def _claim(row: sqlite3.Row) -> Claim | None:
    """Return the claim of a waiting job, or None if its row is damaged."""
    record = record_of(row, {})
    if record.state != "queued":
        return None
    return Claim(
        row["id"],
        row["attempts"] + 1,
        record.operation,
        record.inputs,
        record.settings,
        record.name,
        row["access"],
    )


def _refuse(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """End a job whose row is damaged, so that it does not keep others waiting."""
    connection.execute(
        "UPDATE jobs SET state = 'failed', finished = ? WHERE number = ?",
        (time.time(), row["number"]),
    )


def ended(job: JobRecord) -> bool:
    """Return whether the job has ended: done, failed or cancelled."""
    return job.state in FINISHED


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
