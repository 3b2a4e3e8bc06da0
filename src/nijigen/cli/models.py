"""``nijigen models list`` and ``nijigen models show``: installed models and their cards."""

from __future__ import annotations

import json

import click

from nijigen.cli.report import say_error
from nijigen.core.errors import ModelError


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_models(as_json: bool) -> None:
    """List all models and whether their weights are installed."""
    from nijigen.models import store
    from nijigen.models.card import card_names, load_card, user_folder

    rows = []
    for name in card_names():
        try:
            rows.append((load_card(name), store.installed(name)))
        except ModelError as error:
            # One bad card must not hide all others.
            say_error(error)
    if as_json:
        entries = [
            {"name": card.name, "task": card.task, "summary": card.summary, "installed": here}
            for card, here in rows
        ]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    width = max(len(card.name) for card, _ in rows)
    for card, here in rows:
        click.echo(f"{card.name:<{width}}  {'here   ' if here else 'missing'}  {card.summary}")
    click.echo(f"\nyour own folder: {user_folder()}", err=True)


@click.command()
@click.argument("name")
def show(name: str) -> None:
    """Show the card of a model."""
    from nijigen.models.card import load_card

    card = load_card(name)
    click.echo(f"{card.name}: {card.summary}\n")
    facts = {
        "task": card.task,
        "licence": card.licence,
        "source": card.source,
        "trained on": card.training_data,
        "package": card.package or "comes with Nijigen",
        "networks": ", ".join(card.files),
    }
    for word, text in facts.items():
        click.echo(f"{word + ':':<12} {text}")
    for metric, measured in card.metrics.items():
        unit = f" {measured.unit}" if measured.unit else ""
        click.echo(f"{metric + ':':<12} {measured.value:g}{unit}  ({measured.command})")
    click.echo("cannot:")
    for limit in card.limits:
        click.echo(f"  - {limit}")
