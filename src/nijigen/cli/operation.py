"""An operation as a command: inputs, settings as options, and what is common to all."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from nijigen.cli.data import is_printed, print_each, print_parts
from nijigen.cli.inputs import (
    check_words,
    files_behind,
    options_of,
    parameters,
    read_port,
    shared_out,
)
from nijigen.cli.missing import is_offered, offer
from nijigen.cli.report import Report, result_text, say_error
from nijigen.cli.settings import QUIET, SETTINGS, check_names, merged, options
from nijigen.cli.texts import command_class
from nijigen.core.artwork import Artwork
from nijigen.core.atomic import remove_leftovers
from nijigen.core.binary import BinaryStream
from nijigen.core.errors import Cancelled, InputError, NijigenError, UnsupportedFormat
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation
from nijigen.core.run import Note, Run
from nijigen.imaging.files import ENDINGS, decode, format_of, read
from nijigen.jobs.batches.batch import Job, Outcome, check_size, made_of, may_write, run_batch
from nijigen.jobs.batches.clips import is_video_name, save_clip
from nijigen.jobs.batches.file_sets import is_zip, lost_in, write_folder
from nijigen.jobs.batches.ledger import write_result, write_stream
from nijigen.jobs.batches.origins import place
from nijigen.jobs.batches.own_results import own_results
from nijigen.jobs.batches.plan import Planner, Task
from nijigen.jobs.batches.sources import Source, find_sources
from nijigen.jobs.batches.watch import watch
from nijigen.jobs.perform import (
    SHORT_ENDINGS,
    calculate,
    check_ending,
    check_format,
    data_ending,
    known_ending,
    named_format,
    naming_maker,
    perform,
    returns_picture,
)

AnyOperation = Operation[Any, Any]

COMMON = [
    click.Option(
        ["-o", "--output"], metavar="FILE|FOLDER", help="Where the result goes; - is stdout."
    ),
    click.Option(
        ["--name"],
        metavar="TEMPLATE",
        help="Names of results, from {stem} {ending} {operation} {folder} {number}.",
    ),
    SETTINGS,
    click.Option(["--overwrite"], is_flag=True, help="Replace files that Nijigen did not make."),
    click.Option(
        ["--workers"],
        type=click.IntRange(1, 64),
        default=1,
        help="Files processed in parallel; more than 1 helps operations without a model.",
    ),
    click.Option(["--watch"], is_flag=True, help="Keep processing files added to the folder."),
    click.Option(["--json", "as_json"], is_flag=True, help="Report as JSON lines."),
    QUIET,
]


def command(operation: AnyOperation) -> click.Command:
    """Return the command of an operation."""
    check_names(operation, COMMON)
    doc = operation.doc
    source = doc.sections.get("Source", "")
    parts = (doc.summary, doc.body, source and f"Source: {source}")
    text = "\n\n".join(part for part in parts if part).replace("``", "")
    # Click keeps the lines of a paragraph, here a list, only after this mark.
    text = text.replace("\n\n    ", "\n\n\b\n    ")
    return command_class(operation)(
        operation.name.replace("_", "-"),
        params=[*parameters(operation), *options(operation), *COMMON],
        callback=functools.partial(_call, operation),
        help=text,
        short_help=doc.summary,
    )


def _call(
    operation: AnyOperation,
    *,
    output: str | None,
    name: str | None,
    settings: Path | None,
    overwrite: bool,
    workers: int,
    watch: bool,
    as_json: bool,
    quiet: bool,
    inputs: tuple[str, ...] = (),
    **given: Any,
) -> int:
    optional = {port.name: given.pop(port.name) for port in options_of(operation)}
    values = _values(operation, given, settings, output, name)
    names = shared_out(operation, inputs, optional)
    source = operation.source_port
    batch = source is not None and not source.several and source.name in names
    first = names.pop(source.name) if source and batch else []
    if source and source.optional:
        check_words(operation, first)
    others = {
        port.name: read_port(port, names[port.name])
        for port in operation.ports
        if port.name in names
    }
    check = functools.partial(_check_name, operation, values)
    job = Job(operation, values, others, overwrite, check)
    report = Report(as_json=as_json, quiet=quiet)
    if watch and (first == ["-"] or output == "-" or not batch):
        raise InputError(
            "--watch needs a folder of pictures and one for the results",
            "name both, as in: nijigen upscale waifu2x in/ -o out/ --watch",
        )
    if first == ["-"] or output == "-" or not batch:
        return _once(job, first, names, output, report)
    if output is None and name is None and is_printed(operation, values):
        if watch:
            raise InputError("--watch needs a folder for the results", "name one with -o FOLDER")
        return print_each(first, job, report)
    target = Path(output) if output else None
    folder = output is not None and output.endswith(("/", "\\"))
    several = len(first) > 1 or any(Path(f).is_dir() for f in first)

    planner = Planner(
        target,
        operation.name,
        name,
        _ending(values, operation),
        into_folder=folder or (several and not _is_file_name(operation, target)),
        overwrite=overwrite,
    )
    if watch:
        return _watch(first, planner, job, report)
    return _batch(first, planner, job, workers, report)


def _values(
    operation: AnyOperation,
    given: dict[str, Any],
    file: Path | None,
    output: str | None,
    name: str | None,
) -> dict[str, Any]:
    """Return all settings; by default the name of the result determines the format."""
    if not returns_picture(operation):
        format = named_format(operation, Path(name or output or ""))
        return merged(operation, given, file, {"format": format} if format else {})
    if output and Path(output).suffix.lower() in ENDINGS:
        chosen = format_of(Path(output))
        check_format(operation, chosen)
        if given.get("format", "") is None:
            # An operation that chooses a format gets the one from the file name.
            given = {**given, "format": chosen}
    return merged(operation, given, file, {})


def _is_file_name(operation: AnyOperation, path: Path | None) -> bool:
    if path is None or path.is_dir():
        return False
    return known_ending(path.name) or named_format(operation, path) is not None


def _check_name(operation: AnyOperation, values: Mapping[str, Any], path: Path) -> None:
    if returns_picture(operation):
        if not is_video_name(path):
            with naming_maker(operation, path):
                check_format(operation, format_of(path))
    elif operation.returns is FileSet:
        if known_ending(path.name) and not is_zip(path):
            raise UnsupportedFormat(
                f"{operation.id} makes several files", "name a folder, or a file that ends in .zip"
            )
    else:
        check_ending(operation, values, path)


def _ending(values: Mapping[str, Any], operation: AnyOperation) -> str | None:
    if operation.returns is FileSet:
        return ""
    if not returns_picture(operation):
        return data_ending(values)
    chosen = values.get("format") or ("psd" if operation.returns is Artwork else None)
    return SHORT_ENDINGS.get(chosen, chosen) if chosen else None


def _once(
    job: Job, first: list[str], names: Mapping[str, list[str]], output: str | None, report: Report
) -> int:
    """Make one result: of one source or of several, of standard input, or of nothing.

    Args:
        job: The job; inputs other than the source are already read.
        first: The name of the source, where it is still to be read.
        names: Names of the other inputs.
        output: Name of the result, ``-`` for standard output.
        report: Where to say what was done.
    """
    operation, inputs = job.operation, dict(job.others)
    port = operation.source_port
    source, shown = Path("-"), ""
    if first and port:
        if len(first) > 1:
            raise InputError("only one picture can go to standard output", "name a folder with -o")
        source = Path(first[0])
        inputs[port.name] = decode(sys.stdin.buffer.read()) if first == ["-"] else read(source)
    elif port and port.name in names:
        files = list(files_behind(names[port.name]))
        source = Path(files[0])
        shown = f"{len(files)} files" if len(files) > 1 else ""
    target = None if output in (None, "-") else Path(str(output))
    if output is None and not is_printed(operation, job.settings) and sys.stdout.isatty():
        raise InputError("the result would be written onto the screen", "name a file with -o")
    if target is not None:
        remove_leftovers(target.parent)
    if target is not None and not may_write(Task(source, target), job):
        # Made by the same settings from the same input: there is nothing to do.
        return 0
    if target is not None:
        _check_name(operation, job.settings, target)
    if target is not None and is_video_name(target) and returns_picture(operation):
        return _to_video(job, inputs, shown or source, target, report)
    if target is not None and _in_parts(operation, target):
        return _to_parts(job, inputs, shown or source, target, report)
    if target is None and operation.returns is BinaryStream:
        return print_parts(job, inputs, report)
    format = format_of(target) if target and returns_picture(operation) else None
    with Report(quiet=report.quiet or target is None).one_bar() as listener:
        run = Run(listener, sized=lambda size: check_size(size, target, job))
        result = perform(operation, inputs, job.settings, run, format)
    if target is None and output is None and not report.as_json and operation.lines is not None:
        click.echo(result_text(operation, result.value, result.content.decode()))
    elif target is None:
        sys.stdout.buffer.write(result.content)
        sys.stdout.buffer.flush()
    else:
        value = inputs.get(port.name) if port else None
        history = made_of(result.value, value, job)
        origin = None if source == Path("-") else place(source)
        write_result(target, result.content, history, origin)
        report.line(f"{shown or source} → {target}" if port else str(target))
    report.notes(result.notes)
    return 0


def _in_parts(operation: AnyOperation, target: Path) -> bool:
    """Return whether the result is written file by file, or part by part."""
    return operation.returns is BinaryStream or (
        operation.returns is FileSet and not is_zip(target)
    )


def _to_parts(
    job: Job, inputs: Mapping[str, Any], source: Path | str, target: Path, report: Report
) -> int:
    port = job.operation.source_port
    with report.one_bar() as listener:
        run = Run(listener)
        made = calculate(job.operation, inputs, job.settings, run)
        history = made_of(made, inputs.get(port.name) if port else None, job)
        lost: tuple[Note, ...] = ()
        if isinstance(made, BinaryStream):
            write_stream(target, made, history, run)
        else:
            write_folder(target, made, history, overwrite=job.overwrite)
            lost = lost_in(made)
    report.line(f"{source} → {target}" if port else str(target))
    report.notes(tuple(dict.fromkeys((*run.notes, *lost))))
    return 0


def _to_video(
    job: Job, inputs: Mapping[str, Any], source: Path | str, target: Path, report: Report
) -> int:
    port = job.operation.source_port
    with report.one_bar() as listener:
        run = Run(listener)
        made = job.operation.apply(inputs, job.settings, run)
        history = made_of(made, inputs.get(port.name) if port else None, job)
        save_clip(made, target, history, run)
    report.line(f"{source} → {target}" if port else str(target))
    report.notes(run.notes)
    return 0


def _batch(first: list[str], planner: Planner, job: Job, workers: int, report: Report) -> int:
    failures: list[NijigenError] = []

    def refused(error: InputError) -> None:
        failures.append(error)
        say_error(error)

    sources = find_sources(first, refused=refused)
    made = own_results(sources, planner)
    if made:
        report.note(f"note: left out {len(made)} of Nijigen's own results among the sources")
    tasks = planner.plan([source for source in sources if source.path not in made])
    _check_any(tasks, job)
    outcomes = _run_all(tasks, job, workers, report, set())
    report.summary(outcomes)
    failures += [outcome.error for outcome in outcomes if outcome.error]
    return failures[0].exit_code if failures else 0


def _run_all(
    tasks: list[Task], job: Job, workers: int, report: Report, offered: set[str]
) -> list[Outcome]:
    """Run tasks and report each; those without their model wait until the user was asked for it."""
    outcomes: list[Outcome] = []
    while tasks:
        waiting: list[Outcome] = []
        with report.bars(len(tasks)) as progress:
            for outcome in run_batch(tasks, job, workers=workers, progress=progress):
                if is_offered(outcome.error, offered):
                    waiting.append(outcome)
                    continue
                outcomes.append(outcome)
                report.outcome(outcome)
        got = bool(waiting) and offer(waiting[0].error, offered)
        tasks = [outcome.task for outcome in waiting] if got else []
        for outcome in [] if got else waiting:
            outcomes.append(outcome)
            report.outcome(outcome)
    return outcomes


def _check_any(tasks: list[Task], job: Job) -> None:
    """Refuse the command where no result can have its name: better said once, before the work."""
    error: NijigenError | None = None
    for task in tasks:
        try:
            job.check(task.target)
        except NijigenError as found:
            error = error or found
        else:
            return
    if error is not None:
        raise error


def _watch(first: list[str], planner: Planner, job: Job, report: Report) -> int:
    if len(first) != 1:
        raise InputError("--watch takes one folder")
    folder = Path(first[0])
    results: set[Path] = set()
    codes: list[int] = []
    offered: set[str] = set()

    def leave_out(source: Source, among: Sequence[Source]) -> bool:
        if source.path.resolve() in results:
            return True
        try:
            return bool(own_results([source], planner, among))
        except NijigenError:
            return False

    report.note(f"watching {folder}; Ctrl-C ends")
    try:
        for source in watch(folder, leave_out=leave_out, refused=say_error):
            try:
                tasks = planner.plan([source])
            except InputError as error:
                codes.append(error.exit_code)
                say_error(error, Task(source.path, source.path))
                continue
            for task in tasks:
                results.add(task.target.resolve())
                for outcome in _run_all([task], job, 1, report, offered):
                    codes += [outcome.error.exit_code] if outcome.error else []
    except (KeyboardInterrupt, Cancelled):
        report.note("stopped watching")
    return codes[0] if codes else 0
