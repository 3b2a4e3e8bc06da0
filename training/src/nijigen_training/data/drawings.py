"""Drawings of ``lineart``: one person each, as lines, colored by a machine, and by the artist.

Their boxes were proposed by the detector and checked manually.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nijigen_training.data.boxes import LookedAt, looked_at, to_box
from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.labelled import Labelled, rows
from nijigen_training.data.root import data_root
from nijigen_training.data.scenes import GUESSED, LONGER_SIDE, head_of

BOXES = "drawings.csv"
"""The faces of each drawing: left and right relative to its width, top and bottom to its height."""
RENDITIONS = ("line", "result", "truecolor")


@dataclass(frozen=True)
class Drawing:
    """One version of a drawing; boxes relative to its width and height."""

    path: Path
    faces: tuple[LookedAt, ...]


@lru_cache(maxsize=1)
def drawings() -> tuple[Drawing, ...]:
    """Return all existing versions; all are used for training."""
    faces = looked_at(BOXES)
    folder = data_root() / "lineart"
    paths = (folder / f"{name}_{kind}.webp" for name in faces for kind in RENDITIONS)
    return tuple(
        Drawing(path, tuple(faces[path.stem.split("_")[0]])) for path in paths if path.is_file()
    )


@lru_cache(maxsize=120)
def drawing_picture(drawing: Drawing) -> Labelled:
    """Return a drawing; cached, so do not modify it. Heads are estimated, as in scenes."""
    pixels = reduced(read_pixels(drawing.path), LONGER_SIDE)
    height, width = pixels.shape[:2]
    size = (width, height, width, height)
    faces, heads = [], []
    for face in drawing.faces:
        box = to_box(share * length for share, length in zip(face.box, size, strict=True))
        faces.append((*box, face.weight))
        heads.append((*head_of(box), GUESSED * face.weight))
    return Labelled(pixels, rows(*faces), rows(*heads))
