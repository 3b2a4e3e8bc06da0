"""``nijigen models``: what is installed, whose it is, get and verify."""

from __future__ import annotations

import json

import click

from nijigen.core.errors import ModelError
from nijigen.core.run import Run


@click.group()
def models() -> None:
    """Show, get and verify weights."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_models(as_json: bool) -> None:
    """List all models and whether their weights are here."""
    from nijigen.models import store
    from nijigen.models.card import all_cards, user_folder

    rows = [(card, store.installed(card.name)) for card in all_cards()]
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


@models.command()
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
        "package": card.wheel or "comes with Nijigen",
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


@models.command()
@click.argument("name")
def get(name: str) -> None:
    """Get the weights of a model into your own folder."""
    from nijigen.models import store

    for path in store.get(name, Run()):
        click.echo(str(path))


@models.command()
@click.argument("names", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Check files against the hashes on the cards, by default of all models that are here."""
    from nijigen.models import store
    from nijigen.models.card import card_names

    wrong = []
    for name in names or card_names():
        states = store.verify(name)
        if not names and all(state.state == "missing" for state in states):
            continue
        bad = [state for state in states if state.state != "ok"]
        wrong += [name] if bad else []
        told = f"{len(bad)} of {len(states)} files {bad[0].state}" if bad else "ok"
        click.echo(f"{name}: {told}")
    if wrong:
        raise ModelError(
            f"{', '.join(wrong)}: files are missing or corrupt",
            f"run: nijigen models get {wrong[0]}",
        )
