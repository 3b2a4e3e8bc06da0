"""The documentation page of an operation: what ``nijigen describe`` prints and docs hold."""

from __future__ import annotations

from typing import Any

from nijigen.core.operation import Operation

_ALPHA = {
    "carry": "Alpha is kept and resized with the picture.",
    "drop": "Alpha is dropped: the picture is seen over white.",
    "own": "Alpha is worked on by the operation itself.",
}


def describe(operation: Operation[Any, Any]) -> str:
    """Return the page of an operation as Markdown."""
    doc = operation.doc
    inputs = " ".join(f"{port.name}.png" for port in operation.ports)
    command = f"nijigen {operation.group} {operation.name}".replace("_", "-")
    parts = [
        f"# {operation.id}",
        doc.summary,
        doc.body,
        f"```console\n$ {command} {inputs} -o result.png\n```".replace("  ", " "),
        _inputs(operation),
        _settings(operation),
        f"{_ALPHA[operation.alpha]} Pixels: up to {operation.depth} bits. "
        f"Version {operation.version}.",
    ]
    shown = [name for name in ("Returns", "Raises", "Source", "Note") if name in doc.sections]
    parts += [f"## {name}\n\n{_listed(doc.sections[name])}" for name in shown]
    if "Example" in doc.sections:
        parts.append(f"## Example\n\n```pycon\n{doc.sections['Example']}\n```")
    return "\n\n".join(part for part in parts if part) + "\n"


def _inputs(operation: Operation[Any, Any]) -> str:
    if not operation.ports:
        return ""
    rows = [f"| `{p.name}` | {p.type.__name__} | {p.description} |" for p in operation.ports]
    return "\n".join(["## Inputs", "", "| name | type | |", "|---|---|---|", *rows])


def _settings(operation: Operation[Any, Any]) -> str:
    schema = operation.settings_model.model_json_schema()
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
    # `int | None` is written as a choice of two; the one that is not null has the limits.
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
