"""The documentation page of an operation or a command, for ``nijigen describe`` and the docs."""

from __future__ import annotations

from typing import Any

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.clip import Clip
from nijigen.core.command import Command
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.docstring import Docstring
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation
from nijigen.core.picture import Picture
from nijigen.core.ports import Port

_SEEN = (Picture, Animation, Artwork)
_ENDINGS: dict[Any, str] = {Animation: "gif", Clip: "mp4"}
"""File name extensions in examples; PNG for all others."""

_ALPHA = {
    "carry": "Alpha is kept and resized with the picture.",
    "drop": "Alpha is dropped: the picture is composited over white.",
    "own": "The operation handles alpha itself.",
}


_ACCESS = {
    "read": "Changes nothing.",
    "change": "Changes persistent data: requires confirmation over HTTP.",
    "network": "Uses the network: requires confirmation over HTTP.",
}


def describe_command(command: Command[Any]) -> str:
    """Return the page of a command as Markdown."""
    doc = command.doc
    words = [
        command.group,
        command.name,
        *(_argument(port) for port in command.arguments),
    ]
    line = "nijigen " + " ".join(words).replace("_", "-")
    parts = [
        f"# {command.id}",
        doc.summary,
        doc.body,
        f"```console\n$ {line} --dry-run\n$ {line}\n```",
        _inputs(command),
        _settings(command),
        f"{_ACCESS[command.access]} `--dry-run` only shows what would be done.",
    ]
    return _page(parts, doc)


def describe(operation: Operation[Any, Any]) -> str:
    """Return the page of an operation as Markdown."""
    doc = operation.doc
    inputs = " ".join(_file_name(port) for port in operation.arguments)
    command = f"nijigen {operation.group} {operation.name}".replace("_", "-")
    result = _result_name(operation)
    parts = [
        f"# {operation.id}",
        doc.summary,
        doc.body,
        f"```console\n$ {command} {inputs} -o {result}\n```".replace("  ", " "),
        _inputs(operation),
        _settings(operation),
        f"{_ALPHA[operation.alpha]} Pixels: up to {operation.depth} bits. "
        f"Version {operation.version}.",
    ]
    return _page(parts, doc)


def _page(parts: list[str], doc: Docstring) -> str:
    shown = [name for name in ("Returns", "Raises", "Source", "Note") if name in doc.sections]
    parts = parts + [f"## {name}\n\n{_listed(doc.sections[name])}" for name in shown]
    if "Example" in doc.sections:
        parts.append(f"## Example\n\n```pycon\n{doc.sections['Example']}\n```")
    return "\n\n".join(part for part in parts if part) + "\n"


def _result_name(operation: Operation[Any, Any]) -> str:
    if operation.returns is FileSet:
        return "result/"
    if operation.returns is Clip:
        return "result.mp4"
    if operation.returns in _SEEN:
        return "result.png"
    _, format = operation.parameters.get("format", (None, "json"))
    return f"result.{format}"


def _argument(port: Port) -> str:
    """Return an argument as usage lines show it."""
    name = port.name.upper() + ("..." if port.several else "")
    return f"[{name}]" if port.optional else name


def _file_name(port: Port) -> str:
    """Return the placeholder for a port in a command line example."""
    if port.type is str or port.path is not None:
        return port.name.upper()
    ending = _ENDINGS.get(port.type, "png")
    return f"{port.name}/*.{ending}" if port.several else f"{port.name}.{ending}"


def _inputs(declared: AnyDeclaration) -> str:
    if not declared.ports:
        return ""
    rows = []
    for port in declared.ports:
        kind = port.kind if port.type is str or port.path else port.type.__name__
        flag = "--" + port.name.rstrip("_").replace("_", "-")
        how = f"{kind}, several" if port.several else kind
        name = f"`{port.name}`" if port in declared.arguments else f"`{flag}`"
        rows.append(f"| {name} | {how} | {port.description} |")
    return "\n".join(["## Inputs", "", "| name | type | |", "|---|---|---|", *rows])


def _settings(declared: AnyDeclaration) -> str:
    schema = declared.settings_model.model_json_schema()
    rows = []
    for name, entry in schema.get("properties", {}).items():
        default = entry.get("default")
        shown = "" if default is None else f"`{default}`"
        rows.append(f"| `{name}` | {_allowed(entry)} | {shown} | {entry.get('description', '')} |")
    if not rows:
        return ""
    head = ["## Settings", "", "| name | values | default | |", "|---|---|---|---|"]
    return "\n".join(head + rows)


def _allowed(entry: dict[str, Any]) -> str:
    unit = f" {entry['unit']}" if entry.get("unit") else ""
    # The schema of `int | None` is a union of two; the variant that is not null has the limits.
    for choice in entry.get("anyOf", ()):
        if choice.get("type") != "null":
            entry = {**choice, **entry}
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if entry.get("type") == "boolean":
        return "`true`, `false`"
    kind = {"integer": "whole number", "number": "number", "string": "text"}.get(
        entry.get("type", ""), "value"
    )
    low, high = entry.get("minimum"), entry.get("maximum")
    if low is not None and high is not None:
        return f"{kind}, {low:g} to {high:g}{unit}"
    if low is not None:
        return f"{kind}, from {low:g}{unit}"
    return kind + unit


def _listed(text: str) -> str:
    lines = text.splitlines()
    if all(line.startswith(" ") or ": " in line for line in lines) and len(lines) > 1:
        return "\n".join(line if line.startswith(" ") else f"- {line}" for line in lines)
    return text
