"""What a running operation may ask for: report progress, be cancelled, a scratch folder."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from nijigen.core.errors import Cancelled

Listener = Callable[[float], None]


class Run:
    """The handle of one run of one operation.

    An operation declares a parameter ``run: Run = SILENT`` to get it; it is not a setting.
    """

    def __init__(
        self, listener: Listener | None = None, cancelled: threading.Event | None = None
    ) -> None:
        self._listener = listener
        self._cancelled = cancelled or threading.Event()
        self._scratch: Path | None = None

    def progress(self, fraction: float) -> None:
        """Report that ``fraction`` (0 to 1) of the work is done.

        Raises:
            Cancelled: The user asked to stop. Call this often enough to be stoppable.
        """
        self.check()
        if self._listener is not None:
            self._listener(min(max(fraction, 0.0), 1.0))

    def check(self) -> None:
        """Raise :class:`Cancelled` if the user asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled()

    def cancel(self) -> None:
        """Ask the operation to stop at its next report."""
        self._cancelled.set()

    def part(self, start: float, end: float) -> Run:
        """Return a run whose 0 to 1 is ``start`` to ``end`` of this one."""
        return Run(lambda done: self.progress(start + (end - start) * done), self._cancelled)

    @property
    def scratch(self) -> Path:
        """A folder of its own that is removed with the run."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="nijigen-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return self._scratch


SILENT = Run()
"""Reports to nobody and is never cancelled."""
