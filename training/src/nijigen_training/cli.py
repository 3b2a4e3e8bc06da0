"""The command ``nijigen-training``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from nijigen.core.errors import InputError, NijigenError

if TYPE_CHECKING:
    from nijigen_training.device import Choice

PACK_LIMIT_MB = 64
"""Limit on the data sent to a GPU machine, in MiB."""
DRY_STEPS = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Train Nijigen's own networks and export them.

    MODEL is a name that `list` shows, or your own folder with recipe.toml and task.py.
    """


_model = click.argument("model")
_out = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the run.  [default: runs/MODEL]"
)
_device = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True
)
_threads = click.option(
    "--threads",
    type=click.IntRange(1),
    help="CPU threads for the network.  [default: 1 on two cores, otherwise all]",
)
_workers = click.option(
    "--workers",
    type=click.IntRange(0),
    help="Processes that generate examples.  [default: 2 on two cores, 1 on more; with a GPU all "
    "cores but one]",
)


@cli.command("list")
@click.option("--table", is_flag=True, help="Print the table in training/README.md.")
def list_models(table: bool) -> None:
    """List all models, those that benefit most from more training first."""
    from nijigen_training.recipe import load_recipe, recipe_names

    recipes = [load_recipe(name) for name in recipe_names()]
    if table:
        click.echo("| model | benefit of another hour |\n|---|---|")
        for recipe in recipes:
            click.echo(f"| {recipe.name} | {recipe.worth} |")
        return
    width = max(len(recipe.name) for recipe in recipes)
    for recipe in recipes:
        click.echo(f"{recipe.name:<{width}}  {recipe.worth}")


@cli.command()
@_model
@click.option(
    "--hours", type=click.FloatRange(min=0, min_open=True), help="Length of the whole run."
)
@click.option("--steps", type=click.IntRange(1), help="Length of the whole run, instead of hours.")
@_device
@_out
@click.option("--fresh", is_flag=True, help="Start over instead of resuming the run in the folder.")
@click.option(
    "--from",
    "--weights",
    "begin",
    metavar="bundled|FOLDER",
    help="Initial weights of a new run: those of the bundled model, or the best ones in another "
    "run's folder. --weights is the old name.",
)
@_threads
@_workers
def run(
    model: str,
    hours: float | None,
    steps: int | None,
    device: Choice,
    out: Path | None,
    fresh: bool,
    begin: str | None,
    threads: int | None,
    workers: int | None,
) -> None:
    """Train, or resume the run in the folder.

    The length counts from the start of the run: to train for another hour after `--hours 2`, give
    `--hours 3`. Ctrl-C or SIGTERM saves and stops.
    """
    if (hours is None) == (steps is None):
        raise click.UsageError("give either --hours or --steps")
    from nijigen_training.device import choose
    from nijigen_training.loop import Budget, Loop
    from nijigen_training.recipe import load_recipe

    recipe = load_recipe(model)
    chosen = choose(device, threads, workers)
    source: Path | Literal["bundled"] | None = None
    if begin is not None:
        source = "bundled" if begin == "bundled" else Path(begin)
    loop = Loop(recipe, _folder(model, out), chosen, fresh=fresh, begin=source, say=_say)
    done = loop.run(Budget(seconds=None if hours is None else hours * 3600, steps=steps))
    if not done:
        sys.exit(130)


@cli.command()
@_model
@_device
@_threads
@_workers
def dry(model: str, device: Choice, threads: int | None, workers: int | None) -> None:
    """Test everything except the evaluation in seconds: examples, a few steps, export, card."""
    from nijigen_training.device import choose
    from nijigen_training.export import to_onnx
    from nijigen_training.loop import Budget, Loop
    from nijigen_training.recipe import load_recipe

    recipe = load_recipe(model)
    start = time.monotonic()
    chosen = choose(device, threads, workers)
    with tempfile.TemporaryDirectory(prefix="nijigen-") as scratch:
        loop = Loop(recipe, Path(scratch), chosen, fresh=True, say=_say)
        loop.run(Budget(steps=DRY_STEPS), evaluate=False)
    made = to_onnx(loop.task, loop.average.network)
    loop.task.card()
    _tell(len(made.data), made.difference)
    click.echo(f"{time.monotonic() - start:.0f} s in all")


@cli.command()
@_model
@_device
@_out
@_threads
def evaluate(model: str, device: Choice, out: Path | None, threads: int | None) -> None:
    """Evaluate the best weights of a run on held-out data."""
    import torch

    from nijigen_training.checkpoint import load_best
    from nijigen_training.device import choose
    from nijigen_training.recipe import load_recipe
    from nijigen_training.task import load_task

    chosen = choose(device, threads, 0)
    task = load_task(load_recipe(model))
    network, state = load_best(task, _folder(model, out))
    with torch.no_grad():
        figures = task.evaluate(network.to(chosen.torch))
    click.echo(f"step {state['steps']}, {state['seconds'] / 3600:.2f} h")
    for name, value in figures.items():
        click.echo(f"{name} {value:.4g}")


@cli.command()
@_model
@click.option("--run", "source", type=click.Path(path_type=Path), help="[default: runs/MODEL]")
@click.option(
    "--out", type=click.Path(path_type=Path), help="[default: the bundled model's folder]"
)
@_threads
def export(model: str, source: Path | None, out: Path | None, threads: int | None) -> None:
    """Write model.onnx and card.toml of the best weights of a run."""
    from nijigen.models.card import BUNDLED
    from nijigen_training.device import choose
    from nijigen_training.export import export as write
    from nijigen_training.recipe import load_recipe

    recipe = load_recipe(model)
    choose("cpu", threads, 0)
    folder = out or BUNDLED / recipe.model
    made = write(recipe, _folder(model, source), folder)
    _tell(len(made.data), made.difference)
    click.echo(f"written to {folder}")


@cli.command()
@_model
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="An empty folder."
)
def pack(model: str, out: Path) -> None:
    """Collect all real data that training needs in a folder that can be sent to a GPU machine."""
    from nijigen_training.recipe import load_recipe
    from nijigen_training.task import load_task

    recipe = load_recipe(model)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is not an empty folder", "use a new folder")
    out.mkdir(parents=True, exist_ok=True)
    load_task(recipe).pack(out)
    sizes = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    told = f"{len(sizes)} files, {sum(sizes) / 2**20:.1f} MiB"
    if sum(sizes) >= PACK_LIMIT_MB * 2**20:
        raise InputError(
            f"{out} contains {told}: the limit is {PACK_LIMIT_MB} MiB",
            "pack fewer or smaller pictures in the task",
        )
    click.echo(f"{told}; train with NIJIGEN_DATA={out}")


def _folder(model: str, out: Path | None) -> Path:
    """Return the folder of a run, by default named after the recipe."""
    from nijigen_training.recipe import load_recipe

    return out or Path("runs") / load_recipe(model).name


def _tell(size: int, difference: float) -> None:
    click.echo(f"{size / 1e6:.2f} MB; ONNX Runtime differs from torch by {difference:.1e}")


def _say(line: str) -> None:
    # Flush, so that a log can be followed.
    click.echo(line)
    sys.stdout.flush()


def entry() -> None:
    """Run the console script; errors are printed as one line and a hint."""
    try:
        result = cli.main(prog_name="nijigen-training", standalone_mode=False)
    except NijigenError as error:
        hint = f"\nhint: {error.hint}" if error.hint else ""
        click.echo(f"error: {error.message}{hint}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)
