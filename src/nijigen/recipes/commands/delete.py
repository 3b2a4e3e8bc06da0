"""Delete: remove a user recipe."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.atomic import remove_file
from nijigen.core.command import Change, Plan, command
from nijigen.core.values import Choices
from nijigen.recipes import own


@command(access="change", lock=lambda: own.folder(writing=True))
def delete(name: Annotated[str, Choices(own.names)]) -> Plan:
    """Delete one of your recipes.

    Args:
        name: The last part of its id: `mine` of `recipes.mine`.

    Raises:
        NotFound: There is none of that name.
        InputError: It comes with Nijigen.
        OutputError: The file cannot be removed.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.recipes.commands.delete import delete
        >>> try:
        ...     delete.plan({"name": "no_such_recipe"}, {})
        ... except NotFound as error:
        ...     print(error.message)
        there is no recipe 'no_such_recipe'
    """
    path = own.path_of(name)
    return Plan([Change(f"remove {path}", lambda run: remove_file(path))])
