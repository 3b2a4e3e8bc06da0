"""Trashing: files of a library are moved to the trash and back, and the library knows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nijigen.core.errors import NijigenError
from nijigen.core.run import Run
from nijigen.library.files.scanning import sha256_of
from nijigen.library.files.trash import Trash, Trashed
from nijigen.library.store.catalog import Catalog, Place

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


def trash_of(folder: Path, catalog: Catalog) -> Trash:
    """Return the trashes of a library.

    Args:
        folder: The library.
        catalog: Its pictures.
    """
    folders = {path for path, _ in catalog.folders()}
    folders |= {place.path.parent for place in catalog.places()}
    return Trash(folder / FOLDER, folders)


def put(catalog: Catalog, trash: Trash, files: Sequence[Unwanted], run: Run) -> dict[Path, str]:
    """Move files to the trash; those that cannot be moved stay, and the others go on.

    Returns:
        The files that stay, with the reason.
    """
    trash.sweep()
    moved, failed, keepers = time.time(), dict[Path, str](), dict[Path, bool]()
    for done, file in enumerate(files, 1):
        run.check()
        place = catalog.place(file.path)
        try:
            if place is None or not _is_unchanged(place):
                failed[file.path] = "it has changed since it was looked at"
            elif not _is_kept(catalog, file.keeper, keepers):
                failed[file.path] = f"{file.keeper}, which would be kept, is not as it was"
            else:
                trash.put(file.path, moved, file.reason)
                catalog.set_state([file.path], "trashed")
        except FileNotFoundError:
            failed[file.path] = "it is gone"
        except OSError as error:
            failed[file.path] = (error.strerror or str(error)).lower()
        except NijigenError as error:
            failed[file.path] = error.message.removeprefix(f"{file.path}").lstrip(": ")
        run.progress(done / len(files))
    return failed


def restore(catalog: Catalog, trash: Trash, files: Sequence[Trashed], run: Run) -> dict[Path, str]:
    """Move files back to where they were; nothing is replaced.

    Returns:
        The files that stay in the trash, with the reason.
    """
    failed = {}
    for done, file in enumerate(files, 1):
        run.check()
        try:
            trash.restore(file)
            catalog.set_state([file.path], "here")
        except NijigenError as error:
            failed[file.path] = f"{error.message}; {error.hint}"
        run.progress(done / len(files))
    trash.sweep()
    return failed


def _is_unchanged(place: Place) -> bool:
    status = place.path.lstat()
    return (status.st_size, status.st_mtime_ns) == (place.bytes, place.modified)


def _is_kept(catalog: Catalog, keeper: Path | None, known: dict[Path, bool]) -> bool:
    """Return whether the content of a file is what the library knows of it."""
    if keeper is None:
        return True
    if keeper not in known:
        place = catalog.place(keeper)
        content = catalog.content(place.content) if place is not None else None
        try:
            known[keeper] = content is not None and sha256_of(keeper) == content.sha256
        except OSError:
            known[keeper] = False
    return known[keeper]
