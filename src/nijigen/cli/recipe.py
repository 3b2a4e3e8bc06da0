"""``nijigen run``: run a recipe from a file."""

from __future__ import annotations

from pathlib import Path

import click

from nijigen.cli.operation import command
from nijigen.recipes.recipe import load


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def run(context: click.Context, recipe: Path, arguments: tuple[str, ...]) -> int:
    """Run a recipe from a file over pictures: nijigen run mine.toml *.png -o out/."""
    if str(recipe) in ("-h", "--help"):
        click.echo("Usage: nijigen run RECIPE.toml PICTURE... [-o FILE|FOLDER]")
        click.echo("\n  Run a sequence of operations over pictures. A recipe is TOML:\n")
        click.echo('    [[steps]]\n    operation = "upscale.waifu2x"\n    factor = 2\n')
        click.echo("  nijigen run RECIPE.toml --help shows all options.")
        return 0
    inner = command(load(recipe))
    result = inner.main(list(arguments), prog_name=f"nijigen run {recipe}", standalone_mode=False)
    return result if isinstance(result, int) else 0
