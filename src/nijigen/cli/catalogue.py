"""``nijigen list`` and ``nijigen describe``."""

from __future__ import annotations

import json
from typing import Any

import click

from nijigen.core import registry
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.description import describe as operation_page
from nijigen.core.description import describe_command
from nijigen.core.errors import NotFound, RecipeError


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the schema of the settings.")
def list_operations(as_json: bool) -> None:
    """List all operations and commands."""
    operations = []
    for id in registry.ids():
        try:
            operations.append(registry.get(id))
        except (RecipeError, NotFound) as error:
            # One invalid user recipe must not hide everything else.
            click.echo(f"error: {error.message}", err=True)
    commands = [registry.get_command(id) for id in registry.command_ids()]
    if as_json:
        entries = [{**_entry(one), "version": one.version} for one in operations]
        entries += [{**_entry(one), "command": True} for one in commands]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    width = max(len(one.id) for one in (*operations, *commands))
    for operation in operations:
        click.echo(f"{operation.id:<{width}}  {operation.doc.summary}")
    click.echo("\ncommands:")
    for command in commands:
        click.echo(f"{command.id:<{width}}  {command.doc.summary}")


def _entry(declared: AnyDeclaration) -> dict[str, Any]:
    inputs = [
        {
            "name": port.name,
            "type": port.type.__name__,
            "kind": port.kind,
            "optional": port.optional,
            "several": port.several,
        }
        for port in declared.ports
    ]
    return {
        "id": declared.id,
        "summary": declared.doc.summary,
        "access": declared.access,
        "inputs": inputs,
        "settings": declared.settings_model.model_json_schema(),
    }


@click.command()
@click.argument("id")
def describe(id: str) -> None:
    """Show everything about an operation or a command, as in the documentation."""
    if id in registry.command_ids():
        click.echo(describe_command(registry.get_command(id)), nl=False)
    else:
        click.echo(operation_page(registry.get(id)), nl=False)
