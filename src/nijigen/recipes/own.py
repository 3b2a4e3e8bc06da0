"""User recipes: TOML files in a folder, each an operation like any other."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nijigen.core import registry
from nijigen.core.atomic import write_bytes
from nijigen.core.errors import InputError, NotFound, RecipeError, nearest
from nijigen.core.home import Store, warn_once

STORE = Store(
    name="recipes",
    version=1,
    earlier="config/recipes",
    contents="*.toml",
    variable="NIJIGEN_RECIPES",
)

_LONGEST = 60
_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def folder(*, writing: bool = False) -> Path:
    """Return the user's recipes folder: ``NIJIGEN_RECIPES``, or the store in the home.

    Args:
        writing: Make the store if it is missing.

    Raises:
        InputError: A newer version of Nijigen made the store, or the folder is something else.
        OutputError: The store cannot be made.
    """
    return STORE.folder(writing=writing)


def is_name(text: str) -> bool:
    """Return whether a name is valid for a recipe: it is used as a file name and a command."""
    return (
        text.isidentifier()
        and not text.startswith("_")
        and text == unicodedata.normalize("NFKC", text).lower()
        and len(text) <= _LONGEST
        and not _DEVICES.fullmatch(text)
        # `nijigen recipes save` is a command.
        and f"recipes.{text}" not in registry.command_ids()
    )


def names() -> list[str]:
    """Return the names of the user's recipes, without their group."""
    return [id.partition(".")[2] for id in files()]


def files() -> dict[str, Path]:
    """Return the user's recipes by operation id; none if the store is not usable."""
    try:
        place = folder()
    except InputError as error:
        # Everything that needs no recipe still works; saving one fails.
        warn_once(STORE.place, f"{error.message}: your recipes are not available; {error.hint}")
        return {}
    found = sorted(place.glob("*.toml")) if place.is_dir() else []
    return {f"recipes.{path.stem}": path for path in found if is_name(path.stem)}


def checked(name: str, text: str) -> str:
    """Return the TOML of a recipe that may be saved under a name.

    Args:
        name: Name of the recipe.
        text: TOML, which is stored unchanged, or the equivalent JSON.

    Raises:
        RecipeError: The name is taken or invalid, or the recipe is invalid.
    """
    # Here, since menus ask for the names in this module without using what operations are made of.
    from nijigen.recipes.recipe import content_of, parse, reading

    id = f"recipes.{name}"
    if not is_name(name):
        raise RecipeError(
            f"{name[:80]!r} is not a valid recipe name",
            f"lowercase letters of any script, digits and _, a letter first, at most {_LONGEST}",
        )
    if id in registry.ids() and id not in files():
        raise RecipeError(f"there is a recipe {name!r} already", "choose another name")
    with reading(folder() / f"{name}.toml"):
        parse(name, text)
    content = content_of(text)
    return as_toml(content) if text.lstrip().startswith("{") else text


def holds(path: Path, text: str) -> bool:
    """Return whether a file has exactly this text; one that cannot be read has another."""
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def write(name: str, text: str) -> None:
    """Write the TOML of a recipe into the user's folder.

    Raises:
        OutputError: It cannot be written.
    """
    write_bytes(folder(writing=True) / f"{name}.toml", text.encode())


def path_of(name: str) -> Path:
    """Return the file of a user recipe.

    Raises:
        NotFound: There is none of that name.
        InputError: It belongs to Nijigen.
        OutputError: The store cannot be written.
    """
    own = files()
    id = f"recipes.{name}"
    if id not in own:
        if id in registry.ids():
            raise InputError(f"the recipe {name!r} comes with Nijigen and cannot be removed")
        names = [id.partition(".")[2] for id in own]
        raise NotFound(f"there is no recipe {name[:80]!r}", nearest(name[:80], names))
    return own[id]


def as_toml(content: Mapping[str, Any]) -> str:
    """Return the TOML of a recipe; TOML has no None, which means a default.

    Raises:
        RecipeError: A value cannot be written as TOML.
    """
    lines = [f"summary = {_toml(content['summary'])}"] if "summary" in content else []
    if "inputs" in content:
        lines += ["", "[inputs]"]
        lines += [f"{_key(name)} = {_toml(text)}" for name, text in content["inputs"].items()]
    for step in content["steps"]:
        lines += ["", "[[steps]]"]
        for key, value in step.items():
            if isinstance(value, dict):
                lines += [f"{_key(key)}.{_key(k)} = {_toml(v)}" for k, v in value.items()]
            elif value is not None:
                lines.append(f"{_key(key)} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _toml(text)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML string except for the delete character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float) and not math.isfinite(value):
        raise RecipeError("a setting must be a finite number")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    raise RecipeError(f"a setting of type {type(value).__name__} cannot be used in a recipe")
