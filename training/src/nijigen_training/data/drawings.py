"""Drawings of ``lineart``: one person each, as lines, as colored by a machine and by the artist.

Their boxes were proposed by the detector and looked at one by one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.labelled import Labelled, rows
from nijigen_training.data.root import data_root
from nijigen_training.data.scenes import GUESSED, LONGER_SIDE, head_of

BOXES = Path(__file__).parent / "drawings.csv"
"""Of each drawing its faces: left and right over its width, top and bottom over its height."""
RENDITIONS = ("line", "result", "truecolor")


@dataclass(frozen=True)
class Drawing:
    """One rendition of a drawing; a box in shares of its width and height, and its weight."""

    path: Path
    faces: tuple[tuple[float, float, float, float, float], ...]


@lru_cache(maxsize=1)
def drawings() -> tuple[Drawing, ...]:
    """Return all renditions that are there; training sees them all."""
    faces: dict[str, list[tuple[float, float, float, float, float]]] = {}
    with BOXES.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            left, top, right, bottom = (
                float(line[side]) for side in ("left", "top", "right", "bottom")
            )
            weight = float(line["weight"])
            faces.setdefault(line["drawing"], []).append((left, top, right, bottom, weight))
    folder = data_root() / "lineart"
    paths = (folder / f"{name}_{kind}.webp" for name in faces for kind in RENDITIONS)
    return tuple(
        Drawing(path, tuple(faces[path.stem.split("_")[0]])) for path in paths if path.is_file()
    )


@lru_cache(maxsize=120)
def drawing_picture(drawing: Drawing) -> Labelled:
    """Return a drawing; shared, so not to be changed. Heads are guessed, as those of scenes."""
    pixels = reduced(read_pixels(drawing.path), LONGER_SIDE)
    height, width = pixels.shape[:2]
    faces = [
        (left * width, top * height, right * width, bottom * height, weight)
        for left, top, right, bottom, weight in drawing.faces
    ]
    heads = [(*head_of(face[:4]), GUESSED * face[4]) for face in faces]
    return Labelled(pixels, rows(*faces), rows(*heads))
