"""Run an operation over many files: skip finished ones, report failures."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.atomic import refusing, remove_leftovers
from nijigen.core.errors import Cancelled, NijigenError, OutputError
from nijigen.core.file_set import FileSet
from nijigen.core.history import History, Step
from nijigen.core.operation import FLOWING, Operation
from nijigen.core.picture import Info, Picture
from nijigen.core.run import SILENT, Note, Run
from nijigen.imaging.files import check_sides, encode, format_of
from nijigen.imaging.losses import losses
from nijigen.jobs.batches.clips import is_for_video, is_video_name, read_source, save_clip
from nijigen.jobs.batches.file_sets import as_zip, folder_history, is_zip, lost_in, write_folder
from nijigen.jobs.batches.ledger import own_history, write_result
from nijigen.jobs.batches.origins import digest_of, note_origin, origin_of, place
from nijigen.jobs.batches.pages import Pages, process_pages
from nijigen.jobs.batches.plan import Task
from nijigen.jobs.contents import as_bytes
from nijigen.jobs.perform import out_of_memory, returns_picture

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
    check: Callable[[Path], None] = lambda target: None
    """Rejects a name that no result can have, before the work starts."""


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
    measures: Mapping[str, float] = field(default_factory=dict)


def run_batch(
    tasks: Sequence[Task], job: Job, *, workers: int = 1, progress: Progress | None = None
) -> Iterator[Outcome]:
    """Process every task and yield its outcome as soon as it is known.

    A file that fails is an outcome and does not end the batch. Existing results that were made
    from the same file by the same operation and settings are skipped, so an interrupted batch
    resumes where it stopped.

    Raises:
        Cancelled: On Ctrl-C, after the running tasks were asked to stop.
    """
    stop = threading.Event()
    clean_up(tasks)
    # Twice as many threads: while one waits for the disk to have its result, another one works.
    turns, threads = threading.Semaphore(workers), 2 * workers
    with ThreadPoolExecutor(max_workers=threads) as pool:
        waiting = iter(tasks)
        running: list[Future[Outcome]] = []

        def start_next() -> None:
            task = next(waiting, None)
            if task is not None:
                running.append(pool.submit(run_task, task, job, stop, progress, turns))

        try:
            for _ in range(threads):
                start_next()
            while running:
                # A single worker reports in the order of the tasks. With a time-out, since a wait
                # without one does not see Ctrl-C on Windows.
                watched = running if workers > 1 else running[:1]
                finished = wait(watched, timeout=0.2, return_when=FIRST_COMPLETED).done
                for future in [future for future in running if future in finished]:
                    running.remove(future)
                    start_next()
                    yield future.result()
        except KeyboardInterrupt:
            raise Cancelled("stopped", "run the same command again to go on") from None
        finally:
            stop.set()


def run_task(
    task: Task,
    job: Job,
    stop: threading.Event,
    progress: Progress | None,
    turns: threading.Semaphore,
) -> Outcome:
    """Process one file; a failure is returned, a request to stop is raised.

    Args:
        task: The file and its target.
        job: What to do.
        stop: Set by a request to stop.
        progress: Called with the fraction that is done.
        turns: Acquired for the work, but not for writing the finished result.
    """
    started = time.perf_counter()
    listener = (lambda fraction: progress(task, fraction)) if progress else None
    run = Run(listener, stop, sized=lambda size: check_size(size, task.target, job))
    try:
        with turns:
            started = time.perf_counter()
            run.check()
            job.check(task.target)
            if not may_write(task, job):
                return Outcome(task, "skipped")
            if task.all_pages:
                known = _process_pages(task, job, run)
                notes = tuple(dict.fromkeys((*run.notes, *known.lost)))
                seconds = time.perf_counter() - started
                sizes = known.before, known.after
                return Outcome(task, "done", seconds, *sizes, None, notes, run.measures)
            value = read_source(task.source, task.target, page=task.page)
            port = job.operation.source_port
            assert port is not None
            result = job.operation.apply({port.name: value, **job.others}, job.settings, run)
            # Nothing is written after a request to stop; only writing a clip can be interrupted.
            run.check()
            history = made_of(result, value, job)
            write = writing(result, task.target, history, job.overwrite, run, task)
            notes = tuple(dict.fromkeys((*run.notes, *_lost(result, task.target))))
            before, after = value.size, result.size if isinstance(result, FLOWING) else None
            # They may be large, and the next file is read now.
            del value, result
        write()
    except Cancelled:
        raise
    except Exception as error:
        if os.environ.get("NIJIGEN_DEBUG") and not isinstance(error, NijigenError | MemoryError):
            raise
        return Outcome(task, "failed", time.perf_counter() - started, error=error_of(error))
    seconds = time.perf_counter() - started
    return Outcome(task, "done", seconds, before, after, None, notes, run.measures)


def _process_pages(task: Task, job: Job, run: Run) -> Pages:
    port = job.operation.source_port
    assert port is not None

    def work(page: Picture, part: Run) -> Any:
        return job.operation.apply({port.name: page, **job.others}, job.settings, part)

    def finished(digest: str) -> None:
        note_origin(task.target, task.place, digest)

    return process_pages(task.source, task.target, work, run, finished=finished)


def check_size(size: tuple[int, int], target: Path | None, job: Job) -> None:
    """Reject a result that its format cannot hold, before it is made.

    Raises:
        UnsupportedFormat: A side is too long.
    """
    if target and returns_picture(job.operation) and not is_video_name(target):
        check_sides(size, format_of(target))


def error_of(error: Exception) -> NijigenError:
    """Return any exception as one of our errors: one file never ends a batch."""
    if isinstance(error, NijigenError):
        return error
    if isinstance(error, MemoryError):
        return out_of_memory()
    return NijigenError(
        f"internal error: {type(error).__name__}: {error}",
        "this is a bug; please report it with the output of NIJIGEN_DEBUG=1",
    )


def clean_up(tasks: Iterable[Task]) -> None:
    """Remove temporary files that killed runs left in the output folders."""
    for folder in {task.target.parent for task in tasks}:
        remove_leftovers(folder)


def _lost(result: Any, target: Path) -> tuple[Note, ...]:
    if isinstance(result, FileSet):
        return lost_in(result)
    picture = isinstance(result, Picture | Animation | Artwork)
    # The losses of a clip were already noted when it was written.
    return losses(result, format_of(target)) if picture and not is_for_video(result, target) else ()


def save(result: Any, target: Path, history: History) -> None:
    """Write a result: a picture by its extension, text unchanged, anything else as JSON.

    Several files go into the folder ``target``, or into a ZIP if its name ends in ``.zip``.

    Raises:
        UnsupportedFormat: The extension is unknown, or the format cannot hold such a value.
        OutputError: The file cannot be written; an existing file is left unchanged.
    """
    writing(result, target, history)()


def writing(
    result: Any,
    target: Path,
    history: History,
    overwrite: bool = False,
    run: Run = SILENT,
    task: Task | None = None,
) -> Callable[[], None]:
    """Encode a result as :func:`save` does, and return the function that writes the file.

    Clips and folders are written at once, since they are encoded one frame or file at a time.

    Raises:
        UnsupportedFormat: The extension is unknown, or the format cannot hold such a value.
        OutputError: A file cannot be written; also by the returned function.
    """
    source, number = (task.place, task.number) if task else (None, 0)
    folder = isinstance(result, FileSet) and not is_zip(target)
    video = is_for_video(result, target)
    if source is not None and (folder or video):
        note_origin(target, source, number=number)
    if video:
        save_clip(result, target, history, run)
        return lambda: None
    if isinstance(result, Picture | Animation | Artwork):
        content = encode(result, format_of(target))
    elif isinstance(result, FileSet) and folder:
        write_folder(target, result, history, overwrite=overwrite)
        return lambda: None
    else:
        content = as_zip(result) if isinstance(result, FileSet) else as_bytes(result)
    return lambda: write_result(target, content, history, source, number)


def made_of(result: Any, value: Any, job: Job) -> History:
    """Return the history of a result of one source, of the first of several, or of none."""
    if isinstance(result, FLOWING):
        made: History = result.info.history
        return made
    first = value[0] if isinstance(value, tuple) else value
    base = first.info.history if first is not None else History()
    return replace(base, steps=(*base.steps, *_steps(job, value)))


def may_write(task: Task, job: Job) -> bool:
    """Return whether to make the target; False if it is already up to date.

    Raises:
        OutputError: A file is in the way: Nijigen did not make it, or made it from another
            source, or it was modified since.
    """
    target = task.target
    try:
        if not target.exists():
            return True
        is_source = task.source.exists() and target.samefile(task.source)
    except (OSError, ValueError) as error:
        raise _impossible(target, error) from error
    if job.overwrite:
        return True
    if target.is_dir() and job.operation.returns is FileSet and not is_zip(target):
        return folder_history(target) != _expected_history(task, job)
    if target.is_dir():
        raise OutputError(f"{target} is a folder", "pass a file name, or end the name with /")
    if is_source:
        raise OutputError(f"{target} is the source itself", "choose another -o, or --overwrite")
    made = own_history(target)
    expected = _expected_history(task, job)
    if made == expected:
        return False
    _check_replaceable(task, made, expected)
    return True


def _impossible(target: Path, error: Exception) -> NijigenError:
    try:
        with refusing(target):
            raise error
    except OutputError as refusal:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            return OutputError(refusal.message, 'name results by --name "{number}.{ending}"')
        return refusal


def _check_replaceable(task: Task, made: History, expected: History) -> None:
    """Refuse to replace a result that was modified, or made from another source."""
    target, origin = task.target, origin_of(task.target)
    if origin is not None and origin.hashes and digest_of(target) not in origin.hashes:
        raise OutputError(
            f"{target} was changed after Nijigen made it", "choose another -o, or --overwrite"
        )
    if expected.sha256 is None or made.sha256 == expected.sha256:
        return
    if origin is not None:
        same = origin.source == task.place
    else:
        # Next to the sources, a file name identifies one source.
        same = (made.source, made.page) == (task.source.name, task.page) and place(
            target.parent
        ) == place(task.source.parent)
    if not same:
        what = f"{origin.source if origin else 'another file or state of it'}"
        raise OutputError(
            f"{target} is there already, made from {what}", "choose another -o, or --overwrite"
        )


def _expected_history(task: Task, job: Job) -> History:
    digest = digest_of(task.source)
    if digest is None:
        return History()
    history = History(task.source.name, digest, page=task.page)
    # Only the origin of the source is needed; decoding its pixels would take longer.
    source = SimpleNamespace(info=Info(history=history))
    return replace(history, steps=_steps(job, source))


def _steps(job: Job, source: Any) -> tuple[Step, ...]:
    port = job.operation.source_port
    flowing = {port.name: source} if port and source is not None else {}
    settings = job.operation.check(job.settings)
    return job.operation.steps(settings, {**flowing, **job.others})
