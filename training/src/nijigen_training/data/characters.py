"""Characters: a pool of generated characters with ground truth, drawn once and kept on disk.

Drawing one takes 0.1 s, ten times the budget of an example, so the pool is drawn beforehand by
``python -m nijigen_training.data.characters 4000``, in blocks; interrupted runs are resumed.
"""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import NotFound
from nijigen_training.data.blocks import opened, pool_folder, write_block
from nijigen_training.data.files import decoded, encoded

POOL = "characters"
SIZE = 256
BLOCK = 50
"""Characters per file."""
FIRST_SEED = 1_000_000
"""First seed of the pool, apart from those of tests, docs and benchmarks."""
FACE = (0.24, 2.35)
"""Face box from landmarks: its center is on the line from between the irises to the chin, at this
fraction, and its side is this multiple of that line. So the eyes are at .40 and the chin at .82 of
the box; the mean over the scenes' faces is .40 and .79."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """A character of the pool; coordinates in pixels of its picture, ``SIZE`` by ``SIZE``.

    Attributes:
        block: File that contains it.
        seed: Seed of its random parameters, including those in ``tags``.
        face: Face box in the style of the scenes; may extend beyond the picture.
        head: Head box, hair included.
        landmarks: float32 ``(64, 2)``, in the order of ``nijigen.generate.LANDMARKS``.
        visible: bool ``(64,)``.
        tags: Attributes by name, such as ``yaw``.
    """

    block: Path
    seed: int
    face: Box
    head: Box
    landmarks: NDArray[np.float32]
    visible: NDArray[np.bool_]
    tags: dict[str, Any]


@lru_cache(maxsize=1)
def pool() -> tuple[Drawn, ...]:
    """Return all characters of the pool.

    Raises:
        NotFound: It has not been drawn yet.
    """
    found: list[Drawn] = []
    for path in sorted(pool_folder(POOL).glob("characters-*.zip")):
        with zipfile.ZipFile(path) as block:
            found += [
                Drawn(
                    path,
                    truth["seed"],
                    tuple(truth["face"]),
                    tuple(truth["head"]),
                    np.array(truth["landmarks"], np.float32),
                    np.array(truth["visible"], np.bool_),
                    truth["tags"],
                )
                for truth in json.loads(block.read("truth.json"))
            ]
    if not found:
        raise NotFound(
            f"no drawn characters in {pool_folder(POOL)}",
            "draw them once: python -m nijigen_training.data.characters 4000",
        )
    return tuple(found)


def drawn_pixels(drawn: Drawn) -> NDArray[np.uint8]:
    """Return the picture of a character, uint8 RGBA ``(SIZE, SIZE, 4)``."""
    return decoded(opened(drawn.block).read(f"{drawn.seed}.webp"), 4)


def face_of(landmarks: NDArray[np.float32], names: tuple[str, ...]) -> Box:
    """Return the face box from the eyes and chin."""
    eyes = (landmarks[names.index("iris_left")] + landmarks[names.index("iris_right")]) / 2
    axis = landmarks[names.index("contour_8")] - eyes
    along, times = FACE
    x, y = (float(v) for v in eyes + along * axis)
    half = float(np.hypot(*axis)) * times / 2
    return x - half, y - half, x + half, y + half


def draw(seed: int) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    """Draw one character of the pool: RGBA pixels and their ground truth."""
    from nijigen.generate import LANDMARKS, sample

    made = sample(seed, size=SIZE, given={"background": "none"})
    alpha = np.maximum((made.parts != 0).astype(np.uint8) * 255, made.lines)
    style = np.random.default_rng(seed).random()
    if style < 0.06:
        image = np.repeat(255 - made.lines[:, :, None], 3, axis=2)
    elif style < 0.14:
        image = made.flat
    else:
        image = made.rgb
    # Painted over white: the white is taken out of the edges.
    share = np.maximum(alpha, 1).astype(np.int32)[:, :, None]
    color = (255 - (255 - image.astype(np.int32)) * 255 // share).clip(0, 255).astype(np.uint8)
    face = face_of(made.landmarks, LANDMARKS)
    truth = {
        "seed": seed,
        "face": [round(v, 2) for v in face],
        "head": [round(v, 2) for v in made.head_box],
        "landmarks": made.landmarks.round(2).tolist(),
        "visible": made.visible.astype(int).tolist(),
        "tags": made.tags,
    }
    return np.dstack([color, alpha]), truth


def draw_block(number: int) -> Path:
    """Draw one block of the pool unless it exists, and return its file."""

    def fill(block: zipfile.ZipFile) -> None:
        cv2.setNumThreads(1)
        truths = []
        for seed in range(FIRST_SEED + number * BLOCK, FIRST_SEED + (number + 1) * BLOCK):
            pixels, truth = draw(seed)
            block.writestr(f"{seed}.webp", encoded(pixels, ".webp", 88))
            truths.append(truth)
        block.writestr("truth.json", json.dumps(truths))

    return write_block(POOL, f"characters-{number:04d}", fill)


def main(arguments: list[str]) -> None:
    """Draw the pool: ``COUNT [PROCESSES]``."""
    import multiprocessing

    count = int(arguments[0]) if arguments else 4000
    processes = int(arguments[1]) if len(arguments) > 1 else 2
    with multiprocessing.get_context("spawn").Pool(processes) as workers:
        for path in workers.imap(draw_block, range(-(-count // BLOCK))):
            print(path, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
