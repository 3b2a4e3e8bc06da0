"""Batches of small pictures, run through the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nijigen import Picture
from nijigen.cli.main import main


def draw(path: Path, color: int = 90, size: tuple[int, int] = (8, 8)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture(np.full((size[1], size[0], 3), color, np.uint8)).save(path)
    return path


def color_of(path: Path) -> int:
    return int(Picture.open(path).pixels[0, 0, 0])


def names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files)


def convert(*arguments: object) -> int:
    return main(["formats", "convert", *map(str, arguments)])


def halftone(*arguments: object) -> int:
    return main(["effects", "halftone", *map(str, arguments)])
