"""Where things that last are kept: one home, with a store in it for each kind of thing.

Whoever only looks makes nothing: :meth:`Store.find` says where a store is, be it in the home or
still where an earlier version kept it. Whoever writes asks :meth:`Store.open`, which moves an
earlier folder into the home, once, and makes what is missing.
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

from nijigen.core import _moving
from nijigen.core._moving import MARKER as MARKER
from nijigen.core._moving import PRIVATE
from nijigen.core.errors import InputError, OutputError
from nijigen.core.lock import FolderLock

_LOCK = ".nijigen-home.lock"
_PATIENCE = 60.0
"""Seconds to wait for another process that moves a store."""
_UNSET = "set NIJIGEN_HOME to another folder"
# What marks a folder for backup programs as one that can be made again.
_CACHE_TAG = "CACHEDIR.TAG"
_CACHE_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n"
_told: set[Path] = set()
"""Folders that this process has warned of already."""


def home() -> Path:
    """Return the folder of all that lasts: ``NIJIGEN_HOME``, or the platform's data folder."""
    stated = os.environ.get("NIJIGEN_HOME")
    return Path(os.path.abspath(os.path.expanduser(stated))) if stated else _default_home()


def _default_home() -> Path:
    return _platform_folder("data")


def _platform_folder(kind: str) -> Path:
    import platformdirs

    found: Path = getattr(platformdirs, f"user_{kind}_path")("nijigen", appauthor=False)
    return found


