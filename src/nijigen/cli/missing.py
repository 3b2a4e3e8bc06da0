"""A missing model: one question on a terminal, then the work goes on."""

from __future__ import annotations

import sys

import click

from nijigen.cli.report import Report
from nijigen.core import registry
from nijigen.core.errors import ModelError, NijigenError
from nijigen.core.run import Run


def is_offered(error: NijigenError | None, offered: set[str]) -> bool:
    """Return whether the user can be asked for the model that an error is about."""
    name = getattr(error, "model", "")
    return bool(name) and name not in offered and _on_terminal()


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def offer(error: NijigenError | None, offered: set[str]) -> bool:
    """Ask whether to download the model that an error is about, and do it.

    Nothing is asked unless standard input and standard error are terminals: a script gets the error
    and its hint.

    Args:
        error: Any error.
        offered: Models already offered in this run; extended. None is offered twice.

    Returns:
        Whether the model is there now, so that the work can be tried again.

    Raises:
        ModelError: The download failed.
        Cancelled: The user stopped it.
    """
    if not isinstance(error, ModelError) or not is_offered(error, offered):
        return False
    from nijigen.models.card import load_card

    name = error.model
    offered.add(name)
    size = load_card(name).download_size
    question = f"This needs {name}{f' ({size})' if size else ''}. Get it now?"
    if not click.confirm(question, default=True, err=True):
        return False
    with Report().one_bar() as listener:
        registry.get_command("models.get").apply({"name": name}, {}, Run(listener))
    return True
