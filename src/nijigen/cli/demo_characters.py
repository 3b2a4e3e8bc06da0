"""The demo's characters: a sheet, and one of them in every rendering, format and motion."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nijigen.cli import demo_figures
from nijigen.cli.demo_figures import figure
from nijigen.core import registry
from nijigen.core.run import Run
from nijigen.jobs.say import command_line

_DRAW = "generate.character"
_ONE = {"seed": 29, "width": 300, "height": 300}


class Drawn(NamedTuple):
    """A file of the demo, drawn from a seed."""

    file: str
    settings: Mapping[str, Any]
    size: tuple[int, int]

    @property
    def command(self) -> str:
        """The command line that makes it."""
        return command_line(registry.get(_DRAW), [], self.settings, Path(self.file).name)


_FILES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sheet.png", {"seed": 10, "show": "sheet", "count": 16, "columns": 8, "width": 128,
                   "height": 128}),
    ("moods.png", {"seed": 29, "vary": "expression", "show": "sheet", "count": 8, "columns": 8,
                   "width": 128, "height": 128}),
    ("girl.png", _ONE),
    ("girl.svg", _ONE),
    ("girl.psd", _ONE),
    ("lines.svg", {**_ONE, "rendering": "lines"}),
    ("flat.png", {**_ONE, "rendering": "flat"}),
    ("pencil.png", {**_ONE, "rendering": "pencil"}),
    ("manga.png", {**_ONE, "rendering": "manga"}),
    ("turn.png", {**_ONE, "show": "turntable", "frames": 16}),
    ("talk.png", {**_ONE, "show": "talking", "text": "Konnichiwa"}),
)  # fmt: skip


def draw_characters(folder: Path, run: Run) -> list[Drawn]:
    """Draw all files into ``characters`` in the folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    operation = registry.get(_DRAW)
    drawn = []
    for number, (name, settings) in enumerate(_FILES):
        part = run.part(number / len(_FILES), (number + 1) / len(_FILES))
        made = operation.apply({}, settings, part)
        made.save(folder / "characters" / name)
        drawn.append(Drawn(f"characters/{name}", settings, made.size))
    return drawn


def section(drawn: list[Drawn]) -> str:
    """Return the part of the page that shows them."""
    return demo_figures.section(
        "Characters",
        "drawn from a seed",
        (figure(one.file, one.size, one.command) for one in drawn),
    )
