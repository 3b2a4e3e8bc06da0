"""Where a library is: in the home, or in a folder that a setting names."""

from __future__ import annotations

import os
from pathlib import Path

from nijigen.core.disk import is_writable
from nijigen.core.errors import InputError, NotFound
from nijigen.core.home import Store, make_private
from nijigen.library.files.paths import StrPath, absolute

STORE = Store(name="library", version=1)
OTHER = "name another folder with --library"
_NOT_CONTENT = {"lost+found"}


def folder_of(library: StrPath | None, *, writing: bool = False) -> Path:
    """Return the folder of a library.

    Args:
        library: A folder; by default the one in the home.
        writing: Make the library if it is missing.

    Raises:
        InputError: The folder is something else, or a newer version of Nijigen made it.
        OutputError: It cannot be made.
    """
    if library is None:
        return STORE.folder(writing=writing)
    folder = absolute(Path(library).expanduser())
    if STORE.marker(folder, OTHER) is not None:
        return folder
    if not _is_empty(folder):
        raise InputError(f"{folder} has files in it and is not a library", OTHER)
    if writing:
        make_private(folder)
        STORE.mark(folder)
    return folder


def looked_at(library: Path | None) -> Path | None:
    """Return the folder to lock while a library is looked at as a whole, so that it stays as it is.

    Returns:
        None where it is read-only: no process changes it, and no lock can be written.
    """
    folder = folder_of(library)
    return folder if is_writable(folder) else None


def existing(library: StrPath | None) -> Path:
    """Return the folder of a library that has been made.

    Raises:
        NotFound: There is none yet.
        InputError: The folder is something else, or a newer version of Nijigen made it.
    """
    folder = folder_of(library)
    if not is_made(folder):
        raise NotFound(
            f"there is no library in {folder}", "add pictures: nijigen library add FOLDER"
        )
    return folder


def is_made(folder: Path) -> bool:
    """Return whether a library has been made in a folder."""
    from nijigen.library.store.tables import DATABASE

    return (folder / DATABASE).is_file()


def _is_empty(folder: Path) -> bool:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}", OTHER) from None
    return all(name in _NOT_CONTENT or name.startswith(".") for name in names)


def stored_bytes(folder: Path) -> dict[str, int]:
    """Return how many bytes a library has of signatures, thumbnails, indexes and its database."""
    sizes = {
        name: sum(f.stat().st_size for f in (folder / name).rglob("*") if f.is_file())
        for name in ("signatures", "thumbnails", "indexes")
    }
    sizes["database"] = sum(f.stat().st_size for f in folder.glob("library.sqlite3*"))
    return sizes
