"""Where persistent data is stored: one home, with a store in it for each kind of data.

Reading creates nothing: :meth:`Store.find` returns where a store is, in the home or still where an
earlier version kept it. For writing, :meth:`Store.open` first moves an earlier folder into the
home, once, and creates what is missing.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nijigen.core import _moving, disk
from nijigen.core._moving import MARKER as MARKER
from nijigen.core._moving import PRIVATE
from nijigen.core.atomic import write_bytes
from nijigen.core.errors import InputError, OutputError
from nijigen.core.lock import FolderLock

_LOCK = ".nijigen-home.lock"
_PATIENCE = 60.0
"""Seconds to wait for another process that is moving a store."""
_UNSET = "set NIJIGEN_HOME to another folder"
# Marks a folder as a recreatable cache for backup programs.
_CACHE_TAG = "CACHEDIR.TAG"
_CACHE_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n"
_warned: set[Path] = set()
"""Folders that this process has already warned about."""


def home() -> Path:
    """Return the folder of all persistent data: ``NIJIGEN_HOME``, or the platform's data folder."""
    override = os.environ.get("NIJIGEN_HOME")
    return Path(os.path.abspath(os.path.expanduser(override))) if override else _default_home()


def _default_home() -> Path:
    return _platform_folder("data")


def _platform_folder(kind: str) -> Path:
    import platformdirs

    found: Path = getattr(platformdirs, f"user_{kind}_path")("nijigen", appauthor=False)
    return found


