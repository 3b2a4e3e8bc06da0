"""What the database says of pictures, and how their files are deleted."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import fields
from typing import Literal

from nijigen.core import disk
from nijigen.core.errors import NotFound, OutputError
from nijigen.jobs.stores.clock import Clock
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.derived import DerivedFiles
from nijigen.jobs.stores.files import PictureFiles, PictureLost
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.kept import Facts, not_deleted
from nijigen.jobs.stores.records import Origin, StoredPicture, moment

log = logging.getLogger("nijigen.jobs")

TOUCH_EVERY = 3600.0

Order = Literal["largest", "newest", "unused"]
_ORDERS: dict[Order, str] = {
    "largest": "bytes DESC",
    "newest": "created DESC",
    "unused": "used",
}
_COPIED = {"id", "name", "origin", *(field.name for field in fields(Facts))}
"""Columns that a record has as they are."""


class PictureRows:
    """The pictures of a data folder, and how long they are kept.

    Args:
        folder: The data folder, which is ours and locked by this process.
        database: The database that describes them.
        lifetime: Seconds that an unused result is kept that was downloaded or discarded.
        trash_lifetime: Seconds that deleted pictures stay in the trash.
    """

    def __init__(
        self, folder: DataFolder, database: Database, *, lifetime: float, trash_lifetime: float
    ) -> None:
        self.folder = folder
        self.database = database
        self.lifetime = lifetime
        self.trash_lifetime = trash_lifetime
        self.files = PictureFiles(folder)
        self.derived = DerivedFiles(folder, database)
        self.clock = Clock(database)
        # Held while a file and its row are added or removed, so that every row has its file.
        self._lock = threading.RLock()

    def holding(self) -> threading.RLock:
        """Return the lock that keeps files from being removed."""
        return self._lock

    def get(self, id: str, *, trashed: bool = False) -> StoredPicture:
        """Return the record of a picture, and mark it as used.

        Args:
            id: Its id.
            trashed: Whether it may be in the trash.

        Raises:
            NotFound: The picture does not exist, or is in the trash.
        """
        rows = self.database.rows("SELECT * FROM pictures WHERE id = ?", (id,))
        if not rows:
            raise NotFound(
                f"there is no picture {id[:80]!r}",
                "it may have been deleted; upload it again: POST /api/pictures",
            )
        if rows[0]["trashed"] is not None and not trashed:
            raise NotFound(
                f"the picture {id!r} is in the trash", f"restore it: POST /api/trash/{id}/restore"
            )
        used, now = rows[0]["used"], self.clock.now()
        if isinstance(used, float) and now - used > TOUCH_EVERY:
            # A full disk does not keep pictures from being read.
            with contextlib.suppress(OutputError), self.database.transaction() as connection:
                connection.execute("UPDATE pictures SET used = ? WHERE id = ?", (now, id))
        if not (found := self.records(rows)):
            raise PictureLost(
                f"what is stored of picture {id} is damaged",
                "upload the same file again, or stop the studio and run: "
                "nijigen studio check --repair",
            )
        return found[0]

    def find(self, ids: Iterable[str]) -> dict[str, StoredPicture]:
        """Return those pictures that exist and are not in the trash, by id."""
        wanted = list(set(ids))
        found: dict[str, StoredPicture] = {}
        for start in range(0, len(wanted), 500):
            part = tuple(wanted[start : start + 500])
            marks = ",".join("?" * len(part))
            rows = self.database.rows(
                f"SELECT * FROM pictures WHERE trashed IS NULL AND id IN ({marks})", part
            )
            found |= {record.id: record for record in self.records(rows)}
        return found

    def undamaged(self, where: str) -> list[sqlite3.Row]:
        """Return the rows of pictures that can be read; no other is ever deleted by itself.

        Args:
            where: The condition, and possibly an order.
        """
        rows = self.database.rows(f"SELECT * FROM pictures WHERE {where}")
        return [row for row in rows if self.records([row])]

    def records(self, rows: Iterable[sqlite3.Row]) -> list[StoredPicture]:
        """Return rows of the database as records, without those that are damaged."""
        found = []
        for row in rows:
            try:
                found.append(self.record(row))
            except (ValueError, TypeError) as error:
                reason = str(error).splitlines()[0]
                log.warning("the row of picture %s is damaged: %s", row["id"], reason)
        return found

    def record(self, row: sqlite3.Row) -> StoredPicture:
        """Return a row of the database as the record of a picture."""
        trashed, expires = row["trashed"], None
        if trashed is not None:
            expires = trashed + self.trash_lifetime
        elif row["origin"] == "result" and (row["discarded"] or row["downloaded"]):
            expires = row["used"] + self.lifetime
        # Ages are those of our own clock.
        late = time.time() - self.clock.now()
        values = {name: row[name] for name in StoredPicture.model_fields if name in _COPIED}
        return StoredPicture(
            **values,
            created=moment(row["created"]),
            downloaded=row["downloaded"] is not None,
            deleted=None if trashed is None else moment(trashed + late),
            expires=None if expires is None else moment(expires + late),
        )

    def listed(self, order: Order, origin: Origin | None, limit: int) -> list[StoredPicture]:
        """Return pictures that are not in the trash.

        Args:
            order: The largest, the newest or the longest unused first.
            origin: Only uploads, or only results.
            limit: How many at most.
        """
        rows = self.database.rows(
            "SELECT * FROM pictures WHERE trashed IS NULL AND (?1 IS NULL OR origin = ?1) "
            f"ORDER BY {_ORDERS[order]}, id LIMIT ?2",
            (origin, limit),
        )
        return self.records(rows)

    def count_download(self, ids: Iterable[str]) -> None:
        """Note that the user has the files of pictures."""
        # On a full disk it is not noted, and a result is merely kept longer.
        with contextlib.suppress(OutputError), self.database.transaction() as connection:
            connection.executemany(
                "UPDATE pictures SET downloaded = ? WHERE id = ?",
                [(self.clock.now(), id) for id in ids],
            )

    def needed(self) -> set[str]:
        """Return the ids of pictures that queued and running jobs need, among other texts."""
        rows = self.database.rows(
            "SELECT atom AS id FROM jobs, "
            "json_tree(CASE WHEN json_valid(jobs.inputs) THEN jobs.inputs ELSE '[]' END) "
            "WHERE state IN ('queued', 'running') AND json_tree.type = 'text'"
        )
        return {row["id"] for row in rows}

    def delete_files(self, ids: Iterable[str]) -> None:
        """Delete all files of pictures; their rows stay.

        Raises:
            OutputError: One of them cannot be deleted.
        """
        folders = set()
        for id in ids:
            try:
                self.files.delete(id)
                self.derived.delete(id)
            except OSError as error:
                raise not_deleted(error) from error
            folders.add(self.files.path(id).parent)
        # Before their rows go, or a power failure might bring back files that nobody knows.
        for folder in folders:
            with contextlib.suppress(OSError):
                disk.sync_folder(folder)
