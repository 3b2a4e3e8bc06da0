"""The picture store: files named by their content, and what is known about them."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.history import History
from nijigen.core.picture import Info, Picture
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.clock import DAY
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.derived import VIEW
from nijigen.jobs.stores.files import PictureLost
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.index import add_row, settle, sidecar_of
from nijigen.jobs.stores.kept import Facts, copied, discard, inspected, place
from nijigen.jobs.stores.picture_rows import PictureRows
from nijigen.jobs.stores.records import Origin, StoredPicture
from nijigen.jobs.stores.sidecars import Sidecar
from nijigen.jobs.stores.space import Space
from nijigen.jobs.stores.trash import Trash


class PictureStore(PictureRows):
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
        super().__init__(folder, database, lifetime=days * DAY, trash_lifetime=trash_days * DAY)
        self._inspect = inspect
        self.trash = Trash(self)
        self.space = Space(self, self.trash, quota)
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
