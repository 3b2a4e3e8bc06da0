"""The pool: drawings with the part of every pixel, drawn or prepared once and kept on disk.

``python -m nijigen_training.color.parts.pool 2000`` draws 2000 characters, in blocks, then prepares
the real pictures; interrupted runs are resumed.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.names import PARTS
from nijigen.core.errors import NotFound
from nijigen_training.data import blocks
from nijigen_training.data.characters import face_of
from nijigen_training.data.files import decoded, encoded

POOL = "parts"
SIZE = 384
BLOCK = 40
"""Characters per file."""
FIRST_SEED = 4_000_000
"""First seed of the pool, apart from those of tests, docs, benchmarks and the other pools."""
UNKNOWN = 255
"""Label of pixels whose part is not known."""

GROUPS = {
    "skin": ("skin",),
    "hair": ("hair",),
    "eyes": ("eye white", "iris"),
    "mouth": ("mouth",),
    "clothes": ("top", "bottom", "shoes", "accessory"),
    "background": ("background",),
}
"""What the score is the mean over; clothes together, since busts have no others."""

Map = NDArray[np.uint8]

_REGIONS = {
    "background": "background", "hair": "hair", "beard": "hair", "skin": "skin", "face": "skin",
    "ear": "skin", "eye_white": "eye white", "iris": "iris", "pupil": "iris", "eye_light": "iris",
    "lash": "brow", "brow": "brow", "mouth": "mouth", "teeth": "mouth", "cloth": "top",
    "accessory": "accessory",
}  # fmt: skip


@dataclass(frozen=True)
class Face:
    """A face of a drawing: its box, in the style of the scenes, in pixels."""

    box: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Drawing:
    """One drawing; arrays are uint8.

    Attributes:
        ink: Coverage by lines, ``(H, W)``; 255 is ink.
        parts: Index into ``PARTS``, or ``UNKNOWN``, ``(H, W)``.
        picture: The colored drawing, over white, ``(H, W, 3)``; None if there is none.
        faces: Its faces.
        exact: Whether ``ink`` was drawn; else it was taken out of ``picture``.
        whole: Whether there is nothing beyond the paper.
    """

    ink: Map
    parts: Map
    picture: Map | None
    faces: tuple[Face, ...]
    exact: bool = True
    whole: bool = True


def drawn(seed: int, size: int = SIZE) -> Drawing:
    """Draw a character."""
    from nijigen.generate import LANDMARKS, REGIONS, sample

    made = sample(seed, size=size, given={"background": "none"})
    table = np.full(256, UNKNOWN, np.uint8)
    for region, part in _REGIONS.items():
        table[REGIONS.index(region)] = PARTS.index(part)
    face = Face(face_of(made.landmarks, LANDMARKS))
    return Drawing(made.lines, table[made.regions], made.rgb, (face,))


def characters() -> Iterator[tuple[str, Iterable[tuple[str, Drawing]]]]:
    """Yield blocks of characters without end: the block's name, and its drawings."""
    number = 0
    while True:
        seeds = range(FIRST_SEED + number * BLOCK, FIRST_SEED + (number + 1) * BLOCK)
        yield f"characters-{number:04d}", ((str(seed), drawn(seed)) for seed in seeds)
        number += 1


def write_block(name: str, drawings: Iterable[tuple[str, Drawing]]) -> None:
    """Write one block of the pool unless it exists."""

    def fill(block: zipfile.ZipFile) -> None:
        for one, drawing in drawings:
            zero = np.zeros_like(drawing.ink)
            maps = np.dstack([drawing.ink, drawing.parts, zero])
            # Over 100 is lossless.
            block.writestr(f"{one}-maps", encoded(maps, ".webp", 101))
            if drawing.picture is not None:
                block.writestr(f"{one}-picture", encoded(drawing.picture, ".webp", 90))
            truth = {
                "faces": [[round(v, 2) for v in face.box] for face in drawing.faces],
                "exact": drawing.exact,
                "whole": drawing.whole,
            }
            block.writestr(f"{one}-truth", json.dumps(truth))

    blocks.write_block(POOL, name, fill)


@lru_cache(maxsize=16)
def pool(kind: str) -> tuple[tuple[Path, str], ...]:
    """Return the file and name of every drawing of a kind.

    Raises:
        NotFound: There is none yet.
    """
    found = blocks.examples(POOL, f"{kind}-*.zip", "-maps")
    if not found:
        raise NotFound(
            f"no drawings of the kind {kind!r} in {blocks.pool_folder(POOL)}",
            "prepare them once: python -m nijigen_training.color.parts.pool 2000",
        )
    return tuple(found)


@lru_cache(maxsize=48)
def drawing_of(path: Path, name: str) -> Drawing:
    """Read a drawing of the pool; not to be modified."""
    block = blocks.opened(path)
    maps = decoded(block.read(f"{name}-maps"))
    truth = json.loads(block.read(f"{name}-truth"))
    colored = f"{name}-picture" in block.namelist()
    return Drawing(
        ink=np.ascontiguousarray(maps[:, :, 0]),
        parts=np.ascontiguousarray(maps[:, :, 1]),
        picture=decoded(block.read(f"{name}-picture")) if colored else None,
        faces=tuple(Face(tuple(box)) for box in truth["faces"]),
        exact=truth["exact"],
        whole=truth["whole"],
    )


def main(arguments: list[str]) -> None:
    """Draw and prepare the pool: ``COUNT``."""
    from nijigen_training.color.parts.line_art import line_drawings
    from nijigen_training.color.parts.real import scene_drawings, sprite_drawings

    cv2.setNumThreads(1)
    write_block("line-art-0000", line_drawings())
    write_block("sprites-0000", sprite_drawings())
    write_block("scenes-0000", scene_drawings("train"))
    write_block("held-scenes-0000", scene_drawings("held_out"))
    count = int(arguments[0]) if arguments else 2000
    for number, (name, drawings) in enumerate(characters()):
        if number * BLOCK >= count:
            break
        write_block(name, drawings)
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