@dataclass(frozen=True, kw_only=True)
class Store:
    """A folder of the home for one kind of thing, with a marker that says so."""

    name: str
    """Of the folder."""
    version: int
    """Of the form in which things are kept: rises when earlier versions of Nijigen would misread
    them, and they refuse the store then."""
    earlier: str = ""
    """Where Nijigen kept it before there was a home, as ``config/recipes``: the platform's folder
    of that kind, and a folder in it."""
    contents: str = "*"
    """The files that are moved from there, as a pattern; others may be anybody's."""
    cache: bool = False
    """All of it can be made again: backup programs are told to leave it out."""

    @property
    def place(self) -> Path:
        """Where the store is, or will be, in the home."""
        return home() / self.name

    def find(self) -> Path:
        """Return where the store is now, for reading; nothing is made, the folder may be missing.

        Raises:
            InputError: A newer version of Nijigen made the store, or the folder is something else.
        """
        place = self.place
        earlier, marker = self._earlier(place), self._marker(place)
        if marker is not None:
            if earlier is not None and "moving_from" not in marker:
                self._warn_of_leftovers(earlier)
            return place
        if earlier == place:
            # An earlier version used this very folder, so all in it is ours.
            return place
        # Asked again: another process may have moved everything here since.
        if _has_content(place) and self._marker(place) is None:
            raise InputError(
                f"{place} is not a folder that Nijigen made",
                f"{_UNSET}; or, if it is Nijigen's, put a file {MARKER} into it with "
                f'{{"store": "{self.name}", "version": {self.version}}}',
            )
        return earlier if earlier is not None and self._holds(earlier) else place

    def open(self) -> Path:
        """Return where the store is now, for writing; it is moved into the home, or made, first.

        A folder that an earlier version left behind stays in use where it is as long as it
        cannot be moved.

        Raises:
            InputError: A newer version of Nijigen made the store, or the folder is something else.
            OutputError: The home cannot be written.
        """
        place = self.find()
        marker = self._marker(self.place)
        if marker is not None and "moving_from" not in marker:
            return place
        try:
            _make_private(home())
            with _locked_home():
                return self._settle()
        except OSError as error:
            place = self.find()
            if place != self.place:
                text = f"{place} stays in use, it cannot be moved to {self.place}"
            elif self._marker(place) is not None:
                text = f"moving things to {place} could not be finished"
            else:
                raise OutputError(f"{place} cannot be used: {_reason(error)}", _UNSET) from error
            if not self.cache:
                warn_once(place, f"{text}: {_reason(error)}")
            return place

    def _settle(self) -> Path:
        """Bring the store to its place, which no other process does meanwhile."""
        source, place = self.find(), self.place
        if source != place:
            _moving.bring(source, place, self.contents, self._made(1, moving_from=str(source)))
        marker = self._marker(place)
        if marker is None:
            _make_private(place)
            # What lies there is of the time before there were versions, or brought by a link.
            made = self._made(1 if _has_content(place) else self.version)
        elif "moving_from" not in marker:
            return place
        else:
            _moving.clear(Path(marker["moving_from"]), place, self.contents)
            made = self._made(marker["version"])
        if self.cache:
            _moving.write(place / _CACHE_TAG, _CACHE_SIGNATURE)
        _moving.write(place / MARKER, made)
        return place

    def _made(self, version: int, **more: str) -> bytes:
        from nijigen import __version__

        entries = {"store": self.name, "version": version, "made_by": __version__, **more}
        return json.dumps(entries, indent=2).encode() + b"\n"

    def _marker(self, place: Path) -> dict[str, Any] | None:
        """Return what the marker says, or None where there is none."""
        path = place / MARKER
        try:
            found = json.loads(path.read_bytes())
            store, version = found["store"], found["version"]
            if not isinstance(version, int) or not isinstance(found.get("moving_from", ""), str):
                raise TypeError("of another form")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InputError(
                f"{path} is damaged",
                f'it should say {{"store": "{self.name}", "version": {self.version}}}',
            ) from None
        except OSError as error:
            raise InputError(f"{path} cannot be read: {_reason(error)}", _UNSET) from None
        if store != self.name:
            raise InputError(
                f"{path.parent} holds {str(store)[:80]!r}, not {self.name}",
                f"give the folder its own name again, or {_UNSET}",
            )
        if version > self.version:
            raise InputError(
                f"{path.parent} was made by a newer Nijigen, {str(found.get('made_by'))[:20]}",
                f"update Nijigen, or {_UNSET}",
            )
        return dict(found)

    def _earlier(self, place: Path) -> Path | None:
        """Return where the store was before there was a home.

        Only the default home takes things in: whoever names another for a day, or for tests,
        must not find the things of the account gone from it.
        """
        named = os.environ.get("NIJIGEN_HOME")
        if not self.earlier or (named and place.parent != _default_home()):
            return None
        kind, _, inner = self.earlier.partition("/")
        earlier = _platform_folder(kind) / inner
        with contextlib.suppress(OSError):
            # On Windows the cache folder is the place itself but for a capital letter.
            if earlier.samefile(place):
                return place
        return earlier

    def _holds(self, folder: Path) -> bool:
        return any(path.is_file() for path in folder.glob(self.contents))

    def _warn_of_leftovers(self, earlier: Path) -> None:
        """Say once that both places hold things; only those of the home are used."""
        if self.cache or earlier == self.place or earlier in _told or not self._holds(earlier):
            return
        if left := _moving.differing(earlier, self.place, self.contents):
            warn_once(
                earlier,
                f"{earlier} is not used any more, but holds {left[0]}"
                + (f" and {len(left) - 1} more" if left[1:] else "")
                + f"; move what you need to {self.place}",
            )


def _has_content(folder: Path) -> bool:
    """Return whether anything but hidden files is there; systems and locks leave such."""
    try:
        return any(not name.startswith(".") for name in os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {_reason(error)}", _UNSET) from None


def _make_private(folder: Path) -> None:
    """Make a folder that only its owner may look into; one that is there stays as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=PRIVATE)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(PRIVATE)  # The umask may have taken the owner's own rights.


@contextlib.contextmanager
def _locked_home() -> Iterator[None]:
    """Wait until no other process moves a store, and keep others waiting."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            held = FolderLock(home(), file=_LOCK, hint=_UNSET)
            break
        except OutputError as error:
            raise OSError(error.message) from error
        except InputError:
            if time.monotonic() > end:
                raise OSError("another Nijigen is moving things there") from None
            time.sleep(0.02)
    try:
        yield
    finally:
        held.release()


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def warn_once(folder: Path, text: str) -> None:
    """Log a line about a folder, the first of this process."""
    if folder not in _told:
        import logging

        _told.add(folder)
        logging.getLogger("nijigen.home").warning(text)
