"""Results that are data, printed instead of written when no file is named."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from nijigen.cli.missing import offer
from nijigen.cli.report import Report, one_line, result_text, say_error
from nijigen.core.binary import BinaryStream
from nijigen.core.errors import Cancelled, InputError, NijigenError
from nijigen.core.operation import Operation
from nijigen.core.run import Run
from nijigen.core.strict import escaped
from nijigen.imaging.files import read
from nijigen.jobs.batches.batch import Job, error_of
from nijigen.jobs.batches.plan import Task
from nijigen.jobs.batches.sources import by_page, find_sources
from nijigen.jobs.perform import data_ending, perform, returns_file

_TEXTS = ("json", "jsonl", "csv", "txt", "gpl", "css", "pal", "hex")


def is_printed(operation: Operation[Any, Any], values: Mapping[str, Any]) -> bool:
    """Return whether the results are texts, which a terminal can show."""
    may_be = operation.returns is BinaryStream or not returns_file(operation)
    return may_be and data_ending(values) in _TEXTS


def print_parts(job: Job, inputs: Mapping[str, Any], report: Report) -> int:
    """Print a result while it is made."""
    run = Run()
    made = job.operation.apply(inputs, job.settings, run)
    for data, _ in made.pieces(()):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    report.notes(run.notes)
    return 0


def print_each(first: Sequence[str], job: Job, report: Report) -> int:
    """Print the result for each source; nothing is written.

    Of several sources, each name goes to standard error before its result: what is piped on is
    data alone, JSON documents one after another. With ``--json`` there is a line for each source.
    """
    failures: list[NijigenError] = []

    def refused(error: InputError) -> None:
        failures.append(error)
        say_error(error)

    sources = find_sources(first, refused=refused)
    port = job.operation.source_port
    assert port is not None
    waiting = by_page(sources)[::-1]
    offered: set[str] = set()
    while waiting:
        source = waiting.pop()
        task = Task(source.path, source.path, page=source.page)
        try:
            with report.one_bar() as listener:
                inputs = {port.name: read(task.source, page=task.page), **job.others}
                result = perform(job.operation, inputs, job.settings, Run(listener))
        except Cancelled:
            raise
        except Exception as error:
            if offer(error_of(error), offered):
                waiting.append(source)
                continue
            failures.append(error_of(error))
            say_error(failures[-1], task)
            continue
        if report.as_json:
            click.echo(_record(task, result.content, result.data_ending))
            continue
        if len(sources) > 1 or task.page:
            report.note(one_line(f"{task.label}:"))
            sys.stderr.flush()
        click.echo(result_text(job.operation, result.value, result.content.decode()))
        report.notes(result.notes)
    return failures[0].exit_code if failures else 0


def _record(task: Task, content: bytes, ending: str) -> str:
    record: dict[str, Any] = {"source": str(task.source)}
    if task.page:
        record["page"] = task.page
    record["result"] = json.loads(content) if ending == "json" else content.decode()
    return escaped(json.dumps(record, ensure_ascii=False))
