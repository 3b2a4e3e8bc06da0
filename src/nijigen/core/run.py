"""What a running operation may ask for: report progress, be cancelled, a scratch folder."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nijigen.core.errors import Cancelled

if TYPE_CHECKING:
    from nijigen.core.picture import Picture

Listener = Callable[[float], None]
Viewer = Callable[[Callable[[], "Picture"]], None]
"""Is offered a look at the unfinished result; whether it makes the picture is its choice."""


class Run:
    """The handle of one run of one operation.

    An operation declares a parameter ``run: Run = SILENT`` to get it; it is not a setting.
    """

    def __init__(
        self,
        listener: Listener | None = None,
        cancelled: threading.Event | None = None,
        viewer: Viewer | None = None,
    ) -> None:
        self._listener = listener
        self._viewer = viewer
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

        return Run(listener, self._cancelled, self._viewer if shown else None)

    @property
    def scratch(self) -> Path:
        """A folder of its own that is removed with the run."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="nijigen-"))
            weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return self._scratch


SILENT = Run()
"""Reports to nobody and is never cancelled."""
