"""``nijigen completion``: the completion script of a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for your shell.

    For bash, add to ~/.bashrc: eval "$(nijigen completion bash)"
    """
    from nijigen.cli.main import cli

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(cli, {}, "nijigen", "_NIJIGEN_COMPLETE").source())
