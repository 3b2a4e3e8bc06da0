"""The trash: pictures that their user deleted stay for some weeks, and can be restored."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from nijigen.core.errors import InputError, NotFound, OutputError
from nijigen.jobs.stores.picture_rows import PictureRows
from nijigen.jobs.stores.records import StoredPicture

log = logging.getLogger("nijigen.jobs")


class PictureInUse(InputError):
    """A picture that a waiting or running job needs."""

    http_status = 409


class Trash:
    """The trash of a picture store. Its files stay where they are; their rows say they are deleted.

    Args:
        store: The store, whose lock is held during every change.
    """

    def __init__(self, store: PictureRows) -> None:
        self._store = store

    def put(self, id: str) -> None:
        """Move a picture to the trash.

        Raises:
            NotFound: The picture does not exist, or is in the trash already.
            PictureInUse: A queued or running job needs it.
            OutputError: The disk is full, even without the thumbnails.
        """
        with self._store.holding():
            self._store.get(id)
            self._check_unused(id)
            try:
                self._mark(id)
            except OutputError:
                # The disk is full. What can be made again makes room for one row.
                self._store.derived.remove()
                self._mark(id)

    def pictures(self) -> list[StoredPicture]:
        """Return the pictures in the trash, the last deleted first."""
        rows = self._store.database.rows(
            "SELECT * FROM pictures WHERE trashed IS NOT NULL ORDER BY trashed DESC"
        )
        # A row may have outlived its file, see _delete().
        found = self._store.records(rows)
        return [picture for picture in found if self._store.files.path(picture.id).exists()]

    def restore(self, id: str) -> StoredPicture:
        """Return a picture from the trash to the store.

        Raises:
            NotFound: It is not in the trash.
        """
        with self._store.holding():
            self._check_here(id)
            with self._store.database.transaction() as connection:
                connection.execute(
                    "UPDATE pictures SET trashed = NULL, used = ? WHERE id = ?",
                    (self._store.clock.now(), id),
                )
            return self._store.get(id)

    def delete(self, id: str) -> None:
        """Delete a picture in the trash for good; its space is free at once.

        Raises:
            NotFound: It is not in the trash.
            PictureInUse: A queued or running job needs it.
        """
        with self._store.holding():
            self._check_here(id)
            self._check_unused(id)
            self._delete([id])

    def empty(self) -> list[StoredPicture]:
        """Delete everything in the trash for good, and return what that was."""
        with self._store.holding():
            needed = self._store.needed()
            gone = [picture for picture in self.pictures() if picture.id not in needed]
            self._delete(picture.id for picture in gone)
            return gone

    def expire(self) -> None:
        """Delete for good what has been in the trash long enough, and rows without a file."""
        rows = self._store.undamaged("trashed IS NOT NULL")
        old = self._store.clock.now() - self._store.trash_lifetime
        needed = self._store.needed()
        self._delete(
            row["id"]
            for row in rows
            if row["id"] not in needed
            and (row["trashed"] < old or not self._store.files.path(row["id"]).exists())
        )

    def delete_at_once(self, ids: Sequence[str]) -> None:
        """Delete pictures for good that are not in the trash; the caller holds the lock."""
        if not ids:
            return
        # Marked as trashed long ago first: a kill after that leaves neither a row that misses its
        # file nor a file without a row, but something for the next sweep.
        with self._store.database.transaction() as connection:
            connection.executemany(
                "UPDATE pictures SET trashed = 0 WHERE id = ?", [(id,) for id in ids]
            )
        self._delete(ids)

    def _delete(self, ids: Iterable[str]) -> None:
        """Delete files, then rows: on a full disk only that order works."""
        ids = list(ids)
        self._store.delete_files(ids)
        try:
            with self._store.database.transaction() as connection:
                connection.executemany(
                    "DELETE FROM pictures WHERE id = ? AND trashed IS NOT NULL",
                    [(id,) for id in ids],
                )
        except OutputError as error:
            # The space is free; the next sweep removes the rows.
            log.warning("the rows of %d deleted pictures stay for now: %s", len(ids), error)

    def _mark(self, id: str) -> None:
        with self._store.database.transaction() as connection:
            connection.execute(
                "UPDATE pictures SET trashed = ? WHERE id = ?", (self._store.clock.now(), id)
            )

    def _check_here(self, id: str) -> None:
        found = self._store.database.rows(
            "SELECT id FROM pictures WHERE id = ? AND trashed IS NOT NULL", (id,)
        )
        if not found or not self._store.files.path(id).exists():
            raise NotFound(
                f"there is no picture {id[:80]!r} in the trash", "GET /api/trash lists them"
            )

    def _check_unused(self, id: str) -> None:
        if id in self._store.needed():
            raise PictureInUse("a job still needs this picture", "cancel the job first")
