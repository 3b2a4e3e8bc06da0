"""The registry: every operation by its id, found by looking, loaded when asked for."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.resources
from collections.abc import Callable, Iterator
from importlib.resources.abc import Traversable
from typing import Any

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
}
"""The groups of operations and what they are for, in the order of menus."""

ENTRY_POINTS = "nijigen.operations"
AnyOperation = Operation[Any, Any]
Loader = Callable[[], AnyOperation]


def ids() -> list[str]:
    """Return the ids of all operations, in the order of menus."""
    order = list(GROUPS)
    return sorted(_known(), key=lambda id: (_rank(order, id.partition(".")[0]), id))


def _rank(order: list[str], group: str) -> int:
    return order.index(group) if group in order else len(order)


def get(id: str) -> AnyOperation:
    """Return the operation of that id.

    Raises:
        NotFound: There is none; the hint has the nearest ids.
    """
    loaders = _known()
    if id not in loaders:
        raise NotFound(f"there is no operation {id[:80]!r}", nearest(id[:80], loaders))
    return loaders[id]()


def every() -> Iterator[AnyOperation]:
    """Load and yield every operation."""
    return (get(id) for id in ids())


def groups() -> dict[str, list[str]]:
    """Return the ids by group, groups without operations left out."""
    found: dict[str, list[str]] = {}
    for id in ids():
        found.setdefault(id.partition(".")[0], []).append(id)
    return found


def refresh() -> None:
    """Look again: for tests, and after a plug-in was installed."""
    _loaders.cache_clear()


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


def _built_in() -> Iterator[tuple[str, Loader]]:
    root = importlib.resources.files("nijigen")
    for group in GROUPS:
        folder = root / group
        if not folder.is_dir():
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
