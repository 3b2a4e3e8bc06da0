"""Scenes: full illustrations with annotated face boxes, and illustrations without faces.

Faces missing from the training annotations, found by the detector and checked manually, are in
``scenes_more.csv``, together with ambiguous cases (weight 0: half hidden, portraits within the
picture, a pet in human clothes).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from nijigen_training.data.boxes import Box, looked_at, to_box
from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.labelled import EVERYWHERE, Labelled, rows
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import scene_held_out

MORE = "scenes_more.csv"
LONGER_SIDE = 768
"""Limit on the size of scenes in memory: 1.2 times the detector's input."""
GUESSED = 0.3
"""Weight of a head box that was derived from a face box."""
HEAD = (-0.11, -0.31, 1.1, 0.81)
"""Head box in units of the face box: medians over sprites and drawn characters."""


@dataclass(frozen=True)
class Scene:
    """One scene of ``scenes/faces.json``; boxes in pixels of ``size``, the full picture.

    ``views`` has the view of every face: ``front``, ``side`` or ``other``. Ambiguous regions are
    ``unknown``.
    """

    path: Path
    source: str
    size: tuple[int, int]
    faces: tuple[Box, ...]
    views: tuple[str, ...]
    tags: tuple[str, ...]
    unknown: tuple[Box, ...]

    @property
    def held_out(self) -> bool:
        """Whether it is held out."""
        return scene_held_out(self.source)


@lru_cache(maxsize=2)
def scenes(part: Literal["train", "held_out"]) -> tuple[Scene, ...]:
    """Return the scenes of one side of the split, with faces or without."""
    root = data_root() / "scenes"
    more = looked_at(MORE)
    found = []
    for entry in json.loads((root / "faces.json").read_text(encoding="utf-8")):
        path = root / entry["image"]
        seen = [(to_box(face["box"]), face.get("view", "front")) for face in entry["faces"]]
        seen += [(face.box, face.view) for face in more[path.stem] if face.weight]
        found.append(
            Scene(
                path,
                entry["source"],
                (entry["size"][0], entry["size"][1]),
                tuple(box for box, _ in seen),
                tuple(view for _, view in seen),
                tuple(entry.get("tags", ())),
                tuple(face.box for face in more[path.stem] if not face.weight),
            )
        )
    return tuple(scene for scene in found if scene.held_out == (part == "held_out"))


def head_of(face: Box) -> Box:
    """Estimate the head box from the face box."""
    left, top, right, bottom = face
    width, height = right - left, bottom - top
    return (
        left + HEAD[0] * width,
        top + HEAD[1] * height,
        left + HEAD[2] * width,
        top + HEAD[3] * height,
    )


@lru_cache(maxsize=600)
def scene_picture(scene: Scene) -> Labelled:
    """Return a scene, its longer side at most ``LONGER_SIDE``; cached, so do not modify it.

    Heads are not annotated: they are estimated from the faces, with a low weight. In scenes without
    faces they are unknown, since people may be seen from behind.
    """
    pixels = reduced(read_pixels(scene.path), LONGER_SIDE)
    factor = pixels.shape[1] / scene.size[0]
    faces = [to_box(v * factor for v in face) for face in scene.faces]
    unknown = [to_box(v * factor for v in box) for box in scene.unknown]
    heads = [(*head_of(face), GUESSED) for face in faces]
    return Labelled(
        pixels,
        rows(*((*face, 1.0) for face in faces), *((*box, 0.0) for box in unknown)),
        rows(*heads) if heads else rows(EVERYWHERE),
    )