@dataclass(frozen=True, kw_only=True)
class Store:
    """A folder in the home for one kind of data, identified by a marker file."""

    name: str
    """Name of the folder."""
    version: int
    """Layout version: it rises when earlier versions of Nijigen would misread the data, so that
    they reject the store."""
    earlier: str = ""
    """Where Nijigen kept it before there was a home, as ``config/recipes``: the kind of platform
    folder, and a folder in it."""
    contents: str = "*"
    """Glob pattern of the files to move from there; other files may not be Nijigen's."""
    cache: bool = False
    """Whether all of it can be recreated: it is then tagged so that backup programs skip it."""
    variable: str = ""
    """Environment variable that names another folder, which is used as it is."""
    by_hand: tuple[str, ...] = ()
    """Files that users write themselves: a folder with nothing else in it is as good as empty."""

    @property
    def place(self) -> Path:
        """Where the store is, or will be, in the home."""
        return home() / self.name

    def folder(self, *, writing: bool = False) -> Path:
        """Return the folder that the variable names, or else the store in the home.

        Args:
            writing: Make the store if it is missing.

        Raises:
            InputError: A newer version of Nijigen made the store, or the folder is something else.
            OutputError: The store cannot be made.
        """
        named = os.environ.get(self.variable) if self.variable else None
        if named:
            return Path(named).expanduser()
        return self.open() if writing else self.find()

    def find(self) -> Path:
        """Return where the store is now, for reading; creates nothing, the folder may be missing.

        Raises:
            InputError: A newer version of Nijigen made the store, or the folder is something else.
        """
        place = self.place
        earlier, marker = self._earlier(place), self.marker(place)
        if marker is not None:
            if earlier is not None and "moving_from" not in marker:
                self._warn_of_leftovers(earlier)
            return place
        if earlier == place:
            # An earlier version used this same folder, so everything in it is ours.
            return place
        # Check again: another process may have moved everything here since.
        if self._has_content(place) and self.marker(place) is None:
            raise InputError(
                f"{place} is not a folder that Nijigen made",
                f"{_UNSET}; or, if it is Nijigen's, put a file {MARKER} into it with "
                f'{{"store": "{self.name}", "version": {self.version}}}',
            )
        return earlier if earlier is not None and self._holds(earlier) else place

    def open(self) -> Path:
        """Return the store's folder for writing, after moving it into the home or creating it.

        A folder left by an earlier version stays in use as long as it cannot be moved.

        Raises:
            InputError: A newer version of Nijigen made the store, or the folder is something else.
            OutputError: The home cannot be written.
        """
        place = self.find()
        marker = self.marker(self.place)
        if marker is not None and "moving_from" not in marker:
            return place
        try:
            make_private(home())
            with _locked_home():
                return self._settle()
        except (OSError, OutputError) as error:
            place = self.find()
            if place != self.place:
                text = f"{place} stays in use because it cannot be moved to {self.place}"
            elif self.marker(place) is not None:
                text = f"moving data to {place} could not be completed"
            else:
                raise OutputError(f"{place} cannot be used: {_reason(error)}", _UNSET) from error
            if not self.cache:
                warn_once(place, f"{text}: {_reason(error)}")
            return place

    def _settle(self) -> Path:
        """Move the store into place; the caller holds the lock."""
        source, place = self.find(), self.place
        if source != place:
            _moving.bring(source, place, self.contents, self._made(1, moving_from=str(source)))
        marker = self.marker(place)
        if marker is None:
            make_private(place)
            # Existing content predates store versions, or came through a link.
            made = self._made(1 if self._has_content(place) else self.version)
        elif "moving_from" not in marker:
            return place
        else:
            _moving.clear(Path(marker["moving_from"]), place, self.contents)
            made = self._made(marker["version"])
        if self.cache:
            write_bytes(place / _CACHE_TAG, _CACHE_SIGNATURE)
        write_bytes(place / MARKER, made)
        return place

    def _made(self, version: int, **more: str) -> bytes:
        from nijigen import __version__

        entries = {"store": self.name, "version": version, "made_by": __version__, **more}
        return json.dumps(entries, indent=2).encode() + b"\n"

    def mark(self, place: Path) -> None:
        """Make a folder this store's, of the current version; the marker is written atomically.

        Raises:
            OutputError: It cannot be written.
        """
        write_bytes(place / MARKER, self._made(self.version))

    def marker(self, place: Path, hint: str = _UNSET) -> dict[str, Any] | None:
        """Return the content of the marker in a folder, or None if there is none.

        Args:
            place: The folder.
            hint: How to use another folder, as the end of a sentence.

        Raises:
            InputError: It is damaged, that of another store, or from a newer version of Nijigen.
        """
        path = place / MARKER
        try:
            found = json.loads(path.read_bytes())
            store, version = found["store"], found["version"]
            if not isinstance(version, int) or not isinstance(found.get("moving_from", ""), str):
                raise TypeError("invalid marker")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InputError(
                f"{path} is damaged",
                f'it should contain {{"store": "{self.name}", "version": {self.version}}}',
            ) from None
        except OSError as error:
            raise InputError(f"{path} cannot be read: {_reason(error)}", hint) from None
        if store != self.name:
            raise InputError(
                f"{path.parent} holds {str(store)[:80]!r}, not {self.name}",
                f"restore the folder's original name, or {hint}",
            )
        if version > self.version:
            raise InputError(
                f"{path.parent} was made by a newer Nijigen, {str(found.get('made_by'))[:20]}",
                f"update Nijigen, or {hint}",
            )
        return dict(found)

    def _earlier(self, place: Path) -> Path | None:
        """Return where the store was before there was a home.

        Only the default home takes over old data: setting another one temporarily, or for tests,
        must not take the user's data away.
        """
        named = os.environ.get("NIJIGEN_HOME")
        if not self.earlier or (named and place.parent != _default_home()):
            return None
        kind, _, inner = self.earlier.partition("/")
        earlier = _platform_folder(kind) / inner
        with contextlib.suppress(OSError):
            # On Windows the old cache folder is the same one, differing only in case.
            if earlier.samefile(place):
                return place
        return earlier

    def _has_content(self, folder: Path) -> bool:
        """Return whether there are files, other than hidden ones (of systems and locks)."""
        try:
            names = os.listdir(folder)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise InputError(f"{folder} cannot be read: {_reason(error)}", _UNSET) from None
        return any(name[0] != "." and name not in self.by_hand for name in names)

    def _holds(self, folder: Path) -> bool:
        return any(path.is_file() for path in folder.glob(self.contents))

    def _warn_of_leftovers(self, earlier: Path) -> None:
        """Warn once if the old folder still has data; only the home is used."""
        if self.cache or earlier == self.place or earlier in _warned or not self._holds(earlier):
            return
        if left := _moving.differing(earlier, self.place, self.contents):
            warn_once(
                earlier,
                f"{earlier} is no longer used, but contains {left[0]}"
                + (f" and {len(left) - 1} more" if left[1:] else "")
                + f"; move what you need to {self.place}",
            )


def make_private(folder: Path) -> None:
    """Create a folder readable only by its owner; an existing one is left unchanged."""
    is_new = not folder.exists()
    disk.make_folder(folder, PRIVATE)
    if is_new:
        folder.chmod(PRIVATE)  # The umask may have removed the owner's own permissions.


@contextlib.contextmanager
def _locked_home() -> Iterator[None]:
    """Hold the lock for moving stores, waiting for another process if necessary."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            held = FolderLock(home(), file=_LOCK, hint=_UNSET)
            break
        except InputError:
            if time.monotonic() > end:
                raise OSError("another Nijigen process is moving data there") from None
            time.sleep(0.02)
    try:
        yield
    finally:
        held.release()


def _reason(error: OSError | OutputError) -> str:
    if isinstance(error, OutputError):
        return error.message
    return error.strerror or str(error)


def warn_once(folder: Path, text: str) -> None:
    """Log a warning about a folder, once per process."""
    if folder not in _warned:
        import logging

        _warned.add(folder)
        logging.getLogger("nijigen.home").warning(text)
