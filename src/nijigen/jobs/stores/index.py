"""The index: brings the rows of pictures and their files together at each start."""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from nijigen.core.atomic import remove_leftovers
from nijigen.core.errors import OutputError
from nijigen.jobs.stores import sidecars
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.derived import DERIVED
from nijigen.jobs.stores.files import PICTURE_ID, entries
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.records import moment
from nijigen.jobs.stores.sidecars import Sidecar

log = logging.getLogger("nijigen.studio")


@dataclass
class Listing:
    """What is in the folder of the pictures.

    Attributes:
        files: Picture files in their places, by id.
        sidecars: Ids of pictures that have a sidecar in its place.
        strays: Everything else.
    """

    files: dict[str, Path] = field(default_factory=dict)
    sidecars: set[str] = field(default_factory=set)
    strays: list[Path] = field(default_factory=list)


def listing(folder: DataFolder) -> Listing:
    """Return what is in the folder of the pictures; it may be missing."""
    found = Listing()
    for path in entries(folder.pictures) if folder.pictures.is_dir() else ():
        id = path.name.removesuffix(sidecars.ENDING)
        if not PICTURE_ID.fullmatch(id) or path.parent.name != id[:2] or not path.is_file():
            if not _PART.fullmatch(path.name):
                found.strays.append(path)
        elif id == path.name:
            found.files[id] = path
        else:
            found.sidecars.add(id)
    found.strays += [
        folder.pictures / id[:2] / f"{id}{sidecars.ENDING}"
        for id in found.sidecars
        if id not in found.files
    ]
    return found


def settle(folder: DataFolder, database: Database) -> None:
    """Bring rows and files together; the caller has the lock of the folder.

    A picture file that the database does not know is added again if it has its sidecar. What else
    is unknown goes to lost+found; derived files of pictures that are gone are deleted. Pictures of
    earlier versions get their sidecars. In a folder that was just adopted, nothing is moved or
    deleted until the next start.
    """
    if folder.pictures.is_dir():
        for each in folder.pictures.iterdir():
            remove_leftovers(each)
    found = listing(folder)
    rows = {row["id"]: row for row in database.rows("SELECT * FROM pictures")}
    unknown = {id: path for id, path in found.files.items() if id not in rows}
    read = map(sidecars.read_or_none, unknown.values())
    restored = [one for one in read if one is not None and _fits(folder, one)]
    if restored:
        add_rows(database, restored)
        log.warning(
            "%d picture(s) were missing in the database and were added again from their files; "
            "nijigen studio check tells more",
            len(restored),
        )
    known = rows.keys() | {one.id for one in restored}
    missing = [p for id, p in found.files.items() if id in rows and id not in found.sidecars]
    _complete_sidecars(missing, rows)
    if folder.adopted:
        return
    strays = found.strays + folder.unknown_in_scratch()
    for id, path in unknown.items():
        if id not in known:
            strays += [path, *([sidecars.path_beside(path)] if id in found.sidecars else [])]
    folder.set_all_aside(strays + _settle_derived(folder, known))


def _settle_derived(folder: DataFolder, known: Iterable[str]) -> list[Path]:
    """Delete derived files of pictures that are gone; return files that are something else."""
    ids, strays = set(known), []
    for path in entries(folder.derived):
        match = DERIVED.fullmatch(path.name)
        if match is None or path.parent.name != path.name[:2] or not path.is_file():
            strays.append(path)
        elif match["id"] not in ids:
            path.unlink(missing_ok=True)
    return strays


def add_rows(database: Database, found: Iterable[Sidecar]) -> None:
    """Add the rows of pictures from their sidecars, as if they had just been used."""
    now = time.time()
    with database.transaction() as connection:
        for sidecar in found:
            add_row(connection, sidecar, now)


def add_row(connection: sqlite3.Connection, sidecar: Sidecar, used: float) -> None:
    """Add the row of a picture, in the caller's transaction.

    A picture that is there already, or in the trash, is there again as if it were new; what was
    uploaded stays an upload.
    """
    connection.execute(
        "INSERT INTO pictures (id, name, format, width, height, channels, depth, frames, bytes,"
        " created, used, origin) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, used = excluded.used, "
        "format = excluded.format, width = excluded.width, height = excluded.height, "
        "channels = excluded.channels, depth = excluded.depth, frames = excluded.frames, "
        "bytes = excluded.bytes, "
        "created = CASE WHEN typeof(created) = 'real' AND created BETWEEN 0 AND 1e11 "
        "THEN created ELSE excluded.created END, "
        "origin = CASE excluded.origin WHEN 'upload' THEN 'upload' ELSE origin END, "
        "trashed = NULL, downloaded = NULL, discarded = NULL",
        (
            *(sidecar.id, sidecar.name, *astuple(sidecar.facts)),
            *(sidecar.created.timestamp(), used, sidecar.origin),
        ),
    )


def sidecar_of(row: sqlite3.Row | Mapping[str, Any]) -> Sidecar | None:
    """Return the sidecar that a row describes, or None if the row is damaged."""
    values = {name: row[name] for name in row.keys() if name in Sidecar.model_fields}  # noqa: SIM118
    try:
        values["created"] = moment(values["created"])
        return Sidecar.model_validate(values)
    except (ValueError, TypeError):
        return None


def _complete_sidecars(missing: Iterable[Path], rows: Mapping[str, sqlite3.Row]) -> None:
    """Write the sidecars that earlier versions did not write."""
    for path in missing:
        sidecar = sidecar_of(rows[path.name])
        try:
            if sidecar is not None:
                sidecars.write(path, sidecar)
        except OutputError as error:
            log.warning("%s; %s", error.message, error.hint)
            return


def _fits(folder: DataFolder, sidecar: Sidecar) -> bool:
    path = folder.pictures / sidecar.id[:2] / sidecar.id
    return path.stat().st_size == sidecar.bytes


_PART = re.compile(r"\.nijigen-[0-9a-f]{16}\.part")
