"""The pool: maps of generated characters, from which pictures are composed in many manners.

Drawn once by ``python -m nijigen_training.lines.extract.pool 1000``, in blocks; interrupted runs
are resumed.
"""

from __future__ import annotations

import sys
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import NotFound
from nijigen_training.data.blocks import examples, opened, pool_folder, write_block
from nijigen_training.data.files import decoded, encoded

POOL = "lines"
SIZE = 512
BLOCK = 20
"""Characters per file."""
FIRST_SEED = 3_000_000
"""First seed of the pool, apart from those of tests, docs and benchmarks."""
NEAR_BORDER = 6.0
"""A line this close to the border of two objects, in pixels, is their contour: half the width of a
thick line."""

Map = NDArray[np.uint8]

_OBJECTS = {
    "background": 0, "hair": 1, "skin": 2, "face": 2, "ear": 2, "beard": 3, "cloth": 4,
    "accessory": 5,
}  # fmt: skip
"""Objects with a contour; eyes, brows, mouths and tears are drawn inside of the face."""
_FACE = 2
_INK = ("lash", "brow", "pupil")
"""Regions filled with ink."""


@dataclass(frozen=True, eq=False)
class Maps:
    """One character; all uint8 ``(SIZE, SIZE)``.

    Attributes:
        parts: Number of the part, 0 is none.
        objects: Number of the object: hair, skin, cloth, and so on.
        contour: Coverage by lines between two objects.
        interior: Coverage by all other lines.
        shade: Coverage by shadow.
        highlight: Coverage by light.
        flat: Flat colors, ``(SIZE, SIZE, 3)``.
    """

    parts: Map
    objects: Map
    contour: Map
    interior: Map
    shade: Map
    highlight: Map
    flat: Map


def draw(seed: int) -> Maps:
    """Draw the maps of a character."""
    from nijigen.generate import REGIONS, sample

    made = sample(seed, size=SIZE, given={"background": "none"})
    table = np.full(256, _FACE, np.uint8)
    for name, number in _OBJECTS.items():
        table[REGIONS.index(name)] = number
    objects = table[made.regions]
    apart = np.zeros(objects.shape, np.bool_)
    apart[1:] |= objects[1:] != objects[:-1]
    apart[:, 1:] |= objects[:, 1:] != objects[:, :-1]
    distance = cv2.distanceTransform((~apart).astype(np.uint8), cv2.DIST_L2, 5)
    drawn = np.isin(made.regions, [REGIONS.index(name) for name in _INK])
    contour = np.where((distance <= NEAR_BORDER) & ~drawn, made.lines, 0).astype(np.uint8)
    return Maps(
        parts=made.parts,
        objects=objects,
        contour=contour,
        interior=made.lines - contour,
        shade=made.shade,
        highlight=made.highlight,
        flat=made.flat,
    )


@lru_cache(maxsize=1)
def pool() -> tuple[tuple[Path, str], ...]:
    """Return the file and name of every character in the pool.

    Raises:
        NotFound: It has not been drawn yet.
    """
    found = examples(POOL, "lines-*.zip", "-flat")
    if not found:
        raise NotFound(
            f"no drawn characters in {pool_folder(POOL)}",
            "draw them once: python -m nijigen_training.lines.extract.pool 1000",
        )
    return tuple(found)


@lru_cache(maxsize=8)
def maps_of(path: Path, name: str) -> Maps:
    """Read a character of the pool; not to be modified."""
    block = opened(path)
    flat = decoded(block.read(f"{name}-flat"))
    lines = decoded(block.read(f"{name}-line"))
    areas = decoded(block.read(f"{name}-area"))
    tones = decoded(block.read(f"{name}-tone"))
    return Maps(
        parts=areas[:, :, 0],
        objects=areas[:, :, 1],
        contour=lines[:, :, 0],
        interior=lines[:, :, 1],
        shade=tones[:, :, 0],
        highlight=tones[:, :, 1],
        flat=flat,
    )


def ink_of(path: Path, name: str) -> Map:
    """Read only the lines of a character of the pool, of every kind."""
    lines = decoded(opened(path).read(f"{name}-line"))
    return np.maximum(lines[:, :, 0], lines[:, :, 1])


def draw_block(number: int) -> Path:
    """Draw one block of the pool unless it exists, and return its file."""

    def fill(block: zipfile.ZipFile) -> None:
        cv2.setNumThreads(1)
        for seed in range(FIRST_SEED + number * BLOCK, FIRST_SEED + (number + 1) * BLOCK):
            maps = draw(seed)
            zero = np.zeros_like(maps.parts)
            planes = {
                "flat": maps.flat,
                "line": np.dstack([maps.contour, maps.interior, zero]),
                "area": np.dstack([maps.parts, maps.objects, zero]),
                "tone": np.dstack([maps.shade, maps.highlight, zero]),
            }
            for kind, plane in planes.items():
                # Over 100 is lossless.
                block.writestr(f"{seed}-{kind}", encoded(plane, ".webp", 101))

    return write_block(POOL, f"lines-{number:04d}", fill)


def main(arguments: list[str]) -> None:
    """Draw the pool: ``COUNT [PROCESSES]``."""
    import multiprocessing

    count = int(arguments[0]) if arguments else 1000
    processes = int(arguments[1]) if len(arguments) > 1 else 2
    with multiprocessing.get_context("spawn").Pool(processes) as workers:
        for path in workers.imap(draw_block, range(-(-count // BLOCK))):
            print(path, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
