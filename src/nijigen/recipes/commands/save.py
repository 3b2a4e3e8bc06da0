"""Save: keep a recipe, which is an operation from then on."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.command import Change, Plan, command
from nijigen.core.ports import Media
from nijigen.recipes import own


@command(access="change", lock=lambda: own.folder(writing=True))
def save(name: str, recipe: Annotated[str, Media("application/toml")]) -> Plan:
    r"""Save a recipe of your own; it is an operation from then on.

    A recipe of the same name is replaced. The same recipe again changes nothing.

    Args:
        name: Small letters of any script, digits and _, a letter first.
        recipe: TOML with a summary and [[steps]], or the same as JSON.

    Returns:
        The id of the operation, as in `recipes.mine`.

    Raises:
        RecipeError: The name is taken or not fit, or a step is wrong; nothing is written.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.recipes.commands.save import save
        >>> text = '[[steps]]\noperation = "effects.halftone"'
        >>> len(save.plan({"name": "mine", "recipe": text}, {}).changes)
        1
    """
    text = own.checked(name, recipe)
    path = own.folder() / f"{name}.toml"
    before = path.read_text("utf-8") if path.is_file() else None
    if before == text:
        return Plan(result=lambda: f"recipes.{name}")
    verb = "write" if before is None else "replace"
    change = Change(f"{verb} {path}", lambda run: own.write(name, text))
    return Plan([change], lambda: f"recipes.{name}")
