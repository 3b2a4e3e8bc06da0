"""Decoders: processes that decode one file after another, and are ended if one costs too much."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from nijigen.core import errors
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import BadPicture, Cancelled, InputError, NijigenError
from nijigen.core.limits import MEMORY, SECONDS
from nijigen.jobs.decoding.places import QUICK, SLOW, Places
from nijigen.jobs.given import AllGiven, GivenFile, several
from nijigen.jobs.processes.process import WorkerDied, WorkerProcess
from nijigen.jobs.processes.wire import Message
from nijigen.jobs.stores.kept import Facts

log = logging.getLogger("nijigen.jobs")

MODULE = "nijigen.jobs.decoding.worker"
SECONDS_FOR_QUICK = 0.3
"""CPU time after which a file makes room for others: a drawing of 5 megapixels takes as long."""
SECONDS_TO_BE_SENT_AWAY = 1.0
"""CPU time after which it does so even if it has to be begun again later."""
SECONDS_BEFORE_SPARE = 0.15
"""CPU time after which the next process is started, which takes about half a second."""
SECONDS_BETWEEN_LOOKS = 0.05
PATIENCE_WHEN_BUSY = 10
"""So many seconds count like a second of CPU time."""
SECONDS_TO_START = 60.0
MOST_CHECKED = 10_000
LARGE = 256 << 20
"""Bytes of memory above which a process is not kept for the next file."""


class _MakeRoom(Exception):
    """A slow file is in the way of others, and all places for slow ones are taken."""


class _Turn:
    """The place that a file has."""

    def __init__(self, quick: Places, slow: Places) -> None:
        quick.take()
        self._place, self._quick, self._slow = quick, quick, slow

    @property
    def in_the_way(self) -> bool:
        """Whether others wait for the place."""
        return self._place is self._quick and self._quick.wanted

    def step_aside(self) -> bool:
        """Move to a place for slow files if one is free; return whether it was."""
        if not self._slow.take_now():
            return False
        self._place = self._slow
        self._quick.give()
        return True

    def wait_aside(self) -> None:
        """Make room, and wait for a place for slow files."""
        self._quick.give()
        self._place = self._slow
        self._slow.take()

    def end(self) -> None:
        """Give the place back."""
        self._place.give()


class Decoders:
    """Decodes files in processes of its own.

    At most two files are decoded at once. One that takes longer makes room when others wait: it
    goes on beside them with a lower priority, together with at most one other; if there are two
    already, it is begun again when one of them has ended. So slow files delay each other, and
    nobody else.

    Args:
        folder: For the files of the processes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._quick, self._slow = Places(QUICK), Places(SLOW)
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._stopping = False
        self._checked: dict[tuple[str, int, int], None] = {}
        # Linux ends a process with the thread that started it, so that thread has to last.
        self._starter = ThreadPoolExecutor(1, "nijigen-decoders")

    def warm_up(self) -> None:
        """Start the first process, which takes a second or two, unless there is one already."""
        with self._lock:
            if self._idle or self._busy or self._stopping:
                return
        with suppress(NijigenError):
            # What uses it reports why it cannot be started.
            self._keep(self._started())

    def facts(self, path: Path, name: str) -> Facts:
        """Decode a file completely, and return its properties.

        Args:
            path: The file.
            name: Its name in errors.

        Raises:
            BadPicture: It is damaged, no picture, or crashes its decoder.
            PictureTooLarge: It costs more than :mod:`nijigen.core.limits` allow.
            UnsupportedFormat: Its format cannot be read.
        """
        return Facts(**self._run({"do": "facts", "path": str(path), "name": name})["done"])

    def check(self, declaration: AnyDeclaration, found: AllGiven) -> None:
        """Check the pictures among inputs before this process decodes them.

        Pictures of the store were checked when they came. Files in roots are checked when they are
        used first, and when they have changed.

        Raises:
            NijigenError: One cannot be read, or costs too much.
        """
        for port in declaration.ports:
            if port.kind == "text" or port.path is not None:
                continue
            for given in several(found.get(port.name, ())):
                if isinstance(given, GivenFile) and given.root is not None:
                    state = given.state()
                    if state not in self._checked:
                        self.facts(Path(given.path), given.name)
                        self._checked[state] = None
                        if len(self._checked) > MOST_CHECKED:
                            self._checked.pop(next(iter(self._checked)), None)

    def view(self, path: Path, name: str, target: Path) -> None:
        """Write a PNG of a file for browsers; see :meth:`facts`."""
        self._run({"do": "view", "path": str(path), "name": name, "target": str(target)})

    def thumbnail(self, path: Path, name: str, target: Path, side: int) -> None:
        """Write a small WebP of a file; see :meth:`facts`."""
        work = {"do": "thumbnail", "path": str(path), "name": name, "target": str(target)}
        self._run({**work, "side": side})

    def stop(self) -> None:
        """End all processes; whoever waits for one gets :class:`Cancelled`."""
        with self._lock:
            self._stopping = True
            every = [*self._idle, *self._busy]
            self._idle.clear()
        for places in (self._quick, self._slow):
            places.give_to_all()
        for worker in every:
            worker.end()
        self._starter.shutdown()

    def _run(self, work: Message) -> Message:
        turn = _Turn(self._quick, self._slow)
        try:
            try:
                answer = self._tried(work, turn)
            except _MakeRoom:
                turn.wait_aside()
                answer = self._tried(work, turn)
        finally:
            turn.end()
        if "refused" in answer:
            raise _error(answer)
        if "fault" in answer:
            raise RuntimeError(f"the decoder failed: {answer['fault']}")
        return answer

    def _tried(self, work: Message, turn: _Turn) -> Message:
        """Run in a process; if that dies, once more in another: it may have been killed."""
        for attempt in (1, 2):
            try:
                with self._worker() as worker:
                    worker.send(work)
                    return self._answer(worker, work["name"], turn)
            except WorkerDied as error:
                if self._stopping:
                    raise _stopped() from None
                log.warning("decoding %r ended its process: %s", work["name"], error)
                if attempt == 2:
                    raise BadPicture(
                        f"{work['name']}: the decoder crashed ({error})",
                        "open it in another program, and save it again",
                    ) from None
        raise AssertionError

    def _answer(self, worker: WorkerProcess, name: str, turn: _Turn) -> Message:
        """Watch a process until it answers."""
        started, used, ready = time.monotonic(), 0.0, False
        while (answer := worker.receive(SECONDS_BETWEEN_LOOKS)) is None:
            if not ready:
                if time.monotonic() - started > SECONDS_TO_START:
                    raise WorkerDied("it does not start")
                if ready := worker.ready:
                    started, used = time.monotonic(), worker.cpu_seconds()
                continue
            # CPU time, so that nothing is refused because the machine is busy; but not forever.
            spent = max(
                worker.cpu_seconds() - used, (time.monotonic() - started) / PATIENCE_WHEN_BUSY
            )
            for limit, used in ((SECONDS, spent), (MEMORY, (worker.memory() or 0) / 1e6)):
                if used > limit.value():
                    error = limit.exceeded(f"{name}: decoding it takes more than")
                    log.warning("%s", error)
                    raise error
            if spent > SECONDS_BEFORE_SPARE:
                self._prepare_spare()
            if spent > SECONDS_FOR_QUICK and turn.in_the_way:
                if turn.step_aside():
                    worker.lower_priority()
                elif spent > SECONDS_TO_BE_SENT_AWAY:
                    raise _MakeRoom
        return answer

    @contextmanager
    def _worker(self) -> Iterator[WorkerProcess]:
        """Lend a process; after an answer it is kept for the next file."""
        worker = self._taken() or self._started()
        keep = False
        try:
            yield worker
            keep = (worker.memory() or LARGE) < LARGE and not worker.lowered
        finally:
            with self._lock:
                self._busy.discard(worker)
                keep &= not self._stopping and len(self._idle) < QUICK
                if keep:
                    self._idle.append(worker)
            if not keep:
                worker.end()

    def _taken(self) -> WorkerProcess | None:
        """Return an idle process, if there is one."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    self._busy.add(worker)
                    return worker
                worker.end()
        return None

    def _started(self) -> WorkerProcess:
        with self._lock:
            if self._stopping:
                raise _stopped()
            folder = self._folder / f"decoder-{secrets.token_hex(8)}"
            worker = self._starter.submit(WorkerProcess, MODULE, folder).result()
            self._busy.add(worker)
        return worker

    def _prepare_spare(self) -> None:
        """Start the next process now, because the places of quick files are about to be needed."""
        with self._lock:
            if self._idle or self._stopping or len(self._busy) >= QUICK + SLOW:
                return
        self._keep(self._started())

    def _keep(self, worker: WorkerProcess) -> None:
        """Keep a process that was just started for the next file."""
        with self._lock:
            self._busy.discard(worker)
            self._idle.append(worker)


def _stopped() -> Cancelled:
    return Cancelled("the server is stopping")


def _error(answer: Message) -> NijigenError:
    """Return the error that the process raised."""
    kind = getattr(errors, answer["refused"], InputError)
    error: NijigenError = kind(answer["message"], answer["hint"])
    return error
