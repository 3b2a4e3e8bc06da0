"""What the contract tests give to an operation or a command, and which checks fit it.

Nothing is declared for them. Which checks fit follows from what is known of an operation anyway:

- **network**: declared ``access="network"``. It is never called here; its own tests have a server
  in place of the site.
- **state**: a path is among its settings or ports. It works in the empty home of the test, where it
  may answer with an error whose hint says what to do.
- **learned**: a call opens a network. It sees each size and each number of channels, but not each
  with each: a network is asked the same whatever the channels are.
- **plain**: all others, and all checks.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import numpy as np

from nijigen import Animation, Clip, Picture
from nijigen.cli.settings import bare
from nijigen.core import registry
from nijigen.core.binary import BinaryStream
from nijigen.core.declaration import Declaration
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation
from nijigen.core.ports import Port
from nijigen.core.run import Note, Run
from nijigen.core.runtimes import recording
from nijigen.core.settings import setting_of
from pictures import animation, drawing

AnyOperation = Operation[Any, Any]
SIZES = [(1, 1), (1, 33), (33, 1), (7, 5), (48, 40)]
CHANNELS = [1, 3, 4]
TOGETHER, MANY = 6, 64
"""So many choices are tried in one call, of operations with more choices than this."""
TEXTS = {
    "": "text",
    "application/toml": 'summary = "Text."\n',
    "application/json": "{}",
    "application/x-ndjson": '{"site": "danbooru", "id": 1}\n',
}
"""By the media type of a port."""

IDS = registry.ids()
CALLED = [id for id in IDS if registry.get(id).access != "network"]
BUILT_IN = [id for id in IDS if not id.startswith("recipes.")]
COMMANDS = registry.command_ids()


def declared(id: str) -> Declaration[Any, Any]:
    """Return an operation or a command."""
    return registry.get_command(id) if id in COMMANDS else registry.get(id)


def needed(declaration: Declaration[Any, Any]) -> list[Port]:
    """Return the ports that may not be left out."""
    return [port for port in declaration.ports if not port.optional]


def takes_pictures(operation: AnyOperation) -> bool:
    """Return whether a picture must flow in."""
    return any(port.kind in ("picture", "artwork") for port in needed(operation))


def one_to_one(operation: AnyOperation) -> bool:
    """Return whether it makes one picture of one."""
    one = [(port.type, port.several) for port in needed(operation)] == [(Picture, False)]
    return one and operation.returns is Picture


def inputs(
    declaration: Declaration[Any, Any], picture: Any, *, optional: bool = False, several: int = 2
) -> dict[str, Any]:
    """Give something to every port that needs it.

    Args:
        declaration: Whose ports they are.
        picture: Goes into every port that takes pictures.
        optional: Give something to the others too.
        several: How many values a sequence gets.
    """
    found = {}
    for port in declaration.ports if optional else needed(declaration):
        value = _value(port, picture)
        found[port.name] = (value,) * several if port.several else value
    return found


def _value(port: Port, picture: Any) -> Any:
    if port.path is not None:
        return page() if port.kind == "file" else page().parent
    if port.type is str:
        return TEXTS[port.media]
    if port.type is Clip:
        return Clip.from_animation(animation())
    return animation() if port.type is Animation else picture


@functools.cache
def page() -> Path:
    """Return a picture file in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="nijigen-contract-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    drawing(20, 16).save(folder / "page.png")
    return folder / "page.png"


def run(operation: AnyOperation, picture: Any, **settings: Any) -> Any:
    """Call an operation on a picture."""
    return operation.apply(inputs(operation, picture), settings)


def data(value: Any) -> bytes:
    """Return everything that must not differ between two results."""
    if isinstance(value, Picture):
        return repr(value).encode() + value.pixels.tobytes()
    if isinstance(value, Animation):
        return b"".join(map(data, value.frames)) + repr(value.durations).encode()
    if isinstance(value, Clip):
        return b"".join(data(f.picture) + repr((f.start, f.end)).encode() for f in value.frames())
    if isinstance(value, BinaryStream):
        return value.content
    if isinstance(value, FileSet):
        return b"".join(name.encode() + data(part) for name, part in value)
    return repr(value).encode()


@dataclass(frozen=True)
class Usual:
    """What an operation does with a drawing that has alpha, all settings at their defaults."""

    result: Any
    notes: tuple[Note, ...]
    runtimes: tuple[str, ...]
    """Of the networks that were opened; empty where none was."""
    untouched: bool
    """Whether the drawing was the same afterwards."""


@functools.cache
def usual(operation: AnyOperation) -> Usual:
    """Call an operation once for all tests that ask about the same call."""
    picture = drawing(channels=4)
    before = picture.pixels.copy()
    handle = Run()
    with recording() as runtimes:
        result = operation.apply(inputs(operation, picture), {}, handle)
    untouched = np.array_equal(picture.pixels, before)
    return Usual(result, handle.notes, tuple(runtimes), untouched)


def pictures(operation: AnyOperation) -> Iterator[tuple[int, int, int]]:
    """Yield width, height and channels of the pictures that an operation must be able to take."""
    if not takes_pictures(operation):
        return
    if usual(operation).runtimes:
        yield from ((*size, channels) for size, channels in zip(SIZES, itertools.cycle(CHANNELS)))
        return
    for size, channels in itertools.product(SIZES, CHANNELS):
        # That is the usual call.
        if (*size, channels) != (48, 40, 4):
            yield (*size, channels)


def choices(operation: AnyOperation) -> list[dict[str, Any]]:
    """Return every choice and every bound that is not the default, one setting at a time."""
    found = []
    for name, (annotation, default) in operation.parameters.items():
        kind, limits = bare(annotation), setting_of(annotation)
        values: list[Any] = []
        if get_origin(kind) is Literal:
            values = list(get_args(kind))
        elif kind is bool:
            values = [True, False]
        elif kind in (int, float):
            values = [kind(v) for v in (limits.ge, limits.le) if v is not None]
        found += [{name: value} for value in values if value != default]
    return found


def combined(every: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Put several choices into one call where there are many, each of another setting.

    Those put together stand far from each other in the signature, so that none is likely to
    make another meaningless: hair with shoes, not bald with the length of hair.
    """
    if len(every) <= MANY:
        yield from every
        return
    rows = -(-len(every) // TOGETHER)
    for row in range(rows):
        made: dict[str, Any] = {}
        for choice in every[row::rows]:
            if choice.keys() & made.keys():
                yield choice
            else:
                made |= choice
        yield made


@contextlib.contextmanager
def case(what: object) -> Iterator[None]:
    """Say in a failure which of several cases of a test it was."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"with {what}")
        raise
