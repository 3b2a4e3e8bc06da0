"""Parse Google docstrings for menus, help and documentation pages."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"^(Args|Returns|Raises|Source|Example|Note):\s*(.*)$")
_ARGUMENT = re.compile(r"^(\w+):\s*(.*)$")


@dataclass(frozen=True)
class Docstring:
    """The parts of a docstring."""

    summary: str = ""
    body: str = ""
    args: dict[str, str] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    """Text of Returns, Raises, Source, Example and Note, dedented."""


def parse(text: str | None) -> Docstring:
    """Parse a Google docstring."""
    if not text:
        return Docstring()
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line in inspect.cleandoc(text).splitlines():
        match = _SECTION.match(line)
        if match:
            current = match[1]
            sections[current] = [match[2]]
        else:
            sections[current].append(line)
    summary, _, body = "\n".join(sections.pop("")).partition("\n")
    arguments = _arguments(sections.pop("Args", []))
    rest = {name: _dedent(lines) for name, lines in sections.items()}
    return Docstring(summary.strip(), body.strip(), arguments, rest)


def _dedent(lines: list[str]) -> str:
    first, others = lines[0], inspect.cleandoc("\n".join(["", *lines[1:]]))
    return f"{first}\n{others}".strip()


def _arguments(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in _dedent(["", *lines]).splitlines():
        match = None if line.startswith(" ") else _ARGUMENT.match(line)
        if match:
            name = match[1]
            found[name] = match[2].strip()
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found
