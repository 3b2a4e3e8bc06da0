"""The registry: every operation and command by its id, found by looking, loaded when needed."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.resources
from collections.abc import Callable, Container, Iterable, Iterator
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from nijigen.core.errors import InputError, NotFound, nearest

if TYPE_CHECKING:
    # Menus are made of names alone, without numpy and all else that operations work with.
    from nijigen.core.command import Command
    from nijigen.core.declaration import AnyDeclaration
    from nijigen.core.operation import Operation

GROUPS = {
    "sources": "Pictures and metadata from sites and data sets",
    "library": "Your collection: add, search, find duplicates",
    "faces": "Detect and analyze drawn faces",
    "lines": "Extract, clean and vectorize lines",
    "color": "Colorize, shade, palettes",
    "upscale": "Enlarge and clean pictures",
    "generate": "Generate characters and faces",
    "stylize": "Redraw in another style",
    "effects": "Halftone, glitch, pixel art and other effects",
    "formats": "Convert, pack and unpack files",
    "recipes": "Sequences of operations",
    "models": "Weights of networks: get, verify, remove",
}
"""The groups of operations and commands and what they are for, in the order of menus."""

ENTRY_POINTS = "nijigen.operations"
COMMAND_ENTRY_POINTS = "nijigen.commands"
"""A group of their own, so that menus know what a plug-in brings without loading it."""
T = TypeVar("T")
D = TypeVar("D", bound="AnyDeclaration")
AnyOperation: TypeAlias = "Operation[Any, Any]"
AnyCommand: TypeAlias = "Command[Any]"
Loader: TypeAlias = "Callable[[], AnyOperation]"
CommandLoader: TypeAlias = "Callable[[], AnyCommand]"


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
        NotFound: There is none; the hint lists the closest ids.
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
    # User recipes come and go while a studio is running; checking their folder is cheap.
    own = importlib.import_module("nijigen.recipes.own").files()
    return {**{id: functools.partial(_recipe, path) for id, path in own.items()}, **_loaders()}


@functools.cache
def _loaders() -> dict[str, Loader]:
    plug_ins = _plug_ins(ENTRY_POINTS, _operation, "its author must use @operation")
    return _unique((*_built_in(), *plug_ins), taken=())


@functools.cache
def _command_loaders() -> dict[str, CommandLoader]:
    plug_ins = _plug_ins(COMMAND_ENTRY_POINTS, _command, "its author must use @command")
    return _unique((*_built_in_commands(), *plug_ins), taken=_loaders())


def _unique(
    entries: Iterable[tuple[str, Callable[[], T]]], taken: Container[str]
) -> dict[str, Callable[[], T]]:
    loaders: dict[str, Callable[[], T]] = {}
    for id, loader in entries:
        if id in loaders or id in taken:
            raise InputError(
                f"two operations or commands are called {id!r}",
                "uninstall one of the plug-ins that add it",
            )
        loaders[id] = loader
    return loaders


def _built_in() -> Iterator[tuple[str, Loader]]:
    root = importlib.resources.files("nijigen")
    for group in GROUPS:
        if group == "recipes":
            for name in _names_in(root / group, "toml"):
                yield f"recipes.{name}", functools.partial(_recipe, root / group / f"{name}.toml")
        elif group != "models":
            # The group of models only has commands; its modules are not operations.
            for name in _names_in(root / group, "py"):
                module = f"nijigen.{group}.{name}"
                yield f"{group}.{name}", functools.partial(_import, module, _operation)


def _built_in_commands() -> Iterator[tuple[str, CommandLoader]]:
    root = importlib.resources.files("nijigen")
    for group in GROUPS:
        for name in _names_in(root / group / "commands", "py"):
            module = f"nijigen.{group}.commands.{name}"
            yield f"{group}.{name}", functools.partial(_import, module, _command)


def _names_in(folder: Traversable, ending: str) -> list[str]:
    """Return the public names of the files of a folder that may be missing, without the ending."""
    if not folder.is_dir():
        return []
    parts = [entry.name.rpartition(".") for entry in folder.iterdir()]
    return sorted(stem for stem, _, end in parts if end == ending and not stem.startswith("_"))


def _operation() -> type[AnyOperation]:
    from nijigen.core.operation import Operation

    return Operation


def _command() -> type[AnyCommand]:
    from nijigen.core.command import Command

    return Command


def _import(module: str, kind: Callable[[], type[T]]) -> T:
    found = getattr(importlib.import_module(module), module.rpartition(".")[2], None)
    wanted = kind()
    if not isinstance(found, wanted):
        raise TypeError(f"{module} must declare a {wanted.__name__} with the module's name")
    return found


def _recipe(path: Traversable) -> AnyOperation:
    # Imported by name: recipes are in a higher layer, operations that are made of operations.
    recipe: AnyOperation = importlib.import_module("nijigen.recipes.recipe").load(path)
    return recipe


def _plug_ins(
    group: str, kind: Callable[[], type[D]], hint: str
) -> Iterator[tuple[str, Callable[[], D]]]:
    for point in importlib.metadata.entry_points(group=group):
        yield point.name, functools.partial(_load_plug_in, point, kind, hint)


def _load_plug_in(
    point: importlib.metadata.EntryPoint, kind: Callable[[], type[D]], hint: str
) -> D:
    found, wanted = point.load(), kind()
    if not isinstance(found, wanted):
        raise InputError(f"the plug-in {point.value} is not a {wanted.__name__.lower()}", hint)
    # The entry point is the id: the modules of a plug-in can be laid out freely.
    found.id = point.name
    return found
