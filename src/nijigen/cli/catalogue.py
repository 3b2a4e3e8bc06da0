"""``nijigen list`` and ``nijigen describe``."""

from __future__ import annotations

import json

import click

from nijigen.core import registry
from nijigen.core.description import describe as page
from nijigen.core.errors import RecipeError


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the schema of the settings.")
def list_operations(as_json: bool) -> None:
    """List all operations."""
    operations = []
    for id in registry.ids():
        try:
            operations.append(registry.get(id))
        except RecipeError as error:
            # One wrong recipe of the user's must not hide everything else.
            click.echo(f"error: {error.message}", err=True)
    if as_json:
        entries = [
            {
                "id": operation.id,
                "summary": operation.doc.summary,
                "inputs": [{"name": p.name, "type": p.type.__name__} for p in operation.ports],
                "version": operation.version,
                "settings": operation.settings_model.model_json_schema(),
            }
            for operation in operations
        ]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    width = max(len(operation.id) for operation in operations)
    for operation in operations:
        click.echo(f"{operation.id:<{width}}  {operation.doc.summary}")


@click.command()
@click.argument("id")
def describe(id: str) -> None:
    """Show everything about an operation, as in the documentation."""
    click.echo(page(registry.get(id)), nl=False)
