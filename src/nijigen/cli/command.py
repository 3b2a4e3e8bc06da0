"""Commands, which change persistent state, on the command line."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from nijigen.cli.inputs import options_of, parameters, read_port, shared_out
from nijigen.cli.report import Report, result_text
from nijigen.cli.settings import QUIET, SETTINGS, check_names, merged, options
from nijigen.cli.texts import command_class
from nijigen.core.command import Report as Done
from nijigen.core.registry import AnyCommand
from nijigen.core.run import Run
from nijigen.jobs.contents import as_text, plain

COMMON = [
    click.Option(["--dry-run"], is_flag=True, help="Only show what would be done."),
    SETTINGS,
    click.Option(["--json", "as_json"], is_flag=True, help="Report as JSON."),
    QUIET,
]


def command(declared: AnyCommand) -> click.Command:
    """Return the command line of a command."""
    check_names(declared, COMMON)
    doc = declared.doc
    return command_class(declared)(
        declared.name.replace("_", "-"),
        params=[*parameters(declared), *options(declared), *COMMON],
        callback=functools.partial(_call, declared),
        help="\n\n".join(part for part in (doc.summary, doc.body) if part).replace("``", ""),
        short_help=doc.summary,
    )


def _call(
    declared: AnyCommand,
    *,
    dry_run: bool,
    settings: Path | None,
    as_json: bool,
    quiet: bool,
    inputs: tuple[str, ...] = (),
    **given: Any,
) -> int:
    optional = {port.name: given.pop(port.name) for port in options_of(declared)}
    values = merged(declared, given, settings, {})
    names = shared_out(declared, inputs, optional)
    flowing = {
        port.name: read_port(port, names[port.name])
        for port in declared.ports
        if port.name in names
    }
    report = Report(as_json=as_json, quiet=quiet)
    if dry_run:
        done = declared.plan(flowing, values)
    elif declared.endless:
        report.note("Ctrl-C ends it")
        run = Run(noted=lambda note: report.notes([note]))
        done = declared.apply(flowing, values, run)
    else:
        with report.one_bar() as listener:
            done = declared.apply(flowing, values, Run(listener))
    if as_json:
        click.echo(json.dumps(plain(done), ensure_ascii=False, indent=2, default=plain))
    elif not quiet:
        # What runs until it is stopped has shown its notes already.
        _say(declared, done, () if declared.endless else done.notes)
    return 0


def _say(declared: AnyCommand, done: Done, notes: Sequence[str]) -> None:
    if done.dry_run:
        click.echo("would do:" if done.changes else "nothing to do")
    for text in done.changes:
        click.echo(f"  {text}" if done.dry_run else text)
    if not done.dry_run and not done.changes and done.result is None:
        click.echo("nothing to do")
    if done.result is not None:
        click.echo(result_text(declared, done.result, as_text(done.result)))
    for text in notes:
        click.echo(f"note: {text}", err=True)
