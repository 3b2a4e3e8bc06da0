"""Rows of the table of jobs as records; a row that is damaged takes down no list of others."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nijigen.core.declaration import ACCESSES
from nijigen.core.run import Note
from nijigen.core.strict import read_json
from nijigen.jobs.stores.records import (
    LANES,
    CommandReport,
    DataResult,
    FilesResult,
    JobRecord,
    Problem,
    SetFile,
    StoredPicture,
    moment,
)

log = logging.getLogger("nijigen.jobs")

# What reading a value of a wrong type, range or form raises; those of pydantic are ValueErrors.
_WRONG = (ValueError, TypeError, KeyError, AttributeError)
_logged: set[str] = set()


def record_of(row: sqlite3.Row, pictures: Mapping[str, StoredPicture]) -> JobRecord:
    """Return a row as the record of a job.

    If the row is damaged, the job counts as failed, and can be deleted; that is logged once.

    Args:
        row: All columns of the job.
        pictures: Pictures by id; those that are missing are gone.
    """
    try:
        return _read(row, pictures)
    except _WRONG as error:
        if (id := str(row["id"])) not in _logged:
            _logged.add(id)
            log.warning("the row of job %s is damaged: %s", id, str(error).splitlines()[0])
        return damaged_job(row)


def is_damaged(row: sqlite3.Row) -> bool:
    """Return whether a row cannot be read as a job."""
    try:
        _read(row, {})
    except _WRONG:
        return True
    return False


def damaged_job(row: sqlite3.Row) -> JobRecord:
    """Return what is shown of a job whose row is damaged."""
    return JobRecord(
        id=str(row["id"]),
        operation=str(row["operation"]),
        inputs={},
        settings={},
        name=None,
        batch=row["batch"] if isinstance(row["batch"], str) else None,
        lane=row["lane"] if row["lane"] in LANES else "interactive",
        state="failed",
        progress=0.0,
        eta=None,
        created=_moment_or_first(row["created"]),
        started=None,
        finished=None,
        result=None,
        error=Problem(
            type="/problems/DamagedJob",
            title="DamagedJob",
            status=503,
            detail="what is stored of this job is damaged",
            hint="delete it, or stop the studio and run: nijigen studio check --repair",
        ),
    )


def _moment_or_first(seconds: Any) -> datetime:
    try:
        return moment(seconds)
    except (ValueError, TypeError):
        return moment(0.0)


def pictures_of(row: sqlite3.Row) -> list[str]:
    """Return the ids of the pictures that are a job's result; none if its row is damaged."""
    try:
        if row["kind"] != "files" or row["data"] is None:
            found = [row["picture"]]
        else:
            found = [file["picture"] for file in read_json(row["data"], halves=True)]
    except _WRONG:
        return []
    return [id for id in found if id and isinstance(id, str)]


def _result(row: sqlite3.Row, pictures: Mapping[str, StoredPicture]) -> Any:
    if row["data"] is None:
        return pictures.get(row["picture"])
    data = read_json(row["data"], halves=True)
    if row["kind"] == "report":
        return CommandReport.model_validate(data)
    if row["kind"] == "files":
        files = [SetFile(**{**file, "picture": pictures.get(file["picture"])}) for file in data]
        return FilesResult(files=files)
    return DataResult(data=data)


def _read(row: sqlite3.Row, pictures: Mapping[str, StoredPicture]) -> JobRecord:
    for name in ("attempts", "abandoned"):
        if not isinstance(row[name], int):
            raise TypeError(f"{name} is no number")
    if row["access"] not in ACCESSES:
        raise ValueError("access is unknown")
    return JobRecord(
        id=row["id"],
        operation=row["operation"],
        inputs=read_json(row["inputs"], halves=True),
        settings=read_json(row["settings"], halves=True),
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
        notes=tuple(Note(**note) for note in read_json(row["notes"], halves=True)),
        error=None if row["error"] is None else Problem.model_validate_json(row["error"]),
    )
