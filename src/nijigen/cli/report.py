"""Console output of the command line: progress bars, lines, JSON."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import NijigenError
from nijigen.core.run import Listener, Note
from nijigen.core.strict import escaped
from nijigen.jobs.batches.batch import Outcome
from nijigen.jobs.batches.plan import Task


class Report:
    """Progress bars go to standard error if it is a terminal; results go to standard output."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self._columns: Any = None

    @contextlib.contextmanager
    def one_bar(self) -> Iterator[Listener | None]:
        """Show one bar for one value."""
        with self._progress() as bars:
            if bars is None:
                yield None
                return
            bar = bars.add_task("", total=1.0)
            yield lambda fraction: bars.update(bar, completed=fraction)

    @contextlib.contextmanager
    def bars(self, count: int) -> Iterator[Callable[[Task, float], None] | None]:
        """Show a bar for the batch, which also moves within a file."""
        with self._progress() as bars:
            if bars is None:
                yield None
                return
            bar = bars.add_task("", total=count)
            shares: dict[Task, float] = {}
            lock = threading.Lock()

            def progress(task: Task, fraction: float) -> None:
                with lock:
                    shares[task] = fraction
                    bars.update(
                        bar, completed=sum(shares.values()), description=one_line(task.source.name)
                    )

            yield progress

    @contextlib.contextmanager
    def _progress(self) -> Iterator[Any]:
        if self.quiet or self.as_json or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            # A file may be called [/b].png, which is markup.
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeRemainingColumn(),
        )
        # Lines printed in the meantime go above the bar.
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True) as bars:
            yield bars

    def outcome(self, outcome: Outcome) -> None:
        """Report the outcome of one file."""
        if self.as_json:
            click.echo(escaped(json.dumps(_record(outcome), ensure_ascii=False)))
        elif outcome.error is not None:
            say_error(outcome.error, outcome.task)
        elif not self.quiet:
            click.echo(one_line(_line(outcome)))
        if not self.as_json:
            self.notes(outcome.notes)

    def notes(self, notes: Iterable[Note]) -> None:
        """Report what was lost or assumed in making a result."""
        for note in notes:
            self.note(f"note: {note.text}")

    def line(self, text: str) -> None:
        """Report a result."""
        if not self.quiet and not self.as_json:
            click.echo(one_line(text))

    def summary(self, outcomes: list[Outcome]) -> None:
        """Report how many files were done, skipped and failed, if there was more than one."""
        if self.quiet or self.as_json or len(outcomes) < 2:
            return
        counts = {"done": 0, "skipped": 0, "failed": 0}
        for outcome in outcomes:
            counts[outcome.status] += 1
        click.echo(", ".join(f"{count} {status}" for status, count in counts.items() if count))

    def note(self, text: str) -> None:
        """Print a message that is not a result."""
        if not self.quiet and not self.as_json:
            click.echo(one_line(text), err=True)


def result_text(declaration: AnyDeclaration, result: Any, text: str) -> str:
    """Return what standard output shows of a result: lines for people on a terminal.

    Args:
        declaration: Of what made it.
        result: The result.
        text: The same as a file; shown elsewhere, and of declarations that have no lines.
    """
    if declaration.lines is not None and sys.stdout.isatty():
        return "\n".join(map(one_line, declaration.lines(result)))
    return text.rstrip("\n")


def say_error(error: NijigenError, task: Task | None = None) -> None:
    """Print an error and its hint; the file that it is about is named once."""
    named = task is None or any(str(path) in error.message for path in (task.source, task.target))
    name = "" if named or task is None else f"{task.source.name}: "
    page = f"page {task.page}: " if task and task.page else ""
    click.echo(one_line(f"error: {name}{page}{error.message}"), err=True)
    if error.hint:
        click.echo(one_line(f"hint: {error.hint}"), err=True)


def one_line(text: str) -> str:
    """Return a text for one line of a terminal: names of files may hold breaks and controls."""
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)


_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _line(outcome: Outcome) -> str:
    line = f"{outcome.task.label} → {outcome.task.target}"
    if outcome.status == "skipped":
        return line + "  (already done)"
    sizes = [f"{w}×{h}" for w, h in filter(None, (outcome.size_before, outcome.size_after))]
    return f"{line}  {' → '.join(sizes)}  {outcome.seconds:.1f} s"


def _record(outcome: Outcome) -> dict[str, Any]:
    record: dict[str, Any] = {
        "source": str(outcome.task.source),
        "target": str(outcome.task.target),
        "status": outcome.status,
        "seconds": round(outcome.seconds, 3),
    }
    if outcome.task.page:
        record["page"] = outcome.task.page
    if outcome.notes:
        record["notes"] = [{"kind": note.kind, "text": note.text} for note in outcome.notes]
    if outcome.measures:
        record["measures"] = dict(outcome.measures)
    if outcome.size_after:
        record["size"] = list(outcome.size_after)
    if outcome.error is not None:
        record["error"] = {
            "type": type(outcome.error).__name__,
            "message": outcome.error.message,
            "hint": outcome.error.hint,
        }
    return record
