"""``nijigen studio check``: check the studio's data folder, and repair it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nijigen.cli.report import one_line
from nijigen.core.errors import InputError

if TYPE_CHECKING:
    from nijigen.jobs.stores.folder import DataFolder
    from nijigen.jobs.stores.recovery.check import FolderReport

PROBLEMS = 7
"""Exit code: the folder has problems."""


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for pictures and jobs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--repair", "repairs", is_flag=True, help="Repair it; no studio may be running.")
@click.pass_context
def check(context: click.Context, data: Path | None, as_json: bool, repairs: bool) -> int:
    """Check that no picture, name or job is damaged or missing.

    Every file is read, and nothing is changed without --repair; a studio may be running. Exit
    code 0: no problems; 7: there are problems.
    """
    from nijigen.cli.report import Report
    from nijigen.core.lock import note_of_holder
    from nijigen.core.run import Run
    from nijigen.jobs.stores.folder import LOCK, STORE, DataFolder
    from nijigen.jobs.stores.recovery.check import inspect
    from nijigen.jobs.stores.recovery.repair import is_recognizable

    above = context.parent.params.get("data") if context.parent is not None else None
    folder = DataFolder(data or above or STORE.place)
    if not folder.root.is_dir():
        raise InputError(f"there is no data folder {folder.root}", "name it with --data")
    if not is_recognizable(folder):
        folder.require()
    done = _repair(folder) if repairs else []
    with Report(as_json=as_json).one_bar() as listener:
        note = note_of_holder(folder.root, file=LOCK)
        report = inspect(folder, note or None, Run(listener))
    if as_json:
        click.echo(report.model_dump_json(indent=2))
        for line in done:
            click.echo(one_line(f"repaired: {line}"), err=True)
    else:
        _print(report, done)
    if report.healthy:
        return 0
    command = shlex.join(["nijigen", "studio", "check", "--data", report.folder, "--repair"])
    if not repairs:
        click.echo(one_line(f"hint: run {command}"), err=True)
    return PROBLEMS


def _repair(folder: DataFolder) -> list[str]:
    """Repair a folder that no process uses."""
    from nijigen.jobs.stores.recovery.repair import repair

    later = "let the studio repair it at its next start: see Storage in the studio"
    lock = folder.lock(later, trusted=True)
    try:
        return repair(folder)
    finally:
        folder.clear_scratch()
        lock.release()


def _print(report: FolderReport, done: list[str]) -> None:
    from nijigen.jobs.stores.measure import in_words

    for line in done:
        click.echo(one_line(f"repaired: {line}"))
    for finding in report.findings:
        click.echo(one_line(f"{finding.kind}: {finding.path}: {finding.detail}"))
    if report.running:
        click.echo(f"a studio is running: {one_line(report.running)}")
    click.echo(
        f"{report.folder}: {_count(report.pictures, 'picture')}, {_count(report.files, 'file')}, "
        f"{_count(report.jobs, 'job')}, {_count(report.backups, 'backup')}, "
        f"{report.lost_and_found} in lost+found, {in_words(report.free)} free"
    )
    click.echo("no problems" if report.healthy else _count(len(report.findings), "problem"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
