"""The picture store: files named by their content, and what is known about them."""

from __future__ import annotations

import contextlib
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import BinaryIO, Literal

from nijigen.core import disk
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import NotFound, OutputError
from nijigen.core.history import History
from nijigen.core.picture import Info, Picture
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.clock import DAY, Clock
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.derived import VIEW, DerivedFiles
from nijigen.jobs.stores.files import PictureFiles, PictureLost
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.index import add_row, settle, sidecar_of
from nijigen.jobs.stores.kept import Facts, copied, discard, inspected, not_deleted, place
from nijigen.jobs.stores.records import Origin, StoredPicture, moment
from nijigen.jobs.stores.sidecars import Sidecar
from nijigen.jobs.stores.space import Space
from nijigen.jobs.stores.trash import Trash

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


class PictureStore:
    """Picture files in a folder, described in a database.

    Args:
        folder: The data folder, which is ours and locked by this process.
        database: The database that describes them.
        quota: Maximum size of all files together, in bytes.
        days: How many days an unused result is kept that was downloaded or discarded.
        trash_days: How many days deleted pictures stay in the trash.
        inspect: Decodes an uploaded file and returns its properties.
    """

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        *,
        quota: int = 5_000_000_000,
        days: float = 30,
        trash_days: float = 30,
        inspect: Callable[[Path, str], Facts] = inspected,
    ) -> None:
        self.database = database
        self.lifetime = days * DAY
        self.folder = folder
        self._inspect = inspect
        self.files = PictureFiles(folder)
        # Held while a file and its row are added or removed, so that every row has its file.
        self._lock = threading.RLock()
        self.derived = DerivedFiles(folder, database)
        self.clock = Clock(database)
        self.trash = Trash(self, trash_days)
        self.space = Space(self, quota)
        settle(folder, database)

    @property
    def scratch(self) -> Path:
        """A folder for temporary files of this process."""
        return self.folder.scratch

    def add(self, stream: BinaryIO, name: str | None) -> tuple[StoredPicture, bool]:
        """Store an uploaded file if it is a picture; return it, and whether it is new.

        Raises:
            BadPicture: It is damaged or not a picture; nothing is stored.
            PictureTooLarge: It has more pixels than the limit allows.
            UnsupportedFormat: Its format cannot be read.
            StorageFull: The quota is used up.
            OutputError: The disk is full.
        """
        name = file_name(name)
        temporary = self.scratch / secrets.token_hex(8)
        try:
            id, size = copied(stream, temporary)
            known = self._renamed(id, name, temporary)
            if known is not None:
                return known, False
            self.space.require(size)
            # Decoded completely once, so that every stored picture can be processed.
            facts = self._inspect(temporary, name)
            with self._lock:
                sidecar = self.keep(temporary, id, name, facts, "upload")
                with self.database.transaction() as connection:
                    self.insert(connection, sidecar)
            return self.get(id), True
        finally:
            discard(temporary)

    def keep(
        self,
        file: Path,
        id: str,
        name: str,
        facts: Facts,
        origin: Origin,
        view: Path | None = None,
    ) -> Sidecar:
        """Move a file into the store, with its sidecar; :meth:`insert` adds its row.

        Args:
            file: The file, in the scratch folder.
            id: Its sha256.
            name: Its file name for display.
            facts: Properties of its content.
            origin: Where it comes from.
            view: A PNG rendering, if its format cannot be read.

        Raises:
            OutputError: The disk is full.
        """
        sidecar = Sidecar.of(id, name, time.time(), facts, origin)
        self.files.place(file, sidecar)
        if view is not None:
            place(view, self.derived.path(id, VIEW))
        return sidecar

    def insert(self, connection: sqlite3.Connection, sidecar: Sidecar) -> None:
        """Add the row of a file that is in the store, in the caller's transaction."""
        add_row(connection, sidecar, self.clock.now())

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

    def path(self, id: str) -> Path:
        """Return the path of a picture's file, after checking its content.

        Raises:
            PictureLost: The file is missing or damaged.
            NotFound: The id is malformed.
        """
        return self.files.checked(id)

    def pixels(self, record: StoredPicture) -> Path:
        """Return the file to decode; of vector graphics the view, if it exists: it is quicker."""
        view = self.derived.path(record.id, VIEW)
        return view if record.format == "svg" and view.exists() else self.path(record.id)

    def value(self, id: str, *, trashed: bool = False) -> Picture | Animation | Artwork:
        """Decode a picture.

        Args:
            id: Its id.
            trashed: Whether it may be in the trash.

        Raises:
            NotFound: The picture does not exist.
            PictureLost: Its file is missing or damaged.
        """
        record = self.get(id, trashed=trashed)
        try:
            value = decode(self.pixels(record).read_bytes(), record.name)
        except FileNotFoundError:
            raise PictureLost(f"the file of picture {id} is gone", "upload it again") from None
        if record.format != "svg":
            return value
        return replace(value, info=Info(history=History(record.name, id)))

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
            expires = trashed + self.trash.lifetime
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

    def delete_unknown(self, ids: Iterable[str]) -> None:
        """Delete the files of results that were not recorded in the end."""
        with self._lock:
            ids = set(ids)
            marks = ",".join("?" * len(ids))
            rows = self.database.rows(f"SELECT id FROM pictures WHERE id IN ({marks})", (*ids,))
            self.delete_files(ids - {row["id"] for row in rows})

    def _renamed(self, id: str, name: str, file: Path) -> StoredPicture | None:
        """Return an uploaded picture that is there already, possibly in the trash.

        If its own file is missing or damaged, the uploaded one takes its place.
        """
        with self._lock:
            rows = self.database.rows("SELECT * FROM pictures WHERE id = ?", (id,))
            known = sidecar_of(rows[0]) if rows else None
            if known is None or (rows[0]["trashed"] is not None and not self.files.is_there(id)):
                return None
            self.files.place(file, known.model_copy(update={"name": name, "origin": "upload"}))
            with self.database.transaction() as connection:
                connection.execute(
                    "UPDATE pictures SET name = ?, used = ?, origin = 'upload', trashed = NULL "
                    "WHERE id = ?",
                    (name, self.clock.now(), id),
                )
            return self.get(id)
