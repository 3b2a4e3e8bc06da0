"""Remove: delete the downloaded weights of a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from nijigen.core.atomic import remove_file
from nijigen.core.command import Change, Plan, command
from nijigen.core.run import Run
from nijigen.core.values import Choices
from nijigen.models import store
from nijigen.models.card import user_folder


@command(access="change", lock=lambda: user_folder(writing=True))
def remove(name: Annotated[str, Choices(store.removable)]) -> Plan:
    """Remove the weights of a model from your models folder.

    Only files that can be downloaded again are removed, and the graphs converted from them; cards,
    your own files and installed packages are kept.

    Args:
        name: Name of the model.

    Raises:
        NotFound: There is no such model.
        OutputError: A file cannot be removed.

    Example:
        >>> from nijigen.models.commands.remove import remove
        >>> remove.plan({"name": "faces-detect"}, {}).changes
        ()
    """
    changes = [Change(_text(path), _removal(path)) for path in store.fetched(name)]
    if not changes:
        return Plan(result=lambda: f"no downloaded files of {name} are in {user_folder()}")
    return Plan(changes)


def _text(path: Path) -> str:
    return f"remove {path} ({path.stat().st_size / 1e6:.1f} MB)"


def _removal(path: Path) -> Callable[[Run], None]:
    return lambda run: remove_file(path)
