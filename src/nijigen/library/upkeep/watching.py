"""Watching: what appears in the folders of a library is added as soon as it is complete.

Folders are looked at again and again: that works on every disk, network drives too, and has no
limit to the number of folders, as notifications of file systems have.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nijigen.core.database import DatabaseDamaged
from nijigen.core.errors import Cancelled, ModelError, NijigenError
from nijigen.core.run import Run
from nijigen.library._library import Library
from nijigen.library.files.scanning import name_of
from nijigen.library.store.stamp import Stamp
from nijigen.library.upkeep.updating import Differences

_SHARE = 20
"""A look takes one part in so many of the time, unless the pause would become too long."""
_STEP = 0.2
"""Seconds after which a stop is noticed."""


@dataclass
class Watched:
    """What became of the files so far."""

    added: int = 0
    moved: int = 0


@dataclass(frozen=True)
class Pauses:
    """How long folders are left alone between two looks, in seconds."""

    shortest: float
    longest: float
    """At most so long, but never shorter than the look: a slow disk is busy half of the time."""

    def after(self, look: float) -> float:
        """Return the pause after a look that has taken so many seconds."""
        return max(self.shortest, look, min(_SHARE * look, self.longest))


def watch(
    watcher: Watcher,
    pauses: Pauses,
    run: Run,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Watched:
    """Look at the folders of a library until Ctrl-C, which is no error.

    Args:
        watcher: Looks.
        pauses: How long to wait in between.
        run: May be cancelled: what was added stays. Told of each problem once, when it occurs.
        clock: The time in seconds.
        sleep: Waits for so many seconds.

    Raises:
        DatabaseDamaged: The database is damaged.
    """
    try:
        while True:
            watcher.look(run)
            end = clock() + pauses.after(watcher.seconds)
            while (left := end - clock()) > 0:
                run.check()
                sleep(min(left, _STEP))
    except KeyboardInterrupt:
        # What has been added stays; the next look would have gone on.
        return watcher.watched


class Watcher:
    """Looks at the folders of a library.

    Args:
        library: Its folder; by default the one in the home.
        folders: Are added to those that it has. The library is made if it is missing.
        quick: Compute only the simplest signature, and look for no faces.
        clock: The time in seconds.
    """

    def __init__(
        self,
        library: Path | None,
        folders: Sequence[Path] = (),
        *,
        quick: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library = library
        self._folders = list(folders)
        self._quick = quick
        self._clock = clock
        self._with_faces = not quick
        self._faceless: set[int] = set()
        """Pictures that could not be read when faces were looked for."""
        self._seen: dict[Path, Stamp] = {}
        """Unknown files at the last look."""
        self._refused: dict[Path, _Refused] = {}
        self.seconds = 0.0
        """How long the last look has taken, without what was done about the files."""
        self.watched = Watched()

    def look(self, run: Run) -> None:
        """Look once, and add what is complete.

        Raises:
            Cancelled: The user asked to stop.
            DatabaseDamaged: The database is damaged.
        """
        try:
            self._remember_folders()
            with Library(self._library) as known:
                self._look(known, run)
        except (Cancelled, DatabaseDamaged):
            raise
        except (NijigenError, OSError) as error:
            # Another process holds the lock, the disk is full, a drive is away: later it may work.
            message = error.message if isinstance(error, NijigenError) else str(error)
            run.note("assumed", f"{message}; it is tried again")

    def _remember_folders(self) -> None:
        if self._folders:
            with Library(self._library, writing=True) as made:
                if new := [path for path in self._folders if path not in made.folders()]:
                    made.remember(new)
            self._folders = []

    def _look(self, known: Library, run: Run) -> None:
        started = self._clock()
        seen = known.look(run.without_progress())
        with_sidecars = known.tags.with_new_sidecars(seen.found)
        self.seconds = self._clock() - started
        _note_failed(seen.failed, run)
        self._leave_out(seen)
        changes = (seen.files, seen.gone, seen.away, seen.back, seen.trashed, with_sidecars)
        if any(changes):
            self._change(known, seen, run)
        if self._with_faces:
            self._find_faces(known, run)

    def _leave_out(self, seen: Differences) -> None:
        """Leave out files that are still growing, and those that have just been refused."""
        states = {one.path: one.stamp for one in seen.files}
        complete = [one for one in seen.files if self._seen.get(one.path) == states[one.path]]
        # A moved file is only known as moved when it has been added at its new place.
        if len(complete) < len(seen.files):
            seen.gone = []
        self._seen = states
        self._refused = {
            path: one for path, one in self._refused.items() if states.get(path) == one.state
        }
        seen.files = [one for one in complete if not self._is_refused(one.path)]

    def _is_refused(self, path: Path) -> bool:
        refused = self._refused.get(path)
        return refused is not None and refused.is_left_out()

    def _change(self, known: Library, seen: Differences, run: Run) -> None:
        before = len(known)
        try:
            added = known.add_found(seen.files, run, quick=self._quick)
        except BaseException:
            # Also after Ctrl-C the files stay that were added until then.
            self.watched.added += len(known) - before
            raise
        self.watched.added += added.added
        self.watched.moved += added.moved
        for path in added.failed:
            self._refused.setdefault(path, _Refused(self._seen[path])).again()
        _note_failed(added.failed, run)
        known.note_states(seen)
        _note_failed(known.tags.read_sidecars(seen.found), run)

    def _find_faces(self, known: Library, run: Run) -> None:
        numbers = [one for one in known.faces.lacking() if one not in self._faceless]
        if not numbers:
            return
        try:
            self._faceless.update(known.faces.find(numbers, run))
        except ModelError as error:
            run.note("assumed", f"faces were not looked for: {error.message}")
            self._with_faces = False


@dataclass
class _Refused:
    """A file that could not be read.

    It is tried again when it changes, and otherwise after 1, 2, 4 … looks: another program may
    have held it, or its permissions were mended, which changes neither its size nor its time.
    """

    state: Stamp
    looks: int = 0
    """After so many looks it is tried."""
    left: int = 0

    def again(self) -> None:
        """Note that it was refused once more."""
        self.looks = self.left = 2 * self.looks or 1

    def is_left_out(self) -> bool:
        """Return whether it is left out of this look."""
        self.left -= 1
        return self.left >= 0


def _note_failed(failed: dict[Path, str], run: Run) -> None:
    for path, reason in failed.items():
        run.note("assumed", f"{name_of(path)}: {reason}")
