"""How a result was made: the steps recorded in its metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nijigen.core.strict import escaped, read_json

KEY = "nijigen"
"""Name of the text chunk with the history of a result."""


@dataclass(frozen=True)
class Source:
    """An additional input file, besides the one that the history is about."""

    port: str
    """Empty in results of versions before 0.2, where sources are in the order of the ports."""
    name: str
    """File name, without its folder."""
    sha256: str
    """Empty if unknown, as for a folder."""
    steps: tuple[Step, ...] = ()
    """Earlier steps that produced this file."""

    def to_record(self) -> list[Any]:
        """Return the source as JSON data."""
        record: list[Any] = [self.port, self.name, self.sha256]
        return [*record, [step.to_record() for step in self.steps]] if self.steps else record

    @classmethod
    def from_record(cls, entry: Any) -> Source:
        """Read what :meth:`to_record` wrote, or versions before 0.2 (``[name, sha256]``)."""
        port, name, digest, *steps = ("", *entry) if len(entry) == 2 else entry
        done = tuple(map(Step.from_record, steps[0])) if steps else ()
        return cls(str(port), str(name), str(digest), done)


@dataclass(frozen=True)
class Step:
    """One applied operation, with everything needed to apply it again."""

    operation: str
    version: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[Source, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Text inputs, by port name."""
    runtimes: tuple[str, ...] = field(default=(), compare=False)
    """Runtimes that ran its networks, such as ``ncnn``. Known only afterwards, so they do not count
    when checking whether an existing result is the one that would be made."""

    def to_record(self) -> dict[str, Any]:
        """Return the step as JSON data."""
        entry: dict[str, Any] = {
            "operation": self.operation,
            "version": self.version,
            "settings": dict(self.settings),
        }
        if self.others:
            entry["others"] = [other.to_record() for other in self.others]
        if self.texts:
            entry["texts"] = dict(self.texts)
        if self.runtimes:
            entry["runtimes"] = list(self.runtimes)
        return entry

    @classmethod
    def from_record(cls, entry: Any) -> Step:
        """Read what :meth:`to_record` wrote."""
        return cls(
            str(entry["operation"]),
            int(entry["version"]),
            dict(entry["settings"]),
            tuple(map(Source.from_record, entry.get("others", ()))),
            {str(port): str(text) for port, text in dict(entry.get("texts", {})).items()},
            tuple(map(str, entry.get("runtimes", ()))),
        )


@dataclass(frozen=True)
class History:
    """The source file of a result and the steps that led from it to the result.

    Only the name of the file is kept, never its folder: pictures get shared.
    """

    source: str | None = None
    sha256: str | None = None
    steps: tuple[Step, ...] = ()
    page: int = 0
    """The page of a file of several, from 1; 0 for the whole of other files."""

    def to_json(self) -> str:
        """Return the history as one line of JSON; names that are not UTF-8 are escaped in it."""
        steps = [step.to_record() for step in self.steps]
        record: dict[str, Any] = {"source": self.source, "sha256": self.sha256, "steps": steps}
        if self.page:
            record["page"] = self.page
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return escaped(text)

    @classmethod
    def from_json(cls, text: str) -> History | None:
        """Read what :meth:`to_json` wrote; None if the text is something else.

        Anybody can write such a text into a file: nothing in it is trusted.
        """
        try:
            record = read_json(text, halves=True)
            source, digest = record.get("source"), record.get("sha256")
            if not all(isinstance(value, str | None) for value in (source, digest)):
                return None
            steps = tuple(map(Step.from_record, record["steps"]))
            return cls(source, digest, steps, int(record.get("page", 0)))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return None
