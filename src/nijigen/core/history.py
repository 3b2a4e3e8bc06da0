"""How a result was made: the steps that are written into its metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEY = "nijigen"
"""Name of the text chunk that holds the history of a result."""


@dataclass(frozen=True)
class Step:
    """One operation that was applied, with everything needed to apply it again."""

    operation: str
    version: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[tuple[str, str], ...] = ()
    """File name and sha256 of every input after the first."""


@dataclass(frozen=True)
class History:
    """The source file of a result and the steps that led from it to the result.

    Only the name of the file is kept, never its folder: pictures get shared.
    """

    source: str | None = None
    sha256: str | None = None
    steps: tuple[Step, ...] = ()

    def to_json(self) -> str:
        """Return the history as one line of JSON."""
        steps = []
        for step in self.steps:
            entry: dict[str, Any] = {
                "operation": step.operation,
                "version": step.version,
                "settings": dict(step.settings),
            }
            if step.others:
                entry["others"] = [list(other) for other in step.others]
            steps.append(entry)
        record = {"source": self.source, "sha256": self.sha256, "steps": steps}
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> History | None:
        """Read what :meth:`to_json` wrote; None where the text is something else."""
        try:
            record = json.loads(text)
            steps = tuple(
                Step(
                    str(entry["operation"]),
                    int(entry["version"]),
                    dict(entry["settings"]),
                    tuple((str(name), str(digest)) for name, digest in entry.get("others", ())),
                )
                for entry in record["steps"]
            )
            return cls(record.get("source"), record.get("sha256"), steps)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
