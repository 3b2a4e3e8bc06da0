"""Inputs on the command line: ports as arguments and options, read from files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from nijigen.cli.settings import bare, flag_of
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import InputError, NotFound
from nijigen.core.ports import Port
from nijigen.imaging.files import decode, read
from nijigen.jobs.batches.sources import find_sources
from nijigen.jobs.perform import still


def parameters(declaration: AnyDeclaration) -> list[click.Parameter]:
    """Return the arguments and options of the ports."""
    arguments: list[click.Parameter] = []
    ports = declaration.arguments
    if ports:
        # One argument for all: names are assigned to ports by their position.
        names = " ".join(port.name.upper() for port in ports)
        many = "..." if any(_takes_many(declaration, port) for port in ports) else ""
        required = not any(port.optional for port in ports)
        metavar = names + many if required else f"[{names}{many}]"
        arguments = [
            click.Argument(["inputs"], nargs=-1, required=required, metavar=metavar, type=str)
        ]
    return arguments + [
        click.Option(
            [flag_of(port.name), port.name],
            type=str,
            multiple=port.several,
            metavar=port.kind.upper() if port.path or port.type is str else "FILE",
            help=port.description + ("  [repeatable]" if port.several else ""),
        )
        for port in options_of(declaration)
    ]


def options_of(declaration: AnyDeclaration) -> list[Port]:
    """Return the ports that are options."""
    return [port for port in declaration.ports if port not in declaration.arguments]


def _takes_many(declaration: AnyDeclaration, port: Port) -> bool:
    return port.several or port is getattr(declaration, "source_port", None)


def shared_out(
    declaration: AnyDeclaration, names: Sequence[str], options: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Return the given names by port, without ports that got none.

    One port takes all surplus arguments: the sources of a batch, or a port of several values; each
    of the others takes one.

    Raises:
        InputError: There are too few or too many.
    """
    ports = declaration.arguments
    needed = [port for port in ports if not port.optional]
    many = next((port for port in ports if _takes_many(declaration, port)), None)
    if len(names) < len(needed):
        missing = ", ".join(port.name for port in ports[len(names) :])
        order = " ".join(port.name.upper() for port in needed)
        raise InputError(f"{declaration.id} also needs {missing}", f"in this order: {order}")
    if many is None and len(names) > len(ports):
        raise InputError(
            f"{declaration.id} takes {len(ports)} inputs, not {len(names)}",
            "it needs " + ", ".join(port.name for port in ports),
        )
    spare = len(names) - len(ports)
    found: dict[str, list[str]] = {}
    start = 0
    for port in ports if names else ():
        end = start + 1 + (spare if port is many else 0)
        found[port.name] = list(names[start:end])
        start = end
    for port in options_of(declaration):
        given = options.get(port.name)
        if given:
            found[port.name] = list(given) if port.several else [given]
    return found


def check_words(declaration: AnyDeclaration, names: Sequence[str]) -> None:
    """Refuse words in the place of an optional picture, if they are meant for an option.

    Raises:
        NotFound: One is the name of no file, and does not look like one.
    """
    options = [
        n for n, (annotation, _) in declaration.parameters.items() if bare(annotation) is str
    ]
    words = [name for name in names if re.fullmatch(r"-?[\w():~]+", name)]
    if options and words and not any(Path(name).exists() for name in names):
        raise NotFound(
            f"there is no file {words[0]}", f'for words: {flag_of(options[0])} "{" ".join(names)}"'
        )


def read_port(port: Port, names: Sequence[str]) -> Any:
    """Return the values of a port.

    Raises:
        NotFound: A file does not exist.
        InputError: A file cannot be read, or is not a picture.
    """
    if not port.several:
        return _read_one(port, names[0])
    if port.type is str or port.path is not None:
        return tuple(_read_one(port, name) for name in names)
    return tuple(_read_one(port, name) for name in files_behind(names))


def files_behind(names: Sequence[str]) -> Iterator[str]:
    """Yield the files behind names of files, folders and patterns."""
    for name in names:
        if name == "-":
            yield name
        else:
            yield from (str(source.path) for source in find_sources([name]))


def _read_one(port: Port, name: str) -> Any:
    if port.path is not None:
        return Path(name)
    if port.type is str:
        return _text(port, name)
    return still(port, decode(sys.stdin.buffer.read()) if name == "-" else read(Path(name)))


def _text(port: Port, given: str) -> str:
    """Return a text; if the port takes the content of a file, its name may be given instead."""
    if given == "-":
        return sys.stdin.read()
    if not port.media:
        return given
    with suppress(OSError, ValueError):
        if Path(given).is_file():
            try:
                return Path(given).read_text("utf-8-sig")
            except UnicodeDecodeError:
                raise InputError(f"{given} is not a text file") from None
    if "\n" not in given and not given.lstrip().startswith(("{", "[")):
        raise NotFound(f"there is no file {given}", port.description)
    return given
