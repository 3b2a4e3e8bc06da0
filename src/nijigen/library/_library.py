"""The library: one folder with everything that is known of the user's pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from nijigen.core import private
from nijigen.core.disk import make_folder
from nijigen.core.errors import NotFound
from nijigen.core.lock import FolderLock
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.library._home import OTHER, existing, folder_of, is_made, stored_bytes
from nijigen.library._listing import Listing
from nijigen.library._settings import read_settings
from nijigen.library.adding.adder import Added, Adder, Listener
from nijigen.library.adding.uploads import Uploads
from nijigen.library.adding.writer import Writer
from nijigen.library.duplicates.finding import find_duplicates
from nijigen.library.duplicates.groups import Group
from nijigen.library.files.paths import StrPath, absolute
from nijigen.library.files.scanning import Found, find, mount_of, name_of
from nijigen.library.indexes.indexes import Indexes
from nijigen.library.matching.kinds import Comparison
from nijigen.library.matching.pairs import StoredEntries, compare_stored
from nijigen.library.matching.search import Hit, search
from nijigen.library.measuring.faces import LibraryFaces
from nijigen.library.measuring.quality import Quality
from nijigen.library.measuring.ratings import Ratings
from nijigen.library.signatures.embedding import Embedding
from nijigen.library.signatures.haar import Haar
from nijigen.library.signatures.local import Local
from nijigen.library.signatures.signature import Signature
from nijigen.library.store.catalog import Catalog, Entry, Place
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.library.tagging.tags import Tags
from nijigen.library.upkeep import updating, verifying
from nijigen.library.upkeep.trashing import LibraryTrash
from nijigen.library.upkeep.updating import Differences
from nijigen.library.upkeep.verifying import Verified


class Library:
    """A collection of pictures that are found again.

    The pictures themselves stay where they are and are never changed. Everything that a method has
    reported as done survives a kill of the process and a power failure.

    Args:
        folder: Its folder; by default the one in the home.
        writing: Make it if it is missing.
        held: The caller holds the lock that changes need, as commands do.

    Raises:
        NotFound: There is no library yet, and it is not opened for writing.
        InputError: The folder is something else, or a newer version of Nijigen made it.
        DatabaseDamaged: The database is damaged.
    """

    def __init__(
        self, folder: StrPath | None = None, *, writing: bool = False, held: bool = False
    ) -> None:
        self.folder = folder_of(folder, writing=True) if writing else existing(folder)
        self._held = held
        if not is_made(self.folder):
            with self._changing():
                make_folder(self.folder / "signatures", private.FOLDER)
        self._catalog = Catalog(self.folder)
        self._thumbnails = Thumbnails(self.folder / "thumbnails")
        self.faces = LibraryFaces(self._catalog, self._changing)
        self.tags = Tags(self._catalog, self._changing)
        self.trash = LibraryTrash(self.folder, self._catalog, self._changing, self._forget)
        self.quality = Quality(self._catalog, self._changing)
        self.distinct = self._catalog.distinct
        self.ratings = Ratings(self._catalog, self._changing, self._thumbnails)
        self._settings = read_settings(self.folder)
        self.listing = Listing(self._catalog, self._thumbnails, self.tags)

    @classmethod
    def known(cls, folder: StrPath | None) -> Library | None:
        """Return the library of a folder for reading, or None if there is none yet."""
        return cls(folder) if is_made(folder_of(folder)) else None

    def close(self) -> None:
        """Close the database."""
        self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What is missing, on this machine or of the library, a line each."""
        found = [one.missing() for one in _ALL]
        found += [verifying.cut_off(self._catalog, *one) for one in self._signatures]
        return tuple(note for note in [*found, self._indexes.missing] if note)

    @cached_property
    def _signatures(self) -> list[tuple[Signature, Rows]]:
        """What can be computed here, each with its file."""
        return [(one, self._rows(one)) for one in _ALL if not one.missing()]

    @cached_property
    def _indexes(self) -> Indexes:
        return Indexes(self.folder / "indexes", self._catalog, self._signatures, self._settings)

    def _rows(self, signature: Signature) -> Rows:
        return Rows(self.folder / "signatures", signature)

    @cached_property
    def uploads(self) -> Uploads:
        """Pictures that programs have sent, without files."""
        writer = Writer(self._catalog, self._thumbnails, self._signatures)
        return Uploads(writer, self._changing, self._forget)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock of the library.

        Raises:
            InputError: Another process changes it.
        """
        if self._held:
            yield
            return
        held = FolderLock(self.folder, file=".lock", hint=OTHER, held="wait until it has ended")
        self._held = True
        try:
            yield
        finally:
            self._held = False
            held.release()

    def __len__(self) -> int:
        return self._catalog.count()

    def __contains__(self, path: StrPath) -> bool:
        return self._catalog.place(absolute(path)) is not None

    def unknown(self, found: Sequence[Found]) -> list[Found]:
        """Return the files that are not in the library, or not as they are now."""
        return updating.unknown(self._catalog, found)

    def add(
        self,
        paths: Sequence[StrPath],
        *,
        quick: bool = False,
        run: Run = SILENT,
        listener: Listener = lambda paths: None,
    ) -> Added:
        """Add files, and all pictures in folders; what is there already costs nothing.

        Args:
            paths: Files and folders. Folders are remembered for :meth:`update`.
            quick: Compute only the Haar signature now, and the rest at the next :meth:`update`.
            run: May be cancelled: what was reported as added stays.
            listener: Called with the files that have been added, each time some are.

        Raises:
            InputError: Another process changes the library.
            OutputError: The disk is full or does not work.
        """
        with self._changing():
            failed: dict[Path, str] = {}
            given = [absolute(path) for path in paths]
            found = list(find(given, run, failed))
            files = self.unknown(found)
            folders = [path for path in given if path.is_dir()]
            self._catalog.keep_folders((folder, mount_of(folder)) for folder in folders)
            added = self.add_found(files, run, listener, quick=quick)
            added.failed |= failed
            added.failed_sidecars = self.tags.read_sidecars(found)
            return added

    def add_found(
        self,
        files: Sequence[Found],
        run: Run = SILENT,
        listener: Listener = lambda paths: None,
        *,
        quick: bool = False,
    ) -> Added:
        """Add files that :meth:`unknown` has returned."""
        with self._changing():
            signatures = self._signatures[:1] if quick else self._signatures
            writer = Writer(self._catalog, self._thumbnails, signatures)
            added = Adder(writer, self._settings.open_workers).add(files, run, listener)
            # What a changed file was before is at no place any more.
            self._forget(())
            self._indexes.refresh(run.without_progress())
            return added

    def remember(self, folders: Sequence[Path]) -> None:
        """Look for new pictures in these folders at each update."""
        with self._changing():
            self._catalog.keep_folders((folder, mount_of(folder)) for folder in folders)

    def folders(self) -> list[Path]:
        """Return the folders that are looked at for new pictures."""
        return [folder for folder, _ in self._catalog.folders()]

    def below(self, path: StrPath) -> list[Place]:
        """Return a known file, or the known files in a folder.

        Raises:
            NotFound: The library has none there.
        """
        path = absolute(path)
        places = self._catalog.places_below(path)
        if not places and path not in self.folders():
            raise NotFound(
                f"the library has nothing at {name_of(path)}", "give a file or folder in it"
            )
        return places

    def remove(self, paths: Sequence[StrPath]) -> int:
        """Forget files, and all in folders; the files themselves stay.

        Returns:
            The number of pictures that are at no place any more, and were forgotten.

        Raises:
            NotFound: The library has nothing at one of the paths; then nothing is forgotten.
            InputError: Files of one are in a trash there, or another process changes the library.
        """
        with self._changing():
            places = [place.path for path in paths for place in self.below(path)]
            roots = [absolute(path) for path in paths]
            self.trash.check_forgetting(roots)
            folders = [
                folder
                for folder in self.folders()
                if any(folder == root or root in folder.parents for root in roots)
            ]
            return self._forget(places, folders)

    def _forget(self, paths: Sequence[Path], folders: Sequence[Path] = ()) -> int:
        forgotten = self._catalog.forget(paths, folders)
        for numbers in forgotten.values():
            for number in numbers:
                self._thumbnails.remove(number)
        return len(forgotten)

    def look(self, run: Run = SILENT) -> Differences:
        """Return what :meth:`update` would change."""
        return updating.look(self._catalog, self.trash.files(), run)

    def unsigned(self) -> list[int]:
        """Return the entries that lack a signature that could be computed here."""
        lacking = {n for one, _ in self._signatures for n in self._catalog.unsigned(one.name)}
        return sorted(lacking)

    def note_states(self, seen: Differences) -> int:
        """Note which files are gone, away or here again; return how many are gone.

        Files are only gone if the disk they were on is mounted. Those found again elsewhere were
        moved, and are not known at their old place any more.
        """
        with self._changing():
            gone = [path for path in seen.gone if self._catalog.place(path) is not None]
            self._catalog.set_state(gone, "gone")
            self._catalog.set_state(seen.away, "away")
            self._catalog.set_state(seen.trashed, "trashed")
            self._catalog.set_state(seen.back, "here")
            return len(gone)

    def sign(self, numbers: Sequence[int], run: Run = SILENT) -> list[int]:
        """Compute signatures and missing thumbnails again; return where no file can be read."""
        with self._changing():
            self._indexes.note_late(numbers)
            failed = updating.sign(numbers, self._catalog, self._thumbnails, self._signatures, run)
            self._indexes.refresh(run.without_progress())
            return failed

    def update(self, run: Run = SILENT) -> Added:
        """Add what is new, note what was moved, changed, or is gone or away, compute what lacks."""
        with self._changing():
            seen = self.look(run.part(0, 0.1))
            added = self.add_found(seen.files, run.part(0.1, 0.5))
            added.failed |= seen.failed
            self.note_states(seen)
            added.failed_sidecars = self.tags.read_sidecars(seen.found)
            self.sign(self.unsigned(), run.part(0.5, 0.8))
            self.faces.find(self.faces.lacking(), run.part(0.8, 1))
            return added

    def verify(self, run: Run = SILENT, *, files: bool = False) -> Verified:
        """Return what is wrong with the library; nothing is changed.

        Args:
            run: May be cancelled.
            files: Read every file of the user too, and compare its hash.
        """
        return verifying.verify(
            self._catalog, self._thumbnails, self._signatures, self._indexes, run, files=files
        )

    def totals(self) -> dict[str, Any]:
        """Return how many pictures, frames and signatures there are."""
        return self._catalog.totals()

    def index(self, run: Run = SILENT, *, anew: bool = False) -> None:
        """Make the index, or bring it up to date, if the library is so large that it has one.

        Args:
            run: May be cancelled.
            anew: Make it again also if it seems to be whole.

        Raises:
            InputError: Another process changes the library.
            OutputError: It cannot be written; the old one stays.
        """
        with self._changing():
            (self._indexes.rebuild if anew else self._indexes.refresh)(run)

    def stats(self) -> dict[str, Any]:
        """Return how many pictures there are, and what is stored of them, in bytes."""
        return {
            "folder": str(self.folder),
            **self.totals(),
            "folders": [name_of(folder) for folder in self.folders()],
            "stored": stored_bytes(self.folder),
            "ratings": self.ratings.counts(),
            "missing": list(self.notes),
        }

    def search(
        self,
        picture: Picture,
        count: int = 10,
        *,
        sha256: str = "",
        among: Sequence[int] | None = None,
        run: Run = SILENT,
    ) -> list[Hit]:
        """Return the pictures that one was made from, or that were made from it, best first.

        Args:
            picture: Any size; alpha is composited over white.
            count: At most so many.
            sha256: Hash of its file, if it has one: then the same file is recognized.
            among: Numbers of the pictures that may be found; by default all.
            run: May be cancelled.
        """
        return search(
            picture,
            self._catalog,
            self._thumbnails,
            [(one, self._rows(one)) for one, _ in self._signatures],
            self._indexes,
            count=count,
            sha256=sha256,
            among=None if among is None else self._catalog.numbers_of(among),
            run=run,
        )

    def entry(self, number: int) -> Entry:
        """Return the first entry of a picture: the picture itself, or the first frame of a clip."""
        return self._catalog.entries(number)[0]

    def thumbnail(self, entry: int) -> Path | None:
        """Return the small WebP of an entry, if there is one."""
        path = self._thumbnails.path(entry)
        return path if path.is_file() else None

    def places(self, number: int) -> list[Place]:
        """Return the files of a picture."""
        return self._catalog.places(number)

    def duplicates(self, run: Run = SILENT, *, equal: bool = False) -> list[Group]:
        """Return the pictures that are there several times, or the equal files, by what to keep."""
        parts = (self._catalog, self._thumbnails, self._signatures, self.quality)
        return find_duplicates(*parts, run, equal=equal)

    def compare(self, number: int, other: int) -> Comparison | None:
        """Return what one entry is to another that it is looked for in.

        Returns:
            None if nothing agrees when they are laid over each other, or a thumbnail is lost.
        """
        entries = StoredEntries(self._catalog, self._thumbnails, self._rows(Local()))
        one, two = entries.get(number), entries.get(other)
        if one is None or two is None:
            return None
        return compare_stored(one, two, lambda: entries.originals(number, other))


_ALL: tuple[Signature, ...] = (Haar(), Embedding(), Local())
"""In the order in which they are computed."""
