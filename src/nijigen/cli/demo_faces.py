"""The demo's faces: those found in the given pictures and on the sheet of characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from nijigen.cli import demo_figures
from nijigen.core import registry
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.jobs.say import command_line

_READ, _DRAW = "faces.landmarks", "faces.overlay"
_MOST = 6
"""Most pictures that are searched; more would make the demo slow."""


class Found(NamedTuple):
    """A picture with its faces drawn over it."""

    file: str
    source: str
    faces: int
    size: tuple[int, int]

    @property
    def command(self) -> str:
        """The command line that makes it."""
        return command_line(registry.get(_DRAW), [self.source], {}, Path(self.file).name)


def find_faces(folder: Path, pictures: Sequence[tuple[str, Picture]], run: Run) -> list[Found]:
    """Write the pictures that have faces, with the faces drawn over, into ``faces``.

    Args:
        folder: The demo's folder.
        pictures: Names and pictures; the first few are searched.
        run: Receives progress.

    Raises:
        ModelError: The weights are missing or corrupt.
        OutputError: The folder cannot be written.
    """
    made = []
    chosen = pictures[:_MOST]
    for number, (source, picture) in enumerate(chosen):
        part = run.part(number / len(chosen), (number + 1) / len(chosen))
        found = registry.get(_READ).apply({"picture": picture}, {}, part)
        if not found.faces:
            continue
        drawn = registry.get(_DRAW).apply({"picture": picture}, {"given": found.to_json()})
        file = f"faces/{number + 1:02d}-{plain_stem(source)}.png"
        drawn.save(folder / file)
        made.append(Found(file, Path(source).name, len(found.faces), drawn.size))
    return made


def plain_stem(name: str) -> str:
    """Return a URL-safe stem for a file name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", Path(name).stem).strip("-") or "picture"


def section(found: list[Found]) -> str:
    """Return the part of the page that shows them; empty if there are none."""
    if not found:
        return ""
    return demo_figures.section("Faces", "each with 64 landmarks", map(_figure, found))


def _figure(found: Found) -> str:
    width, height = found.size
    scale = min(1.0, 480 / width)
    faces = "1 face" if found.faces == 1 else f"{found.faces} faces"
    size = (round(width * scale), round(height * scale))
    alt = f"{found.source}: {faces}"
    return demo_figures.figure(found.file, size, found.command, link=faces, alt=alt)
