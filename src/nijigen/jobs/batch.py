"""Run an operation over many files: skip finished ones, report failures."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import Cancelled, InputError, NijigenError, OutputError
from nijigen.core.file_set import FileSet
from nijigen.core.history import History, Step
from nijigen.core.operation import FLOWING, Operation
from nijigen.core.picture import Info, Picture
from nijigen.core.run import SILENT, Note, Run
from nijigen.imaging.files import encode, format_of
from nijigen.imaging.losses import losses
from nijigen.jobs.clips import is_for_video, read_source, save_clip
from nijigen.jobs.contents import as_bytes
from nijigen.jobs.file_sets import as_zip, folder_history, is_zip, lost_in, write_folder
from nijigen.jobs.ledger import history_of, write_result
from nijigen.jobs.plan import Task

AnyOperation = Operation[Any, Any]
Progress = Callable[[Task, float], None]


@dataclass(frozen=True)
class Job:
    """The work to do on every file of a batch."""

    operation: AnyOperation
    settings: Mapping[str, Any]
    others: Mapping[str, Any]
    """Inputs other than the source, by port name; the same for every file."""
    overwrite: bool = False


@dataclass(frozen=True)
class Outcome:
    """The outcome of one task."""

    task: Task
    status: Literal["done", "skipped", "failed"]
    seconds: float = 0.0
    size_before: tuple[int, int] | None = None
    size_after: tuple[int, int] | None = None
    error: NijigenError | None = None
    notes: tuple[Note, ...] = ()


def run_batch(
    tasks: Sequence[Task], job: Job, *, workers: int = 1, progress: Progress | None = None
) -> Iterator[Outcome]:
    """Work on every task and yield what became of it, as it happens.

    A file that fails is an outcome, not an end. Results that exist already and were made from
    the same file by the same operation and settings are skipped, so a batch that was stopped
    goes on where it stood.

    Raises:
        Cancelled: By Ctrl-C, after the running files were told to stop.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        waiting = iter(tasks)
        running: set[Future[Outcome]] = set()

        def start_next() -> None:
            task = next(waiting, None)
            if task is not None:
                running.add(pool.submit(run_task, task, job, stop, progress))

        try:
            for _ in range(workers):
                start_next()
            while running:
                # With a time-out, since a wait without one does not see Ctrl-C on Windows.
                finished, running = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    start_next()
                    yield future.result()
        except KeyboardInterrupt:
            raise Cancelled("stopped", "run the same command again to go on") from None
        finally:
            stop.set()


def run_task(
    task: Task, job: Job, stop: threading.Event, progress: Progress | None = None
) -> Outcome:
    """Work on one file; a failure is returned, a request to stop is raised."""
    started = time.perf_counter()
    listener = (lambda fraction: progress(task, fraction)) if progress else None
    run = Run(listener, stop)
    try:
        run.check()
        if not may_write(task, job):
            return Outcome(task, "skipped")
        value = read_source(task.source, task.target)
        port = job.operation.source_port
        assert port is not None
        result = job.operation.apply({port.name: value, **job.others}, job.settings, run)
        # Nothing is written after a request to stop; of the writing, only that of clips is.
        run.check()
        history = made_of(result, value, job)
        save(result, task.target, history, overwrite=job.overwrite, run=run)
        notes = tuple(dict.fromkeys((*run.notes, *_lost(result, task.target))))
    except Cancelled:
        raise
    except NijigenError as error:
        return Outcome(task, "failed", time.perf_counter() - started, error=error)
    except MemoryError:
        lack = InputError("not enough memory for this picture", "close programs, or cut it up")
        return Outcome(task, "failed", time.perf_counter() - started, error=lack)
    after = result.size if isinstance(result, FLOWING) else None
    return Outcome(task, "done", time.perf_counter() - started, value.size, after, notes=notes)


def _lost(result: Any, target: Path) -> tuple[Note, ...]:
    if isinstance(result, FileSet):
        return lost_in(result)
    picture = isinstance(result, Picture | Animation | Artwork)
    # Writing a clip has noted its losses already.
    return losses(result, format_of(target)) if picture and not is_for_video(result, target) else ()


def save(
    result: Any, target: Path, history: History, *, overwrite: bool = False, run: Run = SILENT
) -> None:
    """Write a result: a picture by its ending, a text as it is, anything else as JSON.

    Several files go into the folder ``target``, or, where its name ends in ``.zip``, into a ZIP.

    Raises:
        UnsupportedFormat: The ending is not known, or the format does not hold such a value.
        OutputError: The file cannot be written; what was there before stays.
    """
    if is_for_video(result, target):
        save_clip(result, target, history, run)
        return
    if isinstance(result, Picture | Animation | Artwork):
        content = encode(result, format_of(target))
    elif isinstance(result, FileSet) and not is_zip(target):
        write_folder(target, result, history, overwrite=overwrite)
        return
    else:
        content = as_zip(result) if isinstance(result, FileSet) else as_bytes(result)
    write_result(target, content, history)


def made_of(result: Any, value: Any, job: Job) -> History:
    """Return how a result was made of the source, or of the first of several, or of nothing."""
    if isinstance(result, FLOWING):
        made: History = result.info.history
        return made
    first = value[0] if isinstance(value, tuple) else value
    base = first.info.history if first is not None else History()
    return replace(base, steps=(*base.steps, *_steps(job, value)))


def may_write(task: Task, job: Job) -> bool:
    """Return whether the target is to be made; False where it is there already.

    Raises:
        OutputError: A file is in the way that Nijigen did not make.
    """
    target = task.target
    if not target.exists() or job.overwrite:
        return True
    if target.is_dir() and job.operation.returns is FileSet and not is_zip(target):
        return folder_history(target) != _expected_history(task, job)
    if target.is_dir():
        raise OutputError(f"{target} is a folder", "pass a file name, or end the name with /")
    if task.source.exists() and target.samefile(task.source):
        raise OutputError(f"{target} is the source itself", "choose another -o, or --overwrite")
    made = history_of(target)
    if made is None:
        raise OutputError(
            f"{target} exists and was not made by Nijigen", "choose another -o, or --overwrite"
        )
    return made != _expected_history(task, job)


def _expected_history(task: Task, job: Job) -> History:
    try:
        with task.source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return History()
    history = History(task.source.name, digest)
    # All that is asked of the source is where it came from; reading its pixels would take longer.
    source = SimpleNamespace(info=Info(history=history))
    return replace(history, steps=_steps(job, source))


def _steps(job: Job, source: Any) -> tuple[Step, ...]:
    port = job.operation.source_port
    flowing = {port.name: source} if port and source is not None else {}
    settings = job.operation.check(job.settings)
    return job.operation.steps(settings, {**flowing, **job.others})
