"""``nijigen redo``: reproduce a result from its metadata."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Any

import click

from nijigen.core import registry
from nijigen.core.errors import InputError, NotFound
from nijigen.core.history import History, Step
from nijigen.core.run import Run
from nijigen.core.runtimes import using
from nijigen.imaging.files import count_pages
from nijigen.jobs.batches.batch import save
from nijigen.jobs.batches.clips import read_source
from nijigen.jobs.batches.ledger import history_of, known_history
from nijigen.jobs.batches.origins import digest_of
from nijigen.jobs.batches.pages import process_pages
from nijigen.jobs.perform import still


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Source file, or folder to search; by default next to the result and the current folder.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Path of the new result.")
@click.option("--show", is_flag=True, help="Only print how the result was made, as JSON.")
def redo(result: Path, source: tuple[Path, ...], output: Path | None, show: bool) -> int:
    """Reproduce a result from its metadata."""
    if not result.is_file():
        raise NotFound(f"there is no {result}")
    history = history_of(result)
    if history is None or not history.steps:
        raise InputError(
            f"{result} has no record of how it was made",
            "only Nijigen's results do; tables and JSON only if they were neither moved nor edited",
        )
    if show:
        click.echo(history.to_json())
        return 0
    target = output or result.with_name(f"{result.stem}-redo{result.suffix}")
    places = [*source, result.parent, Path()]
    if history.source and not history.page and count_pages(result) > 1:
        _check_replaceable(target, history)
        path = _place_of(history.source, history.sha256, places)
        process_pages(path, target, lambda page, run: _made_of(page, history, places), Run())
    else:
        value = _redone(history, places, target)
        _check_replaceable(target, history)
        save(value, target, value.info.history if hasattr(value, "info") else history)
    click.echo(f"{result} → {target}")
    return 0


def _check_replaceable(target: Path, history: History) -> None:
    there = known_history(target)
    if os.path.lexists(target) and (there is None or there.sha256 != history.sha256):
        what = "was not made by Nijigen" if there is None else "was made from another picture"
        raise InputError(f"{target} exists and {what}", "choose another -o")


def _redone(history: History, places: list[Path], target: Path = Path()) -> Any:
    value = None
    if history.source:
        path = _place_of(history.source, history.sha256, places)
        value = read_source(path, target, page=history.page)
    return _made_of(value, history, places)


def _made_of(value: Any, history: History, places: list[Path]) -> Any:
    """Return the result of the steps for a source."""
    for step in history.steps:
        value = _applied(step, value, places)
    return value


def _applied(step: Step, value: Any, places: list[Path]) -> Any:
    operation = registry.get(step.operation)
    if operation.version != step.version:
        click.echo(
            f"note: {step.operation} is now version {operation.version}, but the result was made "
            f"by version {step.version}; the new one may differ",
            err=True,
        )
    with using(step.runtimes):
        return operation.apply(_inputs(operation, step, value, places), step.settings, Run())


def _inputs(
    operation: registry.AnyOperation, step: Step, value: Any, places: list[Path]
) -> dict[str, Any]:
    """Return a step's inputs: the result of the previous step, and additional files."""
    source = operation.source_port
    given: dict[str, list[Any]] = {source.name: [value]} if source and value is not None else {}
    others = [port for port in operation.ports if port is not source]
    for number, other in enumerate(step.others):
        name = other.port or others[number].name
        port = next((port for port in operation.ports if port.name == name), None)
        if port is None:
            raise InputError(
                f"{operation.id} has no input {name[:80]!r}", "the record of the result is damaged"
            )
        if port.path is not None:
            flowing: Any = _place_of(other.name, other.sha256, places)
        else:
            came = History(other.name or None, other.sha256, other.steps)
            flowing = still(port, _redone(came, places))
        given.setdefault(name, []).append(flowing)
    several = {port.name for port in operation.ports if port.several}
    single = {name: made if name in several else made[0] for name, made in given.items()}
    return {**single, **step.texts}


def _nearby(folder: Path) -> list[Path]:
    try:
        return [folder, *sorted(path for path in folder.iterdir() if os.path.isdir(path))]
    except OSError:
        return [folder]


def _place_of(name: str, digest: str | None, places: list[Path]) -> Path:
    """Return the path of a file, found by its name and its content.

    Raises:
        NotFound: It does not exist.
        InputError: A file of that name exists, but its content differs.
    """
    # Whoever wrote the record names a file; where it is, the user says.
    name = PurePath(name.replace("\0", "")).name
    present = []
    for place in places:
        # Also one level down: results are often next to the folder of their sources.
        candidates = [place] if place.is_file() else [folder / name for folder in _nearby(place)]
        present += [path for path in candidates if name and os.path.isfile(path)]
    for path in present:
        if not digest or digest_of(path) == digest:
            return path
    if present:
        raise InputError(
            f"{present[0]} is not the file that the result was made from: its content differs",
            "pass the right one with --source FILE",
        )
    raise NotFound(f"the source {name} was not found", "pass it with --source FILE or FOLDER")
