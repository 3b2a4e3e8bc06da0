"""The picture store: files named by their content, with a quota and an expiry."""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from nijigen.core import disk
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import InputError, NotFound, OutputError
from nijigen.core.history import History
from nijigen.core.picture import Info, Picture
from nijigen.imaging.codecs.sniff import HEAD, sniff
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.kept import Facts, not_stored
from nijigen.jobs.stores.records import StoredPicture

DAY = 24 * 3600.0
CHUNK = 1 << 20
RECENT = DAY
"""Results of the last day are removed last when space is needed."""
TOUCH_EVERY = 3600.0
_ID = re.compile(r"[0-9a-f]{64}")
_DERIVED = re.compile(r"(?P<id>[0-9a-f]{64})-(view\.png|\d{2,3}\.webp)")
_TWO = re.compile(r"[0-9a-f]{2}")
VIEW = "view.png"
"""Kind of the derived file that shows a picture in a format that browsers or we cannot read."""


class PictureInUse(InputError):
    """A picture that a waiting or running job needs."""

    http_status = 409


class PictureStore:
    """Picture files in a folder, described in a database.

    Args:
        folder: The data folder, which is ours and locked by this process.
        database: The database that describes them.
        quota: Maximum size of all files together, in bytes.
        days: How many days an unused file is kept.
    """

    def __init__(
        self, folder: DataFolder, database: Database, *, quota: int = 5 << 30, days: float = 30
    ) -> None:
        self.database = database
        self.quota = quota
        self.lifetime = days * DAY
        self.folder = folder
        self._files = folder.pictures
        self._derived = folder.derived
        # Held while a file and its row are added or removed, so that every row has its file.
        self._lock = threading.RLock()
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
            OutputError: The store or the disk is full.
        """
        name = file_name(name)
        temporary = self.scratch / secrets.token_hex(8)
        try:
            id, size = _copied(stream, temporary)
            known = self._renamed(id, name)
            if known is not None:
                return known, False
            self._make_room(size)
            # Decoded completely once, so that every stored picture can be processed.
            value = decode(temporary.read_bytes(), name)
            format = value.info.format or "png"
            with self._lock, self.database.transaction() as connection:
                disk.place(temporary, self.path(id))
                self.insert(connection, id, name, Facts.of(value, format, size))
            return self.get(id), True
        finally:
            temporary.unlink(missing_ok=True)

    def keep(self, file: Path, id: str, view: Path | None = None) -> None:
        """Move the file of a result into the store; :meth:`insert` adds its row.

        Args:
            file: The file, in the scratch folder.
            id: Its sha256.
            view: A PNG rendering, if its format cannot be read.
        """
        try:
            disk.place(file, self.path(id))
            if view is not None:
                disk.place(view, self.derived(id, VIEW))
        except OSError as error:
            raise not_stored(error) from error

    def insert(
        self,
        connection: sqlite3.Connection,
        id: str,
        name: str,
        facts: Facts,
    ) -> None:
        """Add the row of a file that is in the store, in the caller's transaction."""
        now = time.time()
        connection.execute(
            "INSERT INTO pictures VALUES (?,?,?,?,?,?,?,?,?,?,?) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, used = excluded.used",
            (id, name, *astuple(facts), now, now),
        )

    def holding(self) -> threading.RLock:
        """Return the lock that keeps files from being removed."""
        return self._lock

    def get(self, id: str) -> StoredPicture:
        """Return the record of a picture, and mark it as used.

        Raises:
            NotFound: The picture does not exist, or has expired.
        """
        rows = self.database.rows("SELECT * FROM pictures WHERE id = ?", (id,))
        if not rows:
            raise NotFound(
                f"there is no picture {id[:80]!r}",
                "it may have expired; upload it again: POST /api/pictures",
            )
        if time.time() - rows[0]["used"] > TOUCH_EVERY:
            with self.database.transaction() as connection:
                connection.execute("UPDATE pictures SET used = ? WHERE id = ?", (time.time(), id))
        return self.record(rows[0])

    def find(self, ids: Iterable[str]) -> dict[str, StoredPicture]:
        """Return the pictures that exist, by id."""
        wanted = list(set(ids))
        found: dict[str, StoredPicture] = {}
        for start in range(0, len(wanted), 500):
            part = tuple(wanted[start : start + 500])
            marks = ",".join("?" * len(part))
            rows = self.database.rows(f"SELECT * FROM pictures WHERE id IN ({marks})", part)
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

    def value(self, id: str) -> Picture | Animation | Artwork:
        """Decode a picture.

        Raises:
            NotFound: The picture does not exist.
        """
        record = self.get(id)
        drawn = record.format == "svg"
        path = self.derived(id, VIEW) if drawn else self.path(id)
        try:
            value = decode(path.read_bytes(), record.name)
            if not drawn:
                return value
            return replace(value, info=Info(history=History(record.name, id)))
        except FileNotFoundError:
            raise NotFound(f"the file of picture {id} is gone", "upload it again") from None

    def derived(self, id: str, kind: str) -> Path:
        """Return the path of a derived file, such as a thumbnail; removed with its picture."""
        return self._derived / id[:2] / f"{self.path(id).name}-{kind}"

    def keep_derived(self, id: str, kind: str, content: bytes) -> Path:
        """Store a derived file atomically."""
        target = self.derived(id, kind)
        temporary = self.scratch / secrets.token_hex(8)
        try:
            temporary.write_bytes(content)
            disk.place(temporary, target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise not_stored(error) from error
        return target

    def remove(self, id: str) -> None:
        """Remove a picture.

        Raises:
            NotFound: The picture does not exist.
            PictureInUse: A queued or running job needs it.
        """
        with self._lock:
            self.get(id)
            if id in self._needed():
                raise PictureInUse("a job still needs this picture", "cancel the job first")
            self._remove([id])

    def sweep(self) -> int:
        """Remove expired pictures and those over the quota; return how many were removed."""
        with self._lock:
            needed, recent = self._needed(), self._recent()
            rows = self.database.rows("SELECT id, bytes, used FROM pictures ORDER BY used")
            old = time.time() - self.lifetime
            gone = [r["id"] for r in rows if r["used"] < old and r["id"] not in needed]
            room = self.quota - sum(r["bytes"] for r in rows if r["id"] not in set(gone))
            gone += self._to_evict(-room, needed | set(gone), recent)
            self._remove(gone)
            return len(gone)

    def _make_room(self, size: int) -> None:
        with self._lock:
            used = self.database.rows("SELECT COALESCE(SUM(bytes), 0) AS n FROM pictures")[0]["n"]
            over = used + size - self.quota
            if over <= 0:
                return
            needed, recent = self._needed(), self._recent()
            gone = self._to_evict(over, needed, recent)
            freed = self.find(gone)
            if sum(picture.bytes for picture in freed.values()) < over:
                raise OutputError(
                    f"the picture store is full ({self.quota / 1e9:.1f} GB)",
                    "let the queue end, or remove pictures you no longer need",
                )
            self._remove(gone)

    def _to_evict(self, over: int, never: set[str], last: set[str]) -> list[str]:
        """Return the least recently used pictures that free enough space, recent results last."""
        if over <= 0:
            return []
        rows = self.database.rows("SELECT id, bytes FROM pictures ORDER BY used")
        gone = []
        for row in sorted(rows, key=lambda row: row["id"] in last):
            if over <= 0:
                break
            if row["id"] not in never:
                gone.append(row["id"])
                over -= row["bytes"]
        return gone

    def _needed(self) -> set[str]:
        rows = self.database.rows(
            "SELECT atom AS id FROM jobs, json_tree(jobs.inputs) "
            "WHERE state IN ('queued', 'running') AND json_tree.type = 'text'"
        )
        return {row["id"] for row in rows}

    def _recent(self) -> set[str]:
        rows = self.database.rows(
            "SELECT picture AS id FROM jobs WHERE picture IS NOT NULL AND finished > ?1 "
            "UNION SELECT json_extract(file.value, '$.picture') FROM jobs, "
            "json_each(jobs.data) AS file WHERE jobs.kind = 'files' AND finished > ?1",
            (time.time() - RECENT,),
        )
        return {row["id"] for row in rows}

    def _remove(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        with self.database.transaction() as connection:
            connection.executemany("DELETE FROM pictures WHERE id = ?", [(id,) for id in ids])
        for id in ids:
            self.path(id).unlink(missing_ok=True)
            for made in (self._derived / id[:2]).glob(f"{id}-*"):
                made.unlink(missing_ok=True)

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
        for path in _entries(self._derived):
            match = _DERIVED.fullmatch(path.name)
            if match is None or path.parent.name != path.name[:2]:
                strays.append(path)
            elif match["id"] not in known:
                path.unlink(missing_ok=True)
        self.folder.set_all_aside(strays)

    def _renamed(self, id: str, name: str) -> StoredPicture | None:
        with self._lock, self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE pictures SET name = ?, used = ? WHERE id = ?", (name, time.time(), id)
            )
            if changed.rowcount == 0:
                return None
            row = connection.execute("SELECT * FROM pictures WHERE id = ?", (id,)).fetchone()
            return self.record(row)

    def record(self, row: sqlite3.Row) -> StoredPicture:
        """Return a row of the database as the record of a picture."""
        values = {key: row[key] for key in row.keys() if key not in ("created", "used")}  # noqa: SIM118
        return StoredPicture(
            **values,
            created=moment(row["created"]),
            expires=moment(row["used"] + self.lifetime),
        )


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
