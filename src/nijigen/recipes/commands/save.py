"""Save: save a recipe, which is then available as an operation."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.command import Change, Plan, command
from nijigen.core.ports import Media
from nijigen.recipes import own


@command(access="change", lock=lambda: own.folder(writing=True))
def save(name: str, recipe: Annotated[str, Media("application/toml")]) -> Plan:
    r"""Save a recipe of your own, which is then available as an operation.

    A recipe of the same name is replaced. The same recipe again changes nothing.

    Args:
        name: Lowercase letters of any script, digits and _, starting with a letter.
        recipe: TOML with a summary and [[steps]], or the equivalent JSON.

    Returns:
        The id of the operation, as in `recipes.mine`.

    Raises:
        RecipeError: The name is taken or invalid, or a step is invalid; nothing is written.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.recipes.commands.save import save
        >>> text = '[[steps]]\noperation = "effects.halftone"'
        >>> len(save.plan({"name": "mine", "recipe": text}, {}).changes)
        1
    """
    text = own.checked(name, recipe)
    path = own.folder() / f"{name}.toml"
    if own.holds(path, text):
        return Plan(result=lambda: f"recipes.{name}")
    verb = "replace" if path.is_file() else "write"
    change = Change(f"{verb} {path}", lambda run: own.write(name, text))
    return Plan([change], lambda: f"recipes.{name}")
