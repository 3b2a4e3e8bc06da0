"""Verify: check weights against the hashes on their cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from nijigen.core.command import Plan, command
from nijigen.core.errors import ModelError
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Choices
from nijigen.models import store
from nijigen.models.card import card_names


@command(access="read")
def verify(names: Sequence[Annotated[str, Choices(card_names)]] = (), *, run: Run = SILENT) -> Plan:
    """Check weights against the hashes on their cards.

    Args:
        names: Names of models; by default all installed ones.

    Returns:
        A line for each model.

    Raises:
        NotFound: There is no such model.
        ModelError: Files are missing or corrupt.

    Example:
        >>> from nijigen.models.commands.verify import verify
        >>> verify.plan({"names": ["faces-detect"]}, {}).changes
        ()
    """
    return Plan(result=lambda: _checked(tuple(names), run))


def _checked(names: tuple[str, ...], run: Run) -> str:
    lines, wrong = [], {}
    every = names or card_names()
    for number, name in enumerate(every):
        run.progress(number / len(every))
        try:
            states = store.verify(name)
        except ModelError as error:
            # One bad card must not hide all others.
            if names:
                raise
            wrong[name] = error.message
            continue
        if not names and all(state.state == "missing" for state in states):
            continue
        bad = [state for state in states if state.state != "ok"]
        if bad:
            wrong[name] = f"{len(bad)} of {len(states)} files {bad[0].state}"
        else:
            lines.append(f"{name}: ok")
    if wrong:
        found = "; ".join(f"{name}: {what}" for name, what in wrong.items())
        raise ModelError(found, f"run: nijigen models get {next(iter(wrong))}")
    return "".join(f"{line}\n" for line in lines)
