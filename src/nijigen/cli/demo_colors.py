"""The demo's coloring: line art with hints becomes flats, shadow and light, as layers."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nijigen.cli import demo_figures
from nijigen.cli.demo_figures import figure
from nijigen.core import registry
from nijigen.core.atomic import write_bytes
from nijigen.core.run import Run
from nijigen.jobs.say import command_line

_DRAW, _FLAT, _PAINT = "generate.character", "color.flat", "color.paint"
LINES: dict[str, Any] = {"seed": 29, "width": 640, "height": 640, "rendering": "lines"}
_HINTS = "hints.json"
_SHOWN = 320
"""Side on the page, in pixels."""


class Step(NamedTuple):
    """A file of the demo, and the operation that made it."""

    file: str
    operation: str
    settings: Mapping[str, Any]

    @property
    def command(self) -> str:
        """The command line that makes it, in the folder of the demo's colors."""
        name = Path(self.file).name
        if self.operation == _DRAW:
            return command_line(registry.get(_DRAW), [], self.settings, name)
        settings = {"hints": _HINTS, **self.settings}
        return command_line(registry.get(self.operation), ["lines.png"], settings, name)


_STEPS = (
    Step("colors/lines.png", _DRAW, LINES),
    Step("colors/flat.png", _FLAT, {}),
    Step("colors/painted.png", _PAINT, {"lines": 0.6}),
    Step("colors/evening.png", _PAINT, {"lines": 0.6, "x": 0.9, "y": 0.1, "color": "#ffd9a0",
                                        "steps": 2, "rim": 0.5}),
    Step("colors/painted.psd", _PAINT, {"lines": 0.6}),
)  # fmt: skip


def color_lines(folder: Path, run: Run) -> tuple[Step, ...]:
    """Write line art, hints and the colored results into ``colors`` in the folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    hints = importlib.resources.files("nijigen.cli").joinpath("demo_hints.json").read_text("utf-8")
    lines, *others = _STEPS
    drawn = registry.get(_DRAW).apply({}, lines.settings)
    drawn.save(folder / lines.file)
    write_bytes(folder / "colors" / _HINTS, hints.encode())
    made: dict[str, Any] = {}
    for number, step in enumerate(others):
        key = repr((step.operation, step.settings))
        if key not in made:
            part = run.part(number / len(others), (number + 1) / len(others))
            settings = {"hints": hints, **step.settings}
            made[key] = registry.get(step.operation).apply({"picture": drawn}, settings, part)
        made[key].save(folder / step.file)
    return _STEPS


def section(steps: tuple[Step, ...]) -> str:
    """Return the part of the page that shows them."""
    note = f'from line art and <a href="colors/{_HINTS}">hints</a>'
    return demo_figures.section(
        "Color", note, (figure(step.file, (_SHOWN, _SHOWN), step.command) for step in steps)
    )
