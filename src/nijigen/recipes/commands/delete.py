"""Delete: remove a recipe of the user's own."""

from __future__ import annotations

from nijigen.core.command import Change, Plan, command
from nijigen.imaging.atomic import remove_file
from nijigen.recipes import own


@command(access="change", lock=lambda: own.folder(writing=True))
def delete(name: str) -> Plan:
    """Delete a recipe of your own.

    Args:
        name: The last part of its id: `mine` of `recipes.mine`.

    Raises:
        NotFound: There is none of that name.
        InputError: It belongs to Nijigen.
        OutputError: The file cannot be removed.
    """
    path = own.path_of(name)
    return Plan([Change(f"remove {path}", lambda run: remove_file(path))])
