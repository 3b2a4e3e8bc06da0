"""The library in the home, which stays open between requests."""

from __future__ import annotations

import os
import threading

from nijigen.core.errors import NotFound
from nijigen.library import Library
from nijigen.library.store.tables import DATABASE


class HomeLibrary:
    """The library in the home, opened at its first use, and again when its database is replaced.

    Opening one takes longer than what most requests ask for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: tuple[tuple[int, int], Library] | None = None

    def known(self) -> Library | None:
        """Return the library, or None if there is none yet.

        Raises:
            DatabaseDamaged: Its database is damaged.
        """
        with self._lock:
            if self._opened is not None and self._opened[0] == _file_of(self._opened[1]):
                return self._opened[1]
            # The former one is not closed: another thread may be reading from it.
            self._opened = None
            library = Library.known(None)
            file = None if library is None else _file_of(library)
            if library is not None and file is not None:
                self._opened = file, library
            return library

    def get(self) -> Library:
        """Return the library.

        Raises:
            NotFound: There is none yet.
            DatabaseDamaged: Its database is damaged.
        """
        library = self.known()
        if library is None:
            raise NotFound("there is no library yet", "add pictures: nijigen library add FOLDER")
        return library

    def close(self) -> None:
        """Close the library, if it is open."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = None


def _file_of(library: Library) -> tuple[int, int] | None:
    """Return what tells the database from another of the same name."""
    try:
        status = os.stat(library.folder / DATABASE)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
