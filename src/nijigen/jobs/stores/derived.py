"""Derived files: thumbnails and other renderings of stored pictures, made again when needed."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from pathlib import Path

from nijigen.core import private
from nijigen.jobs.stores.database import Database
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.kept import not_stored
from nijigen.jobs.stores.measure import files_below, measure, size_of
from nijigen.jobs.stores.records import SpaceUse

VIEW = "view.png"
"""Kind of the derived file that shows a picture in a format that browsers or we cannot read."""
DERIVED = re.compile(r"(?P<id>[0-9a-f]{64})-(view\.png|\d{2,3}\.webp)")
"""Names of derived files; others in their folder are not ours."""
_SECONDS_OF_A_MEASURE = 60.0
"""In between, the size of what is stored is added."""


class DerivedFiles:
    """The derived files of a data folder, named by their picture's id and their kind."""

    def __init__(self, folder: DataFolder, database: Database) -> None:
        self._folder = folder
        self._database = database
        self._use: SpaceUse | None = None
        self._measured = 0.0

    def path(self, id: str, kind: str) -> Path:
        """Return the path of a derived file; the id is that of a picture in the store."""
        return self._folder.derived / id[:2] / f"{id}-{kind}"

    def keep(self, id: str, kind: str, content: bytes) -> Path:
        """Store a derived file atomically.

        Raises:
            OutputError: The disk is full.
        """
        target = self.path(id, kind)
        temporary = self._folder.scratch / secrets.token_hex(8)
        try:
            temporary.write_bytes(content)
            private.place(temporary, target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise not_stored(error) from error
        if (use := self._use) is not None:
            self._use = SpaceUse(bytes=use.bytes + len(content), files=use.files + 1)
        return target

    def delete(self, id: str) -> None:
        """Delete all derived files of a picture."""
        for path in (self._folder.derived / id[:2]).glob(f"{id}-*"):
            if DERIVED.fullmatch(path.name):
                path.unlink(missing_ok=True)
        self._use = None

    def use(self) -> SpaceUse:
        """Return what all of them take, measured not long ago."""
        if self._use is None or time.monotonic() - self._measured >= _SECONDS_OF_A_MEASURE:
            self._use = measure(self._folder.derived)
            self._measured = time.monotonic()
        return self._use

    def removable(self) -> int:
        """Return how many bytes :meth:`remove` can free."""
        return sum(size_of(path) for path, _ in self._oldest())

    def remove(self, size: int | None = None, unused_since: float | None = None) -> int:
        """Remove files that can be made again, those of the longest unused pictures first.

        Args:
            size: Stop as soon as so many bytes are free; by default all are removed.
            unused_since: Only those of pictures that have not been used since then.

        Returns:
            The bytes that are free now.
        """
        freed = 0
        for path, used in self._oldest():
            if size is not None and freed >= size:
                break
            if unused_since is not None and used >= unused_since:
                break
            length = size_of(path)
            with contextlib.suppress(OSError):
                path.unlink()
                freed += length
        self._use = None
        return freed

    def _oldest(self) -> list[tuple[Path, float]]:
        """Return all derived files, and when their picture was last used."""
        rows = self._database.rows("SELECT id, used FROM pictures WHERE typeof(used) = 'real'")
        used = {row["id"]: row["used"] for row in rows}
        files = [path for path in files_below(self._folder.derived) if DERIVED.fullmatch(path.name)]
        return sorted(((path, used.get(path.name[:64], 0.0)) for path in files), key=lambda f: f[1])
