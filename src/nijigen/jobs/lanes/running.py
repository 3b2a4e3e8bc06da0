"""A running job: its reports and its current state."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from nijigen.core.errors import InputError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.files import encode
from nijigen.jobs.stores.records import JobRecord
from nijigen.jobs.stores.store import Claim

SECONDS_BETWEEN_REPORTS = 0.1
SECONDS_BETWEEN_LOOKS = 1.0


class NotNow(InputError):
    """An action that is not possible in the current state of the job."""

    http_status = 409


class Report(Protocol):
    """Receives the reports of a job."""

    def progress(self, fraction: float) -> None:
        """Report the fraction of the work that is done."""

    def look(self, picture: bytes) -> None:
        """Report a picture of the unfinished result, as WebP."""


def reporting(report: Report, cancelled: threading.Event) -> Run:
    """Return a run that forwards its reports; views of the result at most once a second."""
    shown = time.monotonic()

    def show(look: Callable[[], Picture]) -> None:
        nonlocal shown
        if time.monotonic() - shown >= SECONDS_BETWEEN_LOOKS:
            report.look(encode(look(), "webp"))
            shown = time.monotonic()

    return Run(report.progress, cancelled, show)


class Running:
    """The job that a lane is working on.

    Args:
        claim: The job.
        report: Called when its state changes; for progress, at most ten times a second.
    """

    def __init__(self, claim: Claim, report: Callable[[], None]) -> None:
        self.claim = claim
        self.cancelled = threading.Event()
        self.last_look = b""
        """As WebP."""
        self._report = report
        self._begun = time.monotonic()
        self._held = 0.0
        self._held_since: float | None = None
        self._progress = 0.0
        self._reported = 0.0
        self._looks = 0

    def progress(self, fraction: float) -> None:
        """Report the fraction of the work that is done."""
        self._progress = fraction
        now = time.monotonic()
        if now - self._reported >= SECONDS_BETWEEN_REPORTS:
            self._reported = now
            self._report()

    def look(self, picture: bytes) -> None:
        """Report a picture of the unfinished result, as WebP."""
        self.last_look = picture
        self._looks += 1
        self._report()

    def hold(self, held: bool) -> None:
        """Record that the job was suspended or resumed."""
        now = time.monotonic()
        if held and self._held_since is None:
            self._held_since = now
        elif not held and self._held_since is not None:
            self._held += now - self._held_since
            self._held_since = None
        self._report()

    def shown_in(self, job: JobRecord) -> JobRecord:
        """Return the record of the job with its current state."""
        state = {
            "progress": self._progress,
            "eta": self._eta(),
            "looks": self._looks,
            "suspended": self._held_since is not None,
        }
        return job.model_copy(update=state)

    def _eta(self) -> float | None:
        """Return the remaining seconds, once enough is done for an estimate."""
        since = self._held_since
        spent = (since if since is not None else time.monotonic()) - self._begun - self._held
        if self._progress < 0.02 or spent < 0.5:
            return None
        return round(spent * (1 - self._progress) / self._progress, 1)
