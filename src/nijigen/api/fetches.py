"""Models on their way to the user's folder, because the user asked for them."""

from __future__ import annotations

import logging
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from nijigen.core.errors import Cancelled, NijigenError
from nijigen.core.run import Run
from nijigen.jobs.records import Problem, fault, problem_of
from nijigen.models import store

log = logging.getLogger("nijigen.api")


@dataclass
class Fetch:
    """One model that is fetched, or could not be."""

    progress: float = 0.0
    problem: Problem | None = None
    run: Run = field(init=False)

    def __post_init__(self) -> None:
        self.run = Run(self._report)

    def _report(self, fraction: float) -> None:
        self.progress = fraction


class Fetches:
    """Fetches one model after the other."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "nijigen-fetch")
        self._lock = threading.Lock()
        self._fetches: dict[str, Fetch] = {}

    def begin(self, name: str) -> None:
        """Fetch a model, unless that is under way."""
        with self._lock:
            going = self._fetches.get(name)
            if going is not None and going.problem is None:
                return
            fetch = self._fetches[name] = Fetch()
        self._pool.submit(self._get, name, fetch)

    def find(self, name: str) -> Fetch | None:
        """Return the fetch of a model that is under way or has failed."""
        return self._fetches.get(name)

    def stop(self) -> None:
        """Cancel all."""
        with self._lock:
            for fetch in self._fetches.values():
                fetch.run.cancel()
        self._pool.shutdown(cancel_futures=True)

    def _get(self, name: str, fetch: Fetch) -> None:
        try:
            store.get(name, fetch.run)
        except Cancelled:
            pass
        except NijigenError as error:
            fetch.problem = problem_of(error)
            return
        except Exception:
            log_id = secrets.token_hex(4)
            log.exception("model %s could not be fetched, log id %s", name, log_id)
            fetch.problem = fault(log_id)
            return
        with self._lock:
            self._fetches.pop(name, None)
