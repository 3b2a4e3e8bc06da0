"""Space: what takes it, how much there may be, and what is removed to make room.

Only what can be had again is removed without being asked: thumbnails and other derived files, and
results that were downloaded or discarded. Everything else is deleted by its user, or stays.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3

from nijigen.core.errors import OutputError
from nijigen.jobs.stores.clock import DAY
from nijigen.jobs.stores.measure import in_words, measure
from nijigen.jobs.stores.picture_rows import PictureRows
from nijigen.jobs.stores.records import SpaceReport, SpaceUse
from nijigen.jobs.stores.trash import Trash

_PARTS = {
    "uploads": "trashed IS NULL AND origin = 'upload'",
    "results": "trashed IS NULL AND origin = 'result'",
    "trash": "trashed IS NOT NULL",
}


class StorageFull(OutputError):
    """The quota is used up by what only the user may delete."""


class Space:
    """The space that a picture store takes.

    Args:
        store: The store, whose lock is held during every change.
        trash: Its trash, which deletes what is removed.
        quota: Most bytes that pictures, derived files and the trash may take together.
    """

    def __init__(self, store: PictureRows, trash: Trash, quota: int) -> None:
        self._store = store
        self._trash = trash
        self.quota = quota

    def require(self, size: int = 1) -> None:
        """Make room for some bytes; nothing is removed if that would not suffice.

        Args:
            size: In bytes; by default, for anything at all.

        Raises:
            StorageFull: There is not enough room, even without what may be removed.
        """
        with self._store.holding():
            over = self._used() + size - self.quota
            if over <= 0:
                return
            results = self._removable_results()
            removable = self._store.derived.removable() + sum(row["bytes"] for row in results)
            if removable < over:
                raise self._full(size)
            over -= self._store.derived.remove(over)
            gone = []
            for row in results:
                if over <= 0:
                    break
                gone.append(row["id"])
                over -= row["bytes"]
            self._trash.delete_at_once(gone)

    def sweep(self) -> None:
        """Remove what has not been used for long, and what exceeds the quota, if that is allowed.

        Also deletes for good what has been in the trash long enough.
        """
        with self._store.holding():
            self._store.clock.tick()
            self._trash.expire()
            old = self._store.clock.now() - self._store.lifetime
            results = self._removable_results()
            self._trash.delete_at_once([r["id"] for r in results if r["used"] < old])
            self._store.derived.remove(unused_since=old)
            with contextlib.suppress(StorageFull):
                self.require(0)

    def report(self) -> SpaceReport:
        """Return what takes the space."""
        folder = self._store.folder
        with self._store.holding():
            results = sum(row["bytes"] for row in self._removable_results())
            return SpaceReport(
                quota=self.quota,
                used=self._used(),
                removable=self._store.derived.removable() + results,
                free=shutil.disk_usage(folder.root).free,
                derived=self._store.derived.use(),
                lost_and_found=measure(folder.lost_found),
                trash_days=self._store.trash_lifetime / DAY,
                **{name: self._use(where) for name, where in _PARTS.items()},
            )

    def _removable_results(self) -> list[sqlite3.Row]:
        """Return the results that may be removed, the first to go first."""
        needed = self._store.needed()
        rows = self._store.undamaged(
            f"{_PARTS['results']} AND (discarded IS NOT NULL OR downloaded IS NOT NULL) "
            "ORDER BY discarded IS NULL, used"
        )
        return [row for row in rows if row["id"] not in needed]

    def _used(self) -> int:
        return self._use("TRUE").bytes + self._store.derived.use().bytes

    def _use(self, where: str) -> SpaceUse:
        row = self._store.database.rows(
            "SELECT TOTAL(CASE typeof(bytes) WHEN 'integer' THEN bytes END) AS size, "
            f"COUNT(*) AS files FROM pictures WHERE {where}"
        )[0]
        return SpaceUse(bytes=int(row["size"]), files=row["files"])

    def _full(self, size: int) -> StorageFull:
        text = f"the storage is full: {in_words(self._used())} of {in_words(self.quota)} are used"
        if size > 1:
            text += f", and {in_words(size)} more are needed"
        hint = "delete pictures that you no longer need (see Storage in the studio, or /api/space)"
        if trash := self._use(_PARTS["trash"]).bytes:
            hint = f"empty the trash, which holds {in_words(trash)}; or {hint}"
        return StorageFull(text, f"{hint}; or start the studio with a larger --quota")
