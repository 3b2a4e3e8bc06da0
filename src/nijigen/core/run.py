"""Services for a running operation: progress, cancellation, notes, a scratch folder."""

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
"""Receives a function that renders the partial result, and may or may not call it."""
NoteKind = Literal["alpha", "layers", "depth", "color", "frames", "sound", "text", "assumed"]


@dataclass(frozen=True)
class Note:
    """Something that was lost or assumed in making a result, reported to the user."""

    kind: NoteKind
    """What was lost; ``assumed`` if something unknown was assumed."""
    text: str
    """One line, starting in lowercase and without a final period."""


class Run:
    """The handle of one run of one operation.

    An operation declares a parameter ``run: Run = SILENT`` to receive it; it is not a setting.
    """

    def __init__(
        self,
        listener: Listener | None = None,
        cancelled: threading.Event | None = None,
        viewer: Viewer | None = None,
        notes: dict[Note, None] | None = None,
        sized: Callable[[tuple[int, int]], None] | None = None,
        measures: dict[str, float] | None = None,
        noted: Callable[[Note], None] | None = None,
        *,
        draft: bool = False,
    ) -> None:
        self.draft = draft
        """Whether somebody waits for a first impression: rougher is fine if it is faster."""
        self._listener = listener
        self._viewer = viewer
        self._sized = sized
        self._noted = noted
        self._cancelled = cancelled or threading.Event()
        self._notes: dict[Note, None] = {} if notes is None else notes
        self._measures: dict[str, float] = {} if measures is None else measures
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
        """Report what was lost or assumed; repeated notes are kept once.

        Args:
            kind: What it is about.
            text: One line for the user, starting in lowercase and without a final period.
        """
        note = Note(kind, text)
        if note not in self._notes:
            self._notes[note] = None
            if self._noted is not None:
                self._noted(note)

    def measure(self, name: str, value: float) -> None:
        """Report a figure about the result; of several, as of frames, the largest is kept.

        Args:
            name: What it is, as a key of the output of ``--json``.
            value: The figure.
        """
        self._measures[name] = max(value, self._measures.get(name, value))

    @property
    def measures(self) -> dict[str, float]:
        """All figures so far, by name."""
        return dict(self._measures)

    def result_size(self, size: tuple[int, int]) -> None:
        """Say how large the result will be, as soon as that is known.

        Whoever writes it then refuses a size that its format cannot hold, before the work. Parts
        of a run do not pass it on: they are steps on the way.

        Raises:
            UnsupportedFormat: The format of the result does not hold that size.
        """
        if self._sized is not None:
            self._sized(size)

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes so far, in order."""
        return tuple(self._notes)

    def show(self, look: Callable[[], Picture]) -> None:
        """Offer the partial result; ``look`` is called only if somebody is watching."""
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
        """Return a run whose progress from 0 to 1 maps to ``start`` to ``end`` of this one.

        Args:
            start: Fraction that is done when the part starts.
            end: Fraction that is done when it ends.
            shown: Whether its partial results are worth showing; those of an alpha plane are not.
        """

        def listener(done: float) -> None:
            self.progress(start + (end - start) * done)

        viewer = self._viewer if shown else None
        return self._with(listener, viewer)

    def without_progress(self) -> Run:
        """Return the same run for work whose progress is reported by somebody else."""
        return self._with(None, self._viewer)

    def _with(self, listener: Listener | None, viewer: Viewer | None) -> Run:
        return Run(
            listener,
            self._cancelled,
            viewer,
            self._notes,
            measures=self._measures,
            noted=self._noted,
            draft=self.draft,
        )

    @property
    def scratch(self) -> Path:
        """A temporary folder that is removed with the run."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="nijigen-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return self._scratch


class _SilentRun(Run):
    """Shared by all callers that need no reports: it stores nothing and cannot be cancelled."""

    def note(self, kind: NoteKind, text: str) -> None:
        """Discard the note."""

    def measure(self, name: str, value: float) -> None:
        """Discard the figure."""

    def cancel(self) -> None:
        """Raise RuntimeError: this run is shared."""
        raise RuntimeError("SILENT is shared; make a Run of your own to cancel it")

    def part(self, start: float, end: float, *, shown: bool = True) -> Run:
        """Return the same run: there is nobody to report to."""
        return self

    def without_progress(self) -> Run:
        """Return the same run: there is nobody to report to."""
        return self


SILENT: Run = _SilentRun()
"""Reports to nobody and is never cancelled."""
