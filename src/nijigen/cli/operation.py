"""An operation as a command: inputs, settings as options, and what is common to all."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from nijigen.cli.report import Report
from nijigen.cli.settings import merged, options
from nijigen.core.artwork import Artwork
from nijigen.core.errors import Cancelled, InputError
from nijigen.core.operation import Operation, Port
from nijigen.core.run import Run
from nijigen.imaging.files import ENDINGS, decode, format_of, read
from nijigen.jobs.batch import Job, Outcome, made_of, may_write, run_batch
from nijigen.jobs.ledger import write_result
from nijigen.jobs.perform import (
    SHORT_ENDINGS,
    check_ending,
    check_format,
    data_ending,
    known_ending,
    named_format,
    perform,
    returns_picture,
    still,
)
from nijigen.jobs.plan import Source, Task, find_sources, plan
from nijigen.jobs.watch import watch

AnyOperation = Operation[Any, Any]
Planned = Callable[[list[Source]], list[Task]]

COMMON = [
    click.Option(
        ["-o", "--output"], metavar="FILE|FOLDER", help="Where the result goes; - is stdout."
    ),
    click.Option(
        ["--name"],
        metavar="TEMPLATE",
        help="Names of results, of {stem} {ending} {operation} {folder} {number}.",
    ),
    click.Option(["--settings"], type=click.Path(path_type=Path), help="TOML file of settings."),
    click.Option(["--overwrite"], is_flag=True, help="Replace files that Nijigen did not make."),
    click.Option(
        ["--workers"],
        type=click.IntRange(1, 64),
        default=1,
        help="Files worked on at once; more than 1 helps operations without a model.",
    ),
    click.Option(["--watch"], is_flag=True, help="Go on with what is added to the folder."),
    click.Option(["--json", "as_json"], is_flag=True, help="Report in JSON lines."),
    click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing but errors."),
]
RESERVED = {option.name for option in COMMON} | {"help", "inputs"}


def command(operation: AnyOperation) -> click.Command:
    """Return the command of an operation."""
    clash = RESERVED & set(operation.parameters)
    if clash:
        raise TypeError(f"{operation.id}: the setting {clash.pop()!r} has a name of the CLI's own")
    arguments: list[click.Parameter] = []
    if operation.ports:
        names = " ".join(port.name.upper() for port in operation.ports)
        arguments = [
            click.Argument(["inputs"], nargs=-1, required=True, metavar=f"{names}...", type=str)
        ]
    doc = operation.doc
    source = doc.sections.get("Source", "")
    parts = (doc.summary, doc.body, source and f"Source: {source}")
    text = "\n\n".join(part for part in parts if part).replace("``", "")
    return click.Command(
        operation.name.replace("_", "-"),
        params=[*arguments, *options(operation), *COMMON],
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
    values = _values(operation, given, settings, output, name)
    first, others = _split(operation, inputs)
    job = Job(operation, values, others, overwrite)
    to_stdout = output == "-"
    if first == ["-"] or to_stdout or not operation.ports:
        return _stream(job, first, output, quiet)
    target = Path(output) if output else None
    folder = output is not None and output.endswith(("/", "\\"))
    several = len(first) > 1 or any(Path(f).is_dir() for f in first)
    report = Report(as_json=as_json, quiet=quiet)

    def planned(sources: list[Source]) -> list[Task]:
        tasks = plan(
            sources,
            target,
            operation=operation.name,
            name=name,
            into_folder=folder or (several and not _is_file_name(operation, target)),
            ending=_ending(values, operation),
        )
        for task in tasks:
            # Better said before the work than after it.
            _check_name(operation, values, task.target)
        return tasks

    if watch:
        return _watch(first, planned, job, report)
    return _batch(planned(find_sources(first)), job, workers, report)


def _values(
    operation: AnyOperation,
    given: dict[str, Any],
    file: Path | None,
    output: str | None,
    name: str | None,
) -> dict[str, Any]:
    """Return all settings; where none tells the format, the name of the result does."""
    if not returns_picture(operation):
        format = named_format(operation, Path(name or output or ""))
        return merged(operation, given, file, {"format": format} if format else {})
    if output and Path(output).suffix.lower() in ENDINGS:
        chosen = format_of(Path(output))
        check_format(operation, chosen)
        if given.get("format", "") is None:
            # An operation that decides on a format is told which one was named by the file.
            given = {**given, "format": chosen}
    return merged(operation, given, file, {})


def _is_file_name(operation: AnyOperation, path: Path | None) -> bool:
    if path is None or path.is_dir():
        return False
    return known_ending(path.name) or named_format(operation, path) is not None


def _check_name(operation: AnyOperation, values: Mapping[str, Any], path: Path) -> None:
    if returns_picture(operation):
        check_format(operation, format_of(path))
    else:
        check_ending(operation, values, path)


def _ending(values: Mapping[str, Any], operation: AnyOperation) -> str | None:
    if not returns_picture(operation):
        return data_ending(values)
    chosen = values.get("format") or ("psd" if operation.returns is Artwork else None)
    return SHORT_ENDINGS.get(chosen, chosen) if chosen else None


def _split(operation: AnyOperation, inputs: tuple[str, ...]) -> tuple[list[str], dict[str, Any]]:
    """Return the names for the first input (a batch) and the values of the other inputs."""
    rest = operation.ports[1:]
    if len(inputs) < len(operation.ports):
        missing = ", ".join(port.name for port in operation.ports[len(inputs) :])
        raise InputError(f"{operation.id} also needs {missing}")
    cut = len(inputs) - len(rest)
    others = {port.name: _value(port, name) for port, name in zip(rest, inputs[cut:], strict=True)}
    return list(inputs[:cut]), others


def _value(port: Port, name: str) -> Any:
    value = decode(sys.stdin.buffer.read()) if name == "-" else read(Path(name))
    return still(port, value)


def _stream(job: Job, first: list[str], output: str | None, quiet: bool) -> int:
    """Work on one value, from standard input or to standard output or from nothing."""
    inputs = dict(job.others)
    source = Path("-")
    if job.operation.ports:
        if len(first) > 1:
            raise InputError("only one picture can go to standard output", "name a folder with -o")
        port = job.operation.ports[0]
        if first == ["-"]:
            inputs[port.name] = decode(sys.stdin.buffer.read())
        else:
            source = Path(first[0])
            inputs[port.name] = read(source)
    target = None if output in (None, "-") else Path(str(output))
    if output is None and sys.stdout.isatty():
        raise InputError("the result would be written onto the screen", "name a file with -o")
    if target is not None and not may_write(Task(source, target), job):
        # Made by the same settings from the same input: there is nothing to do.
        return 0
    if target is not None:
        _check_name(job.operation, job.settings, target)
    format = format_of(target) if target and returns_picture(job.operation) else None
    with Report(quiet=quiet or target is None).one_bar() as listener:
        result = perform(job.operation, inputs, job.settings, Run(listener), format)
    if target is None:
        sys.stdout.buffer.write(result.content)
        sys.stdout.buffer.flush()
    else:
        value = next(iter(inputs.values()), None)
        write_result(target, result.content, made_of(result.value, value, job))
        if not quiet:
            click.echo(f"{source} → {target}" if job.operation.ports else str(target))
    return 0


def _batch(tasks: list[Task], job: Job, workers: int, report: Report) -> int:
    outcomes: list[Outcome] = []
    with report.bars(len(tasks)) as progress:
        for outcome in run_batch(tasks, job, workers=workers, progress=progress):
            outcomes.append(outcome)
            report.outcome(outcome)
    report.summary(outcomes)
    failed = [outcome.error for outcome in outcomes if outcome.error]
    return failed[0].exit_code if failed else 0


def _watch(first: list[str], planned: Planned, job: Job, report: Report) -> int:
    if len(first) != 1:
        raise InputError("--watch takes one folder")
    folder = Path(first[0])
    results: set[Path] = set()
    report.note(f"watching {folder}; Ctrl-C ends")
    try:
        for source in watch(folder, leave_out=lambda path: path.resolve() in results):
            for task in planned([source]):
                results.add(task.target.resolve())
                for outcome in run_batch([task], job):
                    report.outcome(outcome)
    except (KeyboardInterrupt, Cancelled):
        report.note("stopped watching")
    return 0
