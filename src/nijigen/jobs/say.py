"""Describe an operation with its settings as a command line and as Python code."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Port
from nijigen.jobs.batches.plan import lossless_ending
from nijigen.jobs.given import Named
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import AnyOperation, data_ending, known_ending, returns_picture
from nijigen.recipes.recipe import Recipe

MOVING = (".gif", ".apng")
LAYERED = (".psd", ".ora", ".zip")


def changed(operation: AnyOperation, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that differ from the defaults, as JSON values.

    Raises:
        SettingsError: A name is unknown or a value is out of range.
    """
    values, defaults = operation.check(settings), operation.check({})
    written = operation.settings_model.model_construct(**values).model_dump(mode="json")
    return {name: written[name] for name in written if values[name] != defaults[name]}


def file_names(operation: AnyOperation, files: Mapping[str, Named]) -> dict[str, list[str]]:
    """Return the file names or texts of the inputs, with placeholders for missing required ones."""
    names: dict[str, list[str]] = {}
    for port in operation.ports:
        given = files.get(port.name) or ([] if port.optional else [_made_up(port)])
        given = [given] if isinstance(given, str) else given
        plain = [_plain(port, text) for text in given]
        if plain:
            names[port.name] = plain if port.several else plain[:1]
    return names


def _made_up(port: Port) -> str:
    if port.media:
        return f"{port.name}.{port.media.rpartition('/')[2]}"
    return port.name if port.kind == "text" or port.path is not None else f"{port.name}.png"


def _plain(port: Port, text: str) -> str:
    """Return a text, or a file name without its folders or root."""
    if port.media:
        # The request has the text of such a file; the command line has its name.
        return _made_up(port)
    return (
        text if port.kind == "text" else file_name(text.partition(":")[2] or text, _made_up(port))
    )


def result_name(
    operation: AnyOperation, settings: Mapping[str, Any], names: Mapping[str, Sequence[str]]
) -> str:
    """Return the name of a result that the command line would choose."""
    source = operation.source_port
    first = PurePosixPath(next(iter(names.get(source.name, ()) if source else ()), "result"))
    if operation.returns is Artwork:
        ending = "psd"
    elif operation.returns is FileSet:
        # Several files go into a folder.
        return f"{first.stem}-{operation.name}/"
    elif returns_picture(operation):
        ending = lossless_ending(first)
    else:
        ending = data_ending(settings)
    return f"{first.stem}-{operation.name}.{ending}"


def as_command(
    operation: AnyOperation, settings: Mapping[str, Any], files: Mapping[str, Named]
) -> str:
    """Return the command line that does the same."""
    names = file_names(operation, files)
    target = result_name(operation, settings, names)
    required = [port.name for port in operation.ports if not port.optional]
    options = {name: given for name, given in names.items() if name not in required}
    positional = [text for name in required for text in names[name]]
    return command_line(operation, positional, changed(operation, settings), target, options)


def command_line(
    operation: AnyOperation,
    files: Sequence[str],
    settings: Mapping[str, Any],
    target: str | None = None,
    others: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return a command line, quoted for a shell.

    Args:
        operation: What it runs.
        files: Names of its inputs.
        settings: The settings to include, as JSON values.
        target: Name of the result, if it is to be included.
        others: Names of its optional inputs, which are options.
    """
    words = ["nijigen", operation.group, operation.name.replace("_", "-")]
    # A name that starts with a dash would be taken for an option.
    words += [f"./{name}" if name.startswith("-") else name for name in files]
    for name, given in (others or {}).items():
        words += [word for text in given for word in _option(_flag(name), text)]
    for name, value in settings.items():
        words += _option(_flag(name), value)
    return shlex.join([*words, *(["-o", target] if target else [])])


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _option(flag: str, value: Any) -> list[str]:
    if value is True:
        return [flag]
    if value is False:
        return ["--no-" + flag[2:]]
    if value is None:
        return []
    if isinstance(value, list | dict):
        return [flag, json.dumps(value, ensure_ascii=False)]
    # One word, so that -5 is not taken for an option.
    return [f"{flag}={value}"] if str(value).startswith("-") else [flag, str(value)]


def _kind(port: Port, name: str) -> str:
    """Return the name of the class that opens a file for a port; ``Path`` for a path."""
    if port.path is not None or port.media:
        return "Path"
    ending = PurePosixPath(name).suffix.lower()
    if port.type is Artwork or (port.layered and ending in LAYERED):
        return "Artwork"
    return "Animation" if port.type is Animation or ending in MOVING else "Picture"


def _opened(port: Port, text: str) -> str:
    if port.media:
        return f"Path({text!r}).read_text('utf-8')"
    if port.kind == "text":
        return repr(text)
    kind = _kind(port, text)
    return f"Path({text!r})" if kind == "Path" else f"{kind}.open({text!r})"


def as_python(
    operation: AnyOperation, settings: Mapping[str, Any], files: Mapping[str, Named]
) -> str:
    """Return the Python code that does the same."""
    names = file_names(operation, files)
    ports = {port.name: port for port in operation.ports if port.name in names}
    opened = [(ports[n], text) for n, given in names.items() for text in given]
    kinds = {_kind(port, text) for port, text in opened if port.kind != "text" or port.media}
    taken = sorted(kinds - {"Path"}) + ["get"] * isinstance(operation, Recipe)
    lines = ["from pathlib import Path", ""] if "Path" in kinds else []
    lines += [f"from nijigen import {', '.join(taken)}"] if taken else []
    call = operation.name
    if isinstance(operation, Recipe):
        lines += ["", f"{call} = get({operation.id!r})"]
    else:
        function = operation.function
        lines += [f"from {function.__module__} import {function.__name__}", ""]
        call = function.__name__
    for name, given in names.items():
        values = [_opened(ports[name], text) for text in given]
        lines += [f"{name} = " + (f"[{', '.join(values)}]" if ports[name].several else values[0])]
    flowing = [f"{name}={name}" if ports[name].optional else name for name in names]
    given = [*flowing, *(f"{k}={v!r}" for k, v in changed(operation, settings).items())]
    lines += [f"result = {call}({', '.join(given)})"]
    target = result_name(operation, settings, names)
    lines += [f"result.save({target!r})" if known_ending(target) else "print(result)"]
    return "\n".join(lines) + "\n"
