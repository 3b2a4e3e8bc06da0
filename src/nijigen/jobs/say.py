"""An operation with its settings, said as a command line and as Python."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.operation import Port
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import AnyOperation, data_ending, known_ending, returns_picture
from nijigen.jobs.plan import lossless_ending
from nijigen.recipes.recipe import Recipe

MOVING = (".gif", ".apng")
LAYERED = (".psd", ".ora", ".zip")


def changed(operation: AnyOperation, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that differ from the defaults, as JSON has them.

    Raises:
        SettingsError: A name is unknown or a value is out of range.
    """
    values, defaults = operation.check(settings), operation.check({})
    written = operation.settings_model.model_construct(**values).model_dump(mode="json")
    return {name: written[name] for name in written if values[name] != defaults[name]}


def file_names(operation: AnyOperation, files: Mapping[str, str]) -> dict[str, str]:
    """Return a file name for every input, made up where none is given."""
    return {
        port.name: file_name(files.get(port.name), f"{port.name}.png") for port in operation.ports
    }


def result_name(
    operation: AnyOperation, settings: Mapping[str, Any], names: Mapping[str, str]
) -> str:
    """Return the name of a result, as the command line would choose it."""
    first = PurePosixPath(next(iter(names.values()), "result"))
    if operation.returns is Artwork:
        ending = "psd"
    elif returns_picture(operation):
        ending = lossless_ending(first)  # type: ignore[arg-type]
    else:
        ending = data_ending(settings)
    return f"{first.stem}-{operation.name}.{ending}"


def as_command(
    operation: AnyOperation, settings: Mapping[str, Any], files: Mapping[str, str]
) -> str:
    """Return the command line that does the same."""
    names = file_names(operation, files)
    target = result_name(operation, settings, names)
    return command_line(operation, list(names.values()), changed(operation, settings), target)


def command_line(
    operation: AnyOperation,
    files: Sequence[str],
    settings: Mapping[str, Any],
    target: str | None = None,
) -> str:
    """Return a command line, quoted for a shell.

    Args:
        operation: What it runs.
        files: Names of its inputs.
        settings: Those that it gives, as JSON has them.
        target: Name of the result, if it gives one.
    """
    words = ["nijigen", operation.group, operation.name.replace("_", "-")]
    # A name that begins with a dash would be taken for an option.
    words += [f"./{name}" if name.startswith("-") else name for name in files]
    for name, value in settings.items():
        words += _option("--" + name.replace("_", "-"), value)
    return shlex.join([*words, *(["-o", target] if target else [])])


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
    """Return the name of the class that opens a file for a port."""
    ending = PurePosixPath(name).suffix.lower()
    if port.type is Artwork or (port.layered and ending in LAYERED):
        return "Artwork"
    return "Animation" if port.type is Animation or ending in MOVING else "Picture"


def as_python(
    operation: AnyOperation, settings: Mapping[str, Any], files: Mapping[str, str]
) -> str:
    """Return the Python that does the same."""
    names = file_names(operation, files)
    kinds = {port.name: _kind(port, names[port.name]) for port in operation.ports}
    taken = sorted(set(kinds.values())) + ["get"] * isinstance(operation, Recipe)
    lines = [f"from nijigen import {', '.join(taken)}"] if taken else []
    call = operation.name
    if isinstance(operation, Recipe):
        lines += ["", f"{call} = get({operation.id!r})"]
    else:
        function = operation.function
        lines += [f"from {function.__module__} import {function.__name__}", ""]
        call = function.__name__
    lines += [f"{name} = {kinds[name]}.open({names[name]!r})" for name in names]
    given = [*names, *(f"{k}={v!r}" for k, v in changed(operation, settings).items())]
    lines += [f"result = {call}({', '.join(given)})"]
    target = result_name(operation, settings, names)
    lines += [f"result.save({target!r})" if known_ending(target) else "print(result)"]
    return "\n".join(lines) + "\n"
