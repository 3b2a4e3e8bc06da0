"""The registry: every operation and command by its id, found by looking, loaded when needed."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.resources
from collections.abc import Callable, Iterable, Iterator
from importlib.resources.abc import Traversable
from typing import Any

from nijigen.core.command import Command
from nijigen.core.errors import InputError, NotFound, nearest
from nijigen.core.operation import Operation

GROUPS = {
    "sources": "Pictures and metadata from sites and data sets",
    "library": "Your collection: add, search, find duplicates",
    "faces": "Find and read drawn faces",
    "lines": "Extract, clean and vectorize lines",
    "color": "Colorize, shade, palettes",
    "upscale": "Enlarge and clean pictures",
    "generate": "Make characters and faces",
    "stylize": "Redraw in another style",
    "effects": "Halftone, glitch, pixel art and other toys",
    "formats": "Convert, pack and unpack files",
    "recipes": "Operations in a row",
    "models": "Weights of networks: get, verify, remove",
}
"""The groups of operations and commands and what they are for, in the order of menus."""

ENTRY_POINTS = "nijigen.operations"
COMMAND_ENTRY_POINTS = "nijigen.commands"
"""A group of their own, so that menus know what a plug-in brings without loading it."""
AnyOperation = Operation[Any, Any]
AnyCommand = Command[Any]
Loader = Callable[[], AnyOperation]
CommandLoader = Callable[[], AnyCommand]


def ids() -> list[str]:
    """Return the ids of all operations, in the order of menus."""
    return _in_order(_known())


def command_ids() -> list[str]:
    """Return the ids of all commands, in the order of menus."""
    return _in_order(_command_loaders())


def _in_order(ids: Iterable[str]) -> list[str]:
    ranks = {group: rank for rank, group in enumerate(GROUPS)}
    return sorted(ids, key=lambda id: (ranks.get(id.partition(".")[0], len(ranks)), id))


def get(id: str) -> AnyOperation:
    """Return the operation of that id.

    Raises:
        NotFound: There is none; the hint has the nearest ids.
    """
    loaders = _known()
    if id not in loaders:
        raise NotFound(f"there is no operation {id[:80]!r}", nearest(id[:80], loaders))
    return loaders[id]()


def get_command(id: str) -> AnyCommand:
    """Return the command of that id.

    Raises:
        NotFound: There is none; the hint has the nearest ids.
    """
    loaders = _command_loaders()
    if id not in loaders:
        raise NotFound(f"there is no command {id[:80]!r}", nearest(id[:80], loaders))
    return loaders[id]()


def every() -> Iterator[AnyOperation]:
    """Load and yield every operation."""
    return (get(id) for id in ids())


def groups() -> dict[str, list[str]]:
    """Return the ids by group, groups without operations left out."""
    return _by_group(ids())


def command_groups() -> dict[str, list[str]]:
    """Return the ids of commands by group, groups without commands left out."""
    return _by_group(command_ids())


def _by_group(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id in ids:
        found.setdefault(id.partition(".")[0], []).append(id)
    return found


def refresh() -> None:
    """Look again: for tests, and after a plug-in was installed."""
    _loaders.cache_clear()
    _command_loaders.cache_clear()


def _known() -> dict[str, Loader]:
    # The user's own recipes come and go while a studio runs; a look into their folder is cheap.
    own = importlib.import_module("nijigen.recipes.own").files()
    return {**{id: functools.partial(_recipe, path) for id, path in own.items()}, **_loaders()}


@functools.cache
def _loaders() -> dict[str, Loader]:
    loaders: dict[str, Loader] = {}
    for id, loader in (*_built_in(), *_plug_ins()):
        if id in loaders:
            raise InputError(
                f"two operations are called {id!r}", "uninstall one of the plug-ins that add it"
            )
        loaders[id] = loader
    return loaders


@functools.cache
def _command_loaders() -> dict[str, CommandLoader]:
    loaders: dict[str, CommandLoader] = {}
    for id, loader in (*_built_in_commands(), *_plug_in_commands()):
        if id in loaders or id in _loaders():
            raise InputError(
                f"two commands or operations are called {id!r}",
                "uninstall one of the plug-ins that add it",
            )
        loaders[id] = loader
    return loaders


def _built_in_commands() -> Iterator[tuple[str, CommandLoader]]:
    root = importlib.resources.files("nijigen")
    for group in GROUPS:
        folder = root / group / "commands"
        for name in sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else ():
            stem, _, ending = name.rpartition(".")
            if ending == "py" and not stem.startswith("_"):
                module = f"nijigen.{group}.commands.{stem}"
                yield f"{group}.{stem}", functools.partial(_import_command, module)


def _import_command(module: str) -> AnyCommand:
    found = getattr(importlib.import_module(module), module.rpartition(".")[2], None)
    if not isinstance(found, Command):
        raise TypeError(f"{module} must declare a command of the module's own name")
    return found


def _plug_in_commands() -> Iterator[tuple[str, CommandLoader]]:
    for point in importlib.metadata.entry_points(group=COMMAND_ENTRY_POINTS):
        yield point.name, functools.partial(_load_plug_in_command, point)


def _load_plug_in_command(point: importlib.metadata.EntryPoint) -> AnyCommand:
    found = point.load()
    if not isinstance(found, Command):
        raise InputError(f"the plug-in {point.value} is no command", "its author must use @command")
    found.id = point.name
    return found


def _built_in() -> Iterator[tuple[str, Loader]]:
    root = importlib.resources.files("nijigen")
    for group in GROUPS:
        folder = root / group
        if group == "models" or not folder.is_dir():
            # Models are no operations; the group is there for its commands.
            continue
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            stem, _, ending = entry.name.rpartition(".")
            if stem.startswith("_") or not stem:
                continue
            if ending == "py" and group != "recipes":
                yield f"{group}.{stem}", functools.partial(_import, f"nijigen.{group}.{stem}")
            elif ending == "toml" and group == "recipes":
                yield f"recipes.{stem}", functools.partial(_recipe, entry)


def _import(module: str) -> AnyOperation:
    found = getattr(importlib.import_module(module), module.rpartition(".")[2], None)
    if not isinstance(found, Operation):
        raise TypeError(f"{module} must declare an operation of the module's own name")
    return found


def _recipe(path: Traversable) -> AnyOperation:
    # By name, since recipes stand above this layer: they are operations made of operations.
    recipe: AnyOperation = importlib.import_module("nijigen.recipes.recipe").load(path)
    return recipe


def _plug_ins() -> Iterator[tuple[str, Loader]]:
    for point in importlib.metadata.entry_points(group=ENTRY_POINTS):
        yield point.name, functools.partial(_load_plug_in, point)


def _load_plug_in(point: importlib.metadata.EntryPoint) -> AnyOperation:
    found = point.load()
    if not isinstance(found, Operation):
        raise InputError(
            f"the plug-in {point.value} is no operation", "its author must use @operation"
        )
    # The entry point is the id: a plug-in's modules may be laid out as its author likes.
    found.id = point.name
    return found
