"""The picture store: files named by their content, and what is known about them."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import astuple, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from nijigen.core import disk, private
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import NotFound, OutputError
from nijigen.core.history import History
from nijigen.core.picture import Info, Picture
from nijigen.imaging.codecs.sniff import HEAD, sniff
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.clock import DAY, Clock
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.derived import VIEW, DerivedFiles
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.kept import Facts, inspected, not_stored
from nijigen.jobs.stores.records import Origin, StoredPicture
from nijigen.jobs.stores.space import Space
from nijigen.jobs.stores.trash import Trash

CHUNK = 1 << 20
TOUCH_EVERY = 3600.0
_ID = re.compile(r"[0-9a-f]{64}")
_DERIVED = re.compile(r"(?P<id>[0-9a-f]{64})-(view\.png|\d{2,3}\.webp)")
_TWO = re.compile(r"[0-9a-f]{2}")


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
        self._files = folder.pictures
        # Held while a file and its row are added or removed, so that every row has its file.
        self._lock = threading.RLock()
        self.derived = DerivedFiles(folder, database)
        self.clock = Clock(database)
        self.trash = Trash(self, trash_days)
        self.space = Space(self, quota)
        self._set_strays_aside()

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
            id, size = _copied(stream, temporary)
            known = self._renamed(id, name)
            if known is not None:
                return known, False
            self.space.require(size)
            # Decoded completely once, so that every stored picture can be processed.
            facts = self._inspect(temporary, name)
            with self._lock, self.database.transaction() as connection:
                _place(temporary, self.path(id))
                self.insert(connection, id, name, facts, "upload")
            return self.get(id), True
        finally:
            _discard(temporary)

    def keep(self, file: Path, id: str, view: Path | None = None) -> None:
        """Move the file of a result into the store; :meth:`insert` adds its row.

        Args:
            file: The file, in the scratch folder.
            id: Its sha256.
            view: A PNG rendering, if its format cannot be read.
        """
        _place(file, self.path(id))
        if view is not None:
            _place(view, self.derived.path(id, VIEW))

    def insert(
        self,
        connection: sqlite3.Connection,
        id: str,
        name: str,
        facts: Facts,
        origin: Origin,
    ) -> None:
        """Add the row of a file that is in the store, in the caller's transaction.

        A picture that is there already, or in the trash, is there again as if it were new; what was
        uploaded stays an upload.
        """
        connection.execute(
            "INSERT INTO pictures (id, name, format, width, height, channels, depth, frames, bytes,"
            " created, used, origin) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, used = excluded.used, "
            "origin = CASE excluded.origin WHEN 'upload' THEN 'upload' ELSE origin END, "
            "trashed = NULL, downloaded = NULL, discarded = NULL",
            (id, name, *astuple(facts), time.time(), self.clock.now(), origin),
        )

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
        if (now := self.clock.now()) - rows[0]["used"] > TOUCH_EVERY:
            # A full disk does not keep pictures from being read.
            with contextlib.suppress(OutputError), self.database.transaction() as connection:
                connection.execute("UPDATE pictures SET used = ? WHERE id = ?", (now, id))
        return self.record(rows[0])

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
            found |= {row["id"]: self.record(row) for row in rows}
        return found

    def path(self, id: str) -> Path:
        """Return the path of a picture's file, which never contains user-supplied names.

        Raises:
            NotFound: The id is malformed.
        """
        if not _ID.fullmatch(id):
            raise NotFound(f"there is no picture {id[:80]!r}")
        return self._files / id[:2] / id

    def value(self, id: str, *, trashed: bool = False) -> Picture | Animation | Artwork:
        """Decode a picture.

        Args:
            id: Its id.
            trashed: Whether it may be in the trash.

        Raises:
            NotFound: The picture does not exist.
        """
        record = self.get(id, trashed=trashed)
        drawn = record.format == "svg"
        path = self.derived.path(id, VIEW) if drawn else self.path(id)
        try:
            value = decode(path.read_bytes(), record.name)
            if not drawn:
                return value
            return replace(value, info=Info(history=History(record.name, id)))
        except FileNotFoundError:
            raise NotFound(f"the file of picture {id} is gone", "upload it again") from None

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
        return [self.record(row) for row in rows]

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
            "SELECT atom AS id FROM jobs, json_tree(jobs.inputs) "
            "WHERE state IN ('queued', 'running') AND json_tree.type = 'text'"
        )
        return {row["id"] for row in rows}

    def delete_files(self, ids: Iterable[str]) -> None:
        """Delete all files of pictures; their rows stay."""
        folders = set()
        for id in ids:
            self.path(id).unlink(missing_ok=True)
            self.derived.delete(id)
            folders.add(self.path(id).parent)
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

    def _set_strays_aside(self) -> None:
        """Move files that the database does not know to lost+found.

        Derived files of pictures that are gone are removed. In a folder that was just adopted,
        everything stays until the next start.
        """
        if self.folder.adopted:
            return
        known = {row["id"] for row in self.database.rows("SELECT id FROM pictures")}
        strays = self.folder.unknown_in_scratch()
        for path in _entries(self._files):
            if path.name not in known or path != self.path(path.name):
                strays.append(path)
        for path in _entries(self.folder.derived):
            match = _DERIVED.fullmatch(path.name)
            if match is None or path.parent.name != path.name[:2]:
                strays.append(path)
            elif match["id"] not in known:
                path.unlink(missing_ok=True)
        self.folder.set_all_aside(strays)

    def _renamed(self, id: str, name: str) -> StoredPicture | None:
        """Return an uploaded picture that is there already, possibly in the trash."""
        with self._lock:
            if not self.path(id).exists():
                return None
            with self.database.transaction() as connection:
                changed = connection.execute(
                    "UPDATE pictures SET name = ?, used = ?, origin = 'upload', trashed = NULL "
                    "WHERE id = ?",
                    (name, self.clock.now(), id),
                )
            return self.get(id) if changed.rowcount else None


def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as a time in UTC, to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def _entries(folder: Path) -> list[Path]:
    """Return what is in the folders of two digits below a folder, and what else is beside them."""
    found = []
    for path in folder.iterdir():
        ours = _TWO.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
        found += list(path.iterdir()) if ours else [path]
    return found


def _place(temporary: Path, target: Path) -> None:
    """Move a finished file into the store.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        private.place(temporary, target)
    except OSError as error:
        _discard(temporary)
        raise not_stored(error) from error


def _discard(temporary: Path) -> None:
    """Remove a temporary file; what cannot be removed now is removed at the next start."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def _copied(stream: BinaryIO, target: Path) -> tuple[str, int]:
    """Copy a stream to a file and return its sha256 and its length."""
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("wb") as file:
            while chunk := stream.read(CHUNK):
                if size == 0 and len(chunk) >= HEAD:
                    # A video of gigabytes is rejected by its first bytes.
                    sniff(chunk[:HEAD])
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            # Here, where no lock is held: what is large takes its time.
            file.flush()
            disk.sync_file(file.fileno())
    except OSError as error:
        raise not_stored(error) from error
    return digest.hexdigest(), size
