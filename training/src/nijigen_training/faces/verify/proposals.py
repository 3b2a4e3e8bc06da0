"""The detector's proposals on training pictures: most are false positives that resemble faces.

They are computed once, in eight minutes: ``python -m nijigen_training.faces.verify.proposals``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import NotFound
from nijigen.faces.engines.nijigen import MODEL
from nijigen.models.session import Session, open_session
from nijigen_training.data.backgrounds import background_files, photo_files
from nijigen_training.data.degrade import luma
from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import cache_root, data_root
from nijigen_training.data.scenes import scenes
from nijigen_training.faces.detect.evaluate import decoded, suppressed

PROPOSALS = "faces-verify-proposals.jsonl"
SIZES = (240, 320, 400, 480, 640, 800)
"""Longer sides at which every picture is searched: each size gives other false positives."""
ENLARGED = 2.0
MULTIPLE = 32
LEAST = 0.006
"""Lower than the runtime threshold: on its training pictures the detector has fewer candidates."""
SAME = 0.6
"""Overlap above which proposals at several sizes are merged."""
MOST = 120
"""Maximum proposals per picture, the most confident ones."""
LARGEST = 1280
"""Longer side of the stored pictures, as in the scenes, from which crops are taken."""

Boxes = NDArray[np.float32]


def proposals_file() -> Path:
    """Return the file of proposals: in a packed data folder, or in the cache."""
    packed = data_root() / PROPOSALS
    return packed if packed.is_file() else cache_root() / PROPOSALS


@lru_cache(maxsize=1)
def proposals() -> dict[str, Boxes]:
    """Return boxes and confidences, ``(n, 5)``, by the picture's path in the data folder.

    Raises:
        NotFound: They have not been computed yet.
    """
    path = proposals_file()
    if not path.is_file():
        raise NotFound(
            f"there is no {path}",
            "make it once: python -m nijigen_training.faces.verify.proposals",
        )
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {line["file"]: np.array(line["boxes"], np.float32).reshape(-1, 5) for line in lines}


def whole(path: Path) -> Pixels:
    """Return a picture as it is, or reduced to ``LARGEST``."""
    return reduced(read_pixels(path), LARGEST)


def proposed(network: Callable[[NDArray[np.float32]], NDArray[np.float32]],
             pixels: Pixels) -> Boxes:  # fmt: skip
    """Return a detector's proposals at all sizes: on the picture, its mirror image and in gray."""
    height, width = pixels.shape[:2]
    gray = np.dstack([luma(pixels)] * 3)
    found = []
    for number, size in enumerate(SIZES):
        scale = min(size / max(height, width), ENLARGED)
        shape = (max(1, round(width * scale)), max(1, round(height * scale)))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        for mirrored in (False, True):
            source = gray if number % 2 == mirrored else pixels
            small = cv2.resize(source, shape, interpolation=method)
            small = small[:, ::-1] if mirrored else small
            padding = ((0, -shape[1] % MULTIPLE), (0, -shape[0] % MULTIPLE), (0, 0))
            padded = np.pad(small, padding, constant_values=128)
            batch = np.multiply(padded.transpose(2, 0, 1)[None], np.float32(1 / 255), order="C")
            answer = network(batch)[0]
            boxes = decoded(answer, batch.shape[2], batch.shape[3], scale, LEAST)[0]
            if mirrored:
                boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
            found.append(boxes)
    return suppressed(np.concatenate(found), SAME)[:MOST]


def pictures() -> list[Path]:
    """Return the training pictures that are searched for proposals."""
    return [
        *(scene.path for scene in scenes("train")),
        *background_files("train"),
        *photo_files("train"),
    ]


def main() -> None:
    """Compute all proposals and write them, one picture per line."""
    network: Session = open_session(MODEL)
    root, lines = data_root(), []
    for number, path in enumerate(pictures()):
        boxes = proposed(network, whole(path))
        rows = [[*(round(float(v), 1) for v in box[:4]), round(float(box[4]), 3)] for box in boxes]
        lines.append(json.dumps({"file": path.relative_to(root).as_posix(), "boxes": rows}))
        if number % 50 == 0:
            print(f"{number} of {len(pictures())} pictures", flush=True)
    write_bytes(proposals_file(), ("\n".join(lines) + "\n").encode())
    print(f"{proposals_file()}: {len(lines)} pictures")


if __name__ == "__main__":
    main()
