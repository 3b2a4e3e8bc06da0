"""Trashing: files of a library are moved to the trash and back, and the library knows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from nijigen.core.errors import InputError, NijigenError
from nijigen.core.run import SILENT, Run
from nijigen.library.files.scanning import Found, name_of, sha256_of
from nijigen.library.files.trash import Trash, Trashed
from nijigen.library.store.catalog import Catalog, Place
from nijigen.library.store.stamp import Stamp

FOLDER = "trash"
"""Name of the trash in the folder of a library."""


@dataclass(frozen=True)
class Unwanted:
    """A file that is to be moved to the trash."""

    path: Path
    reason: str
    """In a few words, for the record."""
    keeper: Path | None = None
    """A file that has to be there, unchanged, so that something is left of the picture."""
    found: Found | None = None
    """The file as it was looked at, if the library does not know it."""


class LibraryTrash:
    """The trash of a library, on the disks of its files.

    Args:
        folder: The library.
        catalog: Its pictures.
        changing: Holds the lock of the library.
        forget: Forgets files, and pictures that are nowhere else.
    """

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        changing: Callable[[], AbstractContextManager[None]],
        forget: Callable[[Sequence[Path]], object],
    ) -> None:
        self._folder = folder / FOLDER
        self._catalog = catalog
        self._changing = changing
        self._forget = forget

    def _trash(self) -> Trash:
        folders = {path for path, _ in self._catalog.folders()}
        folders |= {place.path.parent for place in self._catalog.places()}
        return Trash(self._folder, folders)

    def files(self) -> list[Trashed]:
        """Return the files in the trash, the last moved first."""
        return self._trash().files()

    def check_forgetting(self, roots: Sequence[Path]) -> None:
        """Refuse to forget folders whose own trash is not empty: nobody would find it again.

        Raises:
            InputError: One has files in a trash outside the folder of the library.
        """
        for file in self.files():
            above = (file.path, *file.path.parents)
            if self._folder not in file.kept.parents and any(root in above for root in roots):
                raise InputError(
                    f"{name_of(file.path)} is in the trash on its disk",
                    "first run nijigen library restore, or nijigen library empty-trash",
                )

    def put(self, files: Sequence[Unwanted], run: Run = SILENT) -> dict[Path, str]:
        """Move files to the trash; those that cannot be moved stay, and the others go on.

        Returns:
            The files that stay, with the reason.

        Raises:
            InputError: Another process changes the library.
        """
        with self._changing():
            trash = self._trash()
            trash.sweep()
            moved, failed, keepers = time.time(), dict[Path, str](), dict[Path, bool]()
            for done, file in enumerate(files, 1):
                run.check()
                if reason := self._put(trash, file, moved, keepers):
                    failed[file.path] = reason
                run.progress(done / len(files))
            return failed

    def _put(self, trash: Trash, file: Unwanted, moved: float, keepers: dict[Path, bool]) -> str:
        """Move a file; return why that failed."""
        try:
            if not _is_unchanged(file.path, self._catalog.place(file.path) or file.found):
                return "it has changed since it was looked at"
            if file.keeper is not None:
                if file.keeper not in keepers:
                    keepers[file.keeper] = self._is_whole(file.keeper)
                if _is_link_to(file.keeper, file.path):
                    return f"{file.keeper}, which would be kept, is a link to it"
                if not keepers[file.keeper]:
                    return f"{file.keeper}, which would be kept, is not as it was"
            trash.put(file.path, moved, file.reason)
            self._catalog.set_state([file.path], "trashed")
        except FileNotFoundError:
            return "it is gone"
        except OSError as error:
            return (error.strerror or str(error)).lower()
        except NijigenError as error:
            return error.message.removeprefix(f"{file.path}").lstrip(": ")
        return ""

    def _is_whole(self, path: Path) -> bool:
        """Return whether the content of a file is what the library knows of it."""
        place = self._catalog.place(path)
        content = self._catalog.content(place.content) if place is not None else None
        try:
            return content is not None and sha256_of(path) == content.sha256
        except OSError:
            return False

    def restore(self, files: Sequence[Trashed], run: Run = SILENT) -> dict[Path, str]:
        """Move files back to exactly where they were; nothing is replaced.

        Returns:
            The files that stay in the trash, with the reason.

        Raises:
            InputError: Another process changes the library.
        """
        with self._changing():
            trash, failed = self._trash(), {}
            for done, file in enumerate(files, 1):
                run.check()
                try:
                    trash.restore(file)
                    self._catalog.set_state([file.path], "here")
                except NijigenError as error:
                    failed[file.path] = f"{error.message}; {error.hint}"
                run.progress(done / len(files))
            trash.sweep()
            return failed

    def delete(self, files: Sequence[Trashed], run: Run = SILENT) -> None:
        """Delete files of the trash for good, and forget pictures that are nowhere else.

        Raises:
            InputError: Another process changes the library.
            OutputError: One cannot be deleted.
        """
        with self._changing():
            trash = self._trash()
            for done, file in enumerate(files, 1):
                run.check()
                trash.delete(file)
                place = self._catalog.place(file.path)
                if place is not None and place.state == "trashed":
                    self._forget([file.path])
                run.progress(done / len(files))


def _is_link_to(keeper: Path, path: Path) -> bool:
    """Return whether nothing is left of a file when another is moved."""
    return os.path.realpath(keeper) == os.path.realpath(path)


def _is_unchanged(path: Path, known: Place | Found | None) -> bool:
    now = Stamp.of(path.lstat())
    return known is not None and known.stamp.is_same(now)
