"""What a running operation may ask for: report progress, be cancelled, a scratch folder."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nijigen.core.errors import Cancelled

if TYPE_CHECKING:
    from nijigen.core.picture import Picture

Listener = Callable[[float], None]
Viewer = Callable[[Callable[[], "Picture"]], None]
"""Is offered a look at the unfinished result; whether it makes the picture is its choice."""
NoteKind = Literal["alpha", "layers", "depth", "color", "frames", "sound", "assumed"]


@dataclass(frozen=True)
class Note:
    """Something that was lost or assumed on the way to a result, for the user to know."""

    kind: NoteKind
    """What was lost; ``assumed`` where something unknown was assumed."""
    text: str
    """One line, beginning with a small letter and without a full stop."""


class Run:
    """The handle of one run of one operation.

    An operation declares a parameter ``run: Run = SILENT`` to get it; it is not a setting.
    """

    def __init__(
        self,
        listener: Listener | None = None,
        cancelled: threading.Event | None = None,
        viewer: Viewer | None = None,
        notes: dict[Note, None] | None = None,
    ) -> None:
        self._listener = listener
        self._viewer = viewer
        self._cancelled = cancelled or threading.Event()
        self._notes: dict[Note, None] = {} if notes is None else notes
        self._scratch: Path | None = None

    def progress(self, fraction: float) -> None:
        """Report that ``fraction`` (0 to 1) of the work is done.

        Raises:
            Cancelled: The user asked to stop. Call this often enough to be stoppable.
        """
        self.check()
        if self._listener is not None:
            self._listener(min(max(fraction, 0.0), 1.0))

    def note(self, kind: NoteKind, text: str) -> None:
        """Report what was lost or assumed; the same note twice is one.

        Args:
            kind: What it is about.
            text: One line for the user, beginning with a small letter and without a full stop.
        """
        self._notes[Note(kind, text)] = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was noted so far, in order."""
        return tuple(self._notes)

    def show(self, look: Callable[[], Picture]) -> None:
        """Offer a look at the unfinished result; ``look`` is called only if somebody watches."""
        if self._viewer is not None:
            self._viewer(look)

    def check(self) -> None:
        """Raise :class:`Cancelled` if the user asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled()

    def cancel(self) -> None:
        """Ask the operation to stop at its next report."""
        self._cancelled.set()

    def part(self, start: float, end: float, *, shown: bool = True) -> Run:
        """Return a run whose 0 to 1 is ``start`` to ``end`` of this one.

        Args:
            start: Share that is done when the part begins.
            end: Share that is done when it ends.
            shown: What the part shows is worth a look; not so of an alpha plane, say.
        """

        def listener(done: float) -> None:
            self.progress(start + (end - start) * done)

        return Run(listener, self._cancelled, self._viewer if shown else None, self._notes)

    @property
    def scratch(self) -> Path:
        """A folder of its own that is removed with the run."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="nijigen-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return self._scratch


class _SilentRun(Run):
    """Shared by all who want no reports: it keeps nothing, and nobody can cancel it."""

    def note(self, kind: NoteKind, text: str) -> None:
        """Keep nothing."""

    def cancel(self) -> None:
        """Refuse: this run is everybody's."""
        raise RuntimeError("SILENT is shared; make a Run of your own to cancel it")

    def part(self, start: float, end: float, *, shown: bool = True) -> Run:
        """Return the same run: there is nobody to report to."""
        return self


SILENT: Run = _SilentRun()
"""Reports to nobody and is never cancelled."""
